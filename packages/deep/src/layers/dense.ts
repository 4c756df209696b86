import { fused, reshape, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Node, NumberKind } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";

export interface DenseOptions {
  readonly units: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
}

/** x W + b over the last axis, then an activation: of a vector, of each step, or of each pixel. Weights `kernel` (in x units) and `bias`. */
export function dense<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { units, activation = "linear", useBias = true, kernelInitializer = glorotUniform }: DenseOptions,
): Node<K> {
  checkActivation({ owner: graph.owner, layer: name }, activation);
  const kernel = graph.weight(name, "kernel", [input.width, units], kernelInitializer, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [units], zerosInitializer) : undefined;
  return graph.like("dense", name, input, units, ([{ tensor, mask }], run) => {
    const product = affine(tensor, run.weight(kernel), bias === undefined ? undefined : run.weight(bias));
    return { tensor: activate(activation, product), ...(mask && { mask }) };
  });
}

/** x W + b over the last axis of a tensor of any rank. */
export function affine(x: Tensor, kernel: Tensor, bias?: Tensor): Tensor {
  const [width, units] = kernel.shape as [number, number];
  const product = fused.matMul({ a: reshape(x, [-1, width]), b: kernel, ...(bias && { bias }) });
  return reshape(product, [...x.shape.slice(0, -1), units]);
}
