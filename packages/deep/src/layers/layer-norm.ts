import { add, mul, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer, zerosInitializer } from "../network/initializer.js";
import type { Node, NumberKind } from "../network/node.js";
import { requireEpsilon, standardise } from "./standardise.js";

export interface LayerNormOptions {
  /** Added to the variance; default 1e-3, as in Keras. */
  readonly epsilon?: number;
}

/**
 * Standardises each vector (of a step, of a pixel) by its own mean and variance (Ba et al. 2016), then scales and shifts
 * it. Weights `gamma` and `beta`.
 *
 * @throws ParamError for an option that is none.
 */
export function layerNorm<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { epsilon = 1e-3 }: LayerNormOptions = {},
): Node<K> {
  requireEpsilon(graph.owner, name, epsilon);
  const gamma = graph.weight(name, "gamma", [input.width], onesInitializer);
  const beta = graph.weight(name, "beta", [input.width], zerosInitializer);
  return graph.like("layerNorm", name, input, input.width, ([value], run) => ({
    ...value,
    tensor: add(mul(standardised(value.tensor, epsilon), run.weight(gamma)), run.weight(beta)),
  }));
}

/** (x - mean) / sqrt(variance + epsilon) over the last axis, with its gradient in closed form. */
export function standardised(x: Tensor, epsilon: number): Tensor {
  return overLastAxis(x, epsilon, true);
}

/** The same, or x / sqrt(mean square + epsilon) where it is not `centred`. */
export function overLastAxis(x: Tensor, epsilon: number, centred: boolean): Tensor {
  const members = x.shape[x.shape.length - 1];
  const outer = x.size / members;
  return standardise(x, { outer, places: 1, groups: 1, members, epsilon, centred }).z;
}
