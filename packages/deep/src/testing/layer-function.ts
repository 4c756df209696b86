import type { Tensor } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamedImage } from "../network/graph.js";
import type { Image, Node } from "../network/node.js";

/** A layer as a function of tensors: of its input, then of its weights. */
interface LayerFunction {
  readonly shapes: readonly (readonly number[])[];
  readonly f: (input: Tensor, ...weights: Tensor[]) => Tensor;
  readonly node: Node;
}

/** A layer over `rows` images of a size; throws what the layer throws. */
export function imageFunction(
  [rows, height, width, channels]: readonly [number, number, number, number],
  build: (graph: Graph, input: Image) => Node,
): LayerFunction {
  const size = { rows: height, columns: width };
  const input = unnamedImage(size, channels, [], (_, run) => ({ tensor: run.feed("x") }));
  const graph = new Graph("test");
  const node = build(graph, input);
  const names = graph.weights.map(({ name }) => name);
  return {
    shapes: [[rows, height, width, channels], ...graph.weights.map(({ shape }) => shape)],
    f: (x, ...weights) =>
      evaluate(node, {
        feeds: new Map([["x", x]]),
        weights: new Map(names.map((name, i) => [name, weights[i]])),
      }).tensor,
    node,
  };
}
