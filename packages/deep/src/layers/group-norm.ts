import { describe, ParamError } from "@strata-ml/core";
import { add, mul } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer, zerosInitializer } from "../network/initializer.js";
import type { Node, NumberKind } from "../network/node.js";
import { requireEpsilon, standardise } from "./standardise.js";

export interface GroupNormOptions {
  /** How many groups the units fall into; default 32, as in Keras. It must divide their number. */
  readonly groups?: number;
  /** Added to the variance; default 1e-3, as in Keras. */
  readonly epsilon?: number;
}

/**
 * Standardises neighbouring units of a row together, over all its real steps or all pixels (Wu and He 2018), then scales
 * and shifts each unit; as Keras's GroupNormalization, which knows no masks. One group is layer normalisation of a
 * whole image, as many as units instance normalisation. Weights `gamma` and `beta`.
 *
 * @throws ParamError for an option that is none.
 */
export function groupNorm<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { groups = 32, epsilon = 1e-3 }: GroupNormOptions = {},
): Node<K> {
  requireEpsilon(graph.owner, name, epsilon);
  const { width } = input;
  const members = width / groups;
  if (!Number.isInteger(groups) || groups < 1 || !Number.isInteger(members))
    throw new ParamError(
      graph.owner,
      `layer '${name}': groups must be a whole number >= 1 that divides ${width} units, received ${describe(groups)}`,
    );
  const gamma = graph.weight(name, "gamma", [width], onesInitializer);
  const beta = graph.weight(name, "beta", [width], zerosInitializer);
  return graph.like("groupNorm", name, input, width, ([value], run) => {
    const { tensor: x, mask } = value;
    const outer = x.shape[0];
    const attributes = { outer, places: x.size / (outer * width), groups, members, epsilon, centred: true };
    const { z } = standardise(x, attributes, mask);
    return { ...value, tensor: add(mul(z, run.weight(gamma)), run.weight(beta)) };
  });
}
