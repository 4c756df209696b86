import { add, mul, split, sub, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { constantInitializer, glorotUniform, zerosInitializer } from "../network/initializer.js";
import type { Node } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { affine, dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { add as sumOf } from "./join.js";
import { layerNorm } from "./layer-norm.js";

type Vectors = "vector" | "steps";

export interface GluOptions {
  readonly units: number;
  /** Of the gate; default sigmoid. `silu` makes it SwiGLU, `gelu` GEGLU. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
}

/**
 * A gated linear unit (Dauphin et al. 2017; Shazeer 2020): (x W + b) times activation(x V + c). Weights `kernel`
 * (in x 2 units; values, gates) and `bias`.
 */
export function glu<K extends Vectors>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { units, activation = "sigmoid", useBias = true }: GluOptions,
): Node<K> {
  checkActivation({ owner: graph.owner, layer: name }, activation);
  const kernel = graph.weight(name, "kernel", [input.width, 2 * units], glorotUniform, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [2 * units], zerosInitializer) : undefined;
  return graph.layer("glu", name, input.kind, units, [input], ([value], run) => {
    const both = affine(value.tensor, run.weight(kernel), bias === undefined ? undefined : run.weight(bias));
    const [values, gates] = halves(both);
    return { ...value, tensor: mul(values, activate(activation, gates)) };
  });
}

export interface HighwayOptions {
  /** Default relu. */
  readonly activation?: Activation;
  /** What the gates' biases start as: below zero, the layer first passes on what comes in. Default -1. */
  readonly gateBias?: number;
}

/**
 * A highway layer (Srivastava et al. 2015): gate * activation(x W + b) + (1 - gate) * x, of the width that goes in. Weights
 * `kernel` (in x 2 in; values, gates) and `bias`.
 */
export function highway<K extends Vectors>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { activation = "relu", gateBias = -1 }: HighwayOptions = {},
): Node<K> {
  const { width } = input;
  checkActivation({ owner: graph.owner, layer: name }, activation);
  const kernel = graph.weight(name, "kernel", [width, 2 * width], glorotUniform, { decays: true });
  const bias = graph.weight(name, "bias", [2 * width], constantInitializer(gateBias, width));
  return graph.layer("highway", name, input.kind, width, [input], ([value], run) => {
    const [values, gates] = halves(affine(value.tensor, run.weight(kernel), run.weight(bias)));
    const gate = activate("sigmoid", gates);
    const change = sub(activate(activation, values), value.tensor);
    return { ...value, tensor: add(value.tensor, mul(gate, change)) };
  });
}

export interface GatedResidualOptions {
  /** Units of the hidden layer; default the width that goes in. */
  readonly units?: number;
  /** Part of the hidden layers' values that training drops; default 0. */
  readonly dropout?: number;
}

/**
 * A gated residual block (Lim et al. 2021, temporal fusion transformers): x plus a gated linear unit of a hidden layer
 * with elu and a linear one, standardised. Its layers are named `<name>.hidden`, `<name>.linear`, `<name>.gate` and
 * `<name>.norm`.
 */
export function gatedResidual<K extends Vectors>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { units = input.width, dropout: rate = 0 }: GatedResidualOptions = {},
): Node<K> {
  const hidden = dense(graph, `${name}.hidden`, input, { units, activation: "elu" });
  const linear = dense(graph, `${name}.linear`, hidden, { units });
  const kept = rate === 0 ? linear : dropout(graph, `${name}.dropout`, linear, { rate });
  const gated = glu(graph, `${name}.gate`, kept, { units: input.width });
  const out = layerNorm(graph, `${name}.norm`, sumOf(graph.owner, [input, gated]));
  return graph.layer("gatedResidual", name, input.kind, input.width, [out], ([value]) => value);
}

function halves(x: Tensor): [Tensor, Tensor] {
  return split(x, 2, x.shape.length - 1) as [Tensor, Tensor];
}
