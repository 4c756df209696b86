import type { Random } from "@strata-ml/core";
import type { Tensor } from "../backend/tensors.js";
import type { Graph, LayerType } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";

/** A layer that changes its input while training, by random numbers of its own for each step, and gives it as it is in prediction. */
export function whileTraining<K extends NumberKind>(
  graph: Graph,
  type: LayerType,
  name: string,
  input: Node<K>,
  change: (x: Tensor, random: Random) => Tensor,
): Node<K> {
  return graph.like(type, name, input, input.width, ([value], run) =>
    run.training ? { ...value, tensor: change(value.tensor, run.random(name)) } : value,
  );
}
