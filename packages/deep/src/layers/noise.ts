import type { Random } from "@strata-ml/core";
import { add, mul, type Tensor, tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node } from "../network/node.js";
import { checkNotNegative, checkRate } from "./check-option.js";
import type { DropoutOptions } from "./dropout.js";
import { whileTraining } from "./while-training.js";

export interface GaussianNoiseOptions {
  /** Standard deviation of what is added: >= 0. */
  readonly stddev: number;
}

/**
 * Adds normal noise to the values while training; does nothing in prediction. The same seed adds the same.
 *
 * @throws ParamError for a standard deviation below 0.
 */
export function gaussianNoise<K extends "vector" | "steps">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { stddev }: GaussianNoiseOptions,
): Node<K> {
  checkNotNegative({ owner: graph.owner, layer: name }, "stddev", stddev);
  return whileTraining(graph, "gaussianNoise", name, input, (x, random) =>
    add(x, normal(x, random, 0, stddev)),
  );
}

/**
 * Multiplies the values by normal numbers around 1 while training, of standard deviation sqrt(rate / (1 - rate)) as
 * dropout of that rate (Srivastava et al. 2014, section 10); does nothing in prediction.
 *
 * @throws ParamError for a rate outside 0 <= rate < 1.
 */
export function gaussianDropout<K extends "vector" | "steps">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: DropoutOptions,
): Node<K> {
  checkRate({ owner: graph.owner, layer: name }, "rate", rate);
  const stddev = Math.sqrt(rate / (1 - rate));
  return whileTraining(graph, "gaussianDropout", name, input, (x, random) =>
    mul(x, normal(x, random, 1, stddev)),
  );
}

function normal(like: Tensor, random: Random, mean: number, stddev: number): Tensor {
  const numbers = Float32Array.from({ length: like.size }, () => mean + stddev * random.normal());
  return tensor(numbers, like.shape);
}
