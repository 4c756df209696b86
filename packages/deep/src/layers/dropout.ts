import type { Random } from "@strata-ml/core";
import { hasKernel } from "../backend/has-kernel.js";
import { KEPT_SCALE, keptScale } from "../backend/kernels/kept-scale.js";
import { engine, mul, type Tensor, tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";
import { checkRate } from "./check-option.js";
import { whileTraining } from "./while-training.js";

export interface DropoutOptions {
  /** Part of the values that is dropped: >= 0 and < 1. */
  readonly rate: number;
}

/**
 * Drops a part `rate` of the values while training and scales up the rest (Srivastava et al. 2014); does nothing in
 * prediction. Each step drops others, and the same seed drops the same.
 *
 * @throws ParamError for a rate outside 0 <= rate < 1.
 */
export function dropout<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: DropoutOptions,
): Node<K> {
  checkRate({ owner: graph.owner, layer: name }, "rate", rate);
  return whileTraining(graph, "dropout", name, input, (x, random) =>
    rate === 0 ? x : mul(x, kept(x.shape, rate, random)),
  );
}

/** 0 for a dropped number, 1 / (1 - rate) for a kept one. */
export function kept(shape: readonly number[], rate: number, random: Random): Tensor {
  // The streams must not stand still, as they do at 0.
  const seeds = Array.from({ length: 4 }, () => random.uint32() | 1);
  const attributes = { shape, rate, seeds };
  if (hasKernel(KEPT_SCALE)) return engine().runKernel<Tensor>(KEPT_SCALE, {}, attributes);
  return tensor(keptScale(attributes), [...shape]);
}
