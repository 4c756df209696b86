import { ParamError } from "@strata-ml/core";
import { add, div, minimum, mul, reshape, sqrt, sub, sum, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer, zerosInitializer } from "../network/initializer.js";
import type { Node, NumberKind } from "../network/node.js";
import { requireEpsilon, type Standardised, standardise } from "./standardise.js";

export interface BatchNormOptions {
  /** How much of the running statistics a step keeps; default 0.99, as in Keras. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-3, as in Keras. */
  readonly epsilon?: number;
}

/**
 * Standardises each unit (Ioffe and Szegedy 2015): by the batch while training, by running statistics in prediction,
 * so that a prediction never depends on the rows around it. The statistics of a unit are those of all rows, of all
 * real steps, or of all pixels. Weights `gamma`, `beta`, `movingMean`, `movingVariance`.
 *
 * @throws ParamError for an option that is none.
 */
export function batchNorm<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { momentum = 0.99, epsilon = 1e-3 }: BatchNormOptions = {},
): Node<K> {
  requireEpsilon(graph.owner, name, epsilon);
  if (!(momentum >= 0 && momentum <= 1))
    throw new ParamError(graph.owner, `layer '${name}': momentum must be 0 to 1, received ${momentum}`);
  const { width } = input;
  const gamma = graph.weight(name, "gamma", [width], onesInitializer);
  const beta = graph.weight(name, "beta", [width], zerosInitializer);
  const movingMean = graph.weight(name, "movingMean", [width], zerosInitializer, { trainable: false });
  const movingVariance = graph.weight(name, "movingVariance", [width], onesInitializer, { trainable: false });
  return graph.like("batchNorm", name, input, width, ([value], run) => {
    const { tensor: x, mask } = value;
    const scaled = (z: Tensor): Tensor => add(mul(z, run.weight(gamma)), run.weight(beta));
    const [oldMean, oldVariance] = [run.weight(movingMean), run.weight(movingVariance)];
    if (!run.training)
      return { ...value, tensor: scaled(div(sub(x, oldMean), sqrt(add(oldVariance, epsilon)))) };
    const { z, mean, variance } = overBatch(x, epsilon, mask);
    const part = movedPart(momentum, mask);
    const moved = (old: Tensor, now: Tensor): Tensor => add(old, mul(sub(reshape(now, [width]), old), part));
    run.update(movingMean, moved(oldMean, mean));
    run.update(movingVariance, moved(oldVariance, variance));
    return { ...value, tensor: scaled(z) };
  });
}

/** How far the running statistics go towards the batch's: nowhere for a batch without a real step. */
function movedPart(momentum: number, mask: Tensor | undefined): Tensor | number {
  return mask === undefined ? 1 - momentum : mul(minimum(sum(mask), 1), 1 - momentum);
}

function overBatch(x: Tensor, epsilon: number, mask?: Tensor): Standardised {
  const groups = x.shape[x.shape.length - 1];
  const attributes = { outer: 1, places: x.size / groups, groups, members: 1, epsilon, centred: true };
  return standardise(x, attributes, mask);
}

/** (x - mean) / sqrt(variance + epsilon) of each unit, over all axes before the last. */
export function batchStandardised(x: Tensor, epsilon: number): Tensor {
  return overBatch(x, epsilon).z;
}
