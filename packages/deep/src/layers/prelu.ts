import { mul, neg, relu, sub } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Node } from "../network/node.js";

export interface PreluOptions {
  /** First slopes; default zeros. */
  readonly alphaInitializer?: Initializer;
}

/**
 * x above zero, alpha x below, with a learned slope for each unit that all steps share (He et al. 2015). Weight `alpha`
 * (one a unit).
 */
export function prelu<K extends "vector" | "steps">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { alphaInitializer = zerosInitializer }: PreluOptions = {},
): Node<K> {
  const alpha = graph.weight(name, "alpha", [input.width], alphaInitializer);
  return graph.layer("prelu", name, input.kind, input.width, [input], ([value], run) => ({
    ...value,
    tensor: sub(relu(value.tensor), mul(run.weight(alpha), relu(neg(value.tensor)))),
  }));
}
