import { readFileSync } from "node:fs";
import { loadGradients } from "../backend/gradients.js";
import { engine, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed, unnamedImage } from "../network/graph.js";
import type { Node, NodeKind, Operation } from "../network/node.js";
import { taken } from "./taken.js";

/** An array with its shape, as golden files hold it. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface ProbedLayer {
  readonly kind: NodeKind;
  readonly input: Values;
  readonly mask?: Values;
  readonly build: (graph: Graph, input: never) => Node;
  /** In the order in which the layer declares them. */
  readonly weights: readonly Values[];
  readonly training?: boolean;
}

export interface LayerNumbers {
  readonly output: Float32Array;
  readonly inputGradient: Float32Array;
  readonly weightGradients: readonly Float32Array[];
  /** New values of weights that are not trained. */
  readonly updates: ReadonlyMap<string, Float32Array>;
}

export function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), "utf8"));
}

/** A layer's output, and the gradients of sum(output * probe) for its input and weights, on the backend in use. */
export async function probeLayer(layer: ProbedLayer, probe: readonly number[]): Promise<LayerNumbers> {
  await loadGradients();
  const graph = new Graph("probe");
  const width = layer.input.shape.at(-1)!;
  const codes = layer.kind === "code" || layer.kind === "stepCodes";
  const size = codes ? Math.max(...layer.input.values) + 1 : width;
  const ragged = layer.kind === "steps" || layer.kind === "stepCodes";
  const read: Operation["run"] = (_, run) => ({
    tensor: run.feed("input"),
    ...(layer.mask && ragged && { mask: run.feed("mask") }),
  });
  const [, rows, columns] = layer.input.shape;
  const input =
    layer.kind === "image"
      ? unnamedImage({ rows, columns }, size, [], read)
      : unnamed(layer.kind, size, [], read);
  const node = layer.build(graph, input as never);
  const updates = new Map<string, Tensor>();
  const held = tidy(() => {
    const upload = ({ shape, values }: Values, integer = false): Tensor =>
      tensor([...values], [...shape], integer ? "int32" : "float32");
    const x = upload(layer.input, codes);
    const names = graph.weights.map(({ name }) => name);
    const weights = layer.weights.map((values) => upload(values));
    const pass = {
      feeds: new Map([["input", x] as const, ...(layer.mask ? [["mask", upload(layer.mask)] as const] : [])]),
      weights: new Map(names.map((name, i) => [name, weights[i]])),
      ...(layer.training && {
        training: {
          random: () => {
            throw new Error("a probed layer must draw nothing");
          },
          update: (name: string, value: Tensor) => {
            updates.get(name)?.dispose();
            updates.set(name, engine().keep(value));
          },
        },
      }),
    };
    const run = (): Tensor => evaluate(node, pass).tensor;
    const output = run();
    const loss = (): Tensor => sum(mul(run(), tensor([...probe], output.shape)));
    const trained = weights.filter((_, i) => graph.weights[i].trainable);
    const { grads } = engine().gradients(loss, codes ? trained : [x, ...trained], undefined, true);
    return [output, ...grads];
  });
  const [output, ...gradients] = await taken(held);
  const [inputGradient, ...weightGradients] = codes ? [new Float32Array(0), ...gradients] : gradients;
  const moved = await taken([...updates.values()]);
  const names = [...updates.keys()];
  return {
    output,
    inputGradient,
    weightGradients,
    updates: new Map(names.map((name, i) => [name, moved[i]])),
  };
}
