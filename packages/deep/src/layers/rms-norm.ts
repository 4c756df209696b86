import { mul } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer } from "../network/initializer.js";
import type { Node, NumberKind } from "../network/node.js";
import { overLastAxis } from "./layer-norm.js";
import { requireEpsilon } from "./standardise.js";

export interface RmsNormOptions {
  /** Added to the mean square; default 1e-6, as in Keras. */
  readonly epsilon?: number;
}

/**
 * Divides each vector (of a step, of a pixel) by the root of its mean square (Zhang and Sennrich 2019), then scales each
 * unit; as Keras's RMSNormalization. Weight `scale`.
 *
 * @throws ParamError for an option that is none.
 */
export function rmsNorm<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { epsilon = 1e-6 }: RmsNormOptions = {},
): Node<K> {
  requireEpsilon(graph.owner, name, epsilon);
  const scale = graph.weight(name, "scale", [input.width], onesInitializer);
  return graph.like("rmsNorm", name, input, input.width, ([value], run) => ({
    ...value,
    tensor: mul(overLastAxis(value.tensor, epsilon, false), run.weight(scale)),
  }));
}
