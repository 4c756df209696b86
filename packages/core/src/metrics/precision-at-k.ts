import { describe, ParamError } from "../errors.js";
import { requireOptions } from "../guard.js";
import type { Matrix } from "../matrix.js";
import { rankingCounts } from "./curves.js";
import { type ScoredOptions, scoredRules } from "./inputs.js";
import type { Labels } from "./labels.js";

/**
 * Share of positives among the `k` rows that score highest. Rows tied at the k-th place count by the share of them
 * that fits, which is the expected value over random orders of the ties.
 *
 * @param k Rows taken; where weights are given, the weight taken.
 * @throws ParamError for a k that is not positive, or more than there is to take.
 * @example
 * precisionAtK([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], 3); // 2 / 3
 */
export function precisionAtK(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  k: number,
  options: ScoredOptions = {},
): number {
  return hitsAtK("precisionAtK", truth, scores, k, options).hits / k;
}

/**
 * Share of all positives that is among the `k` rows that score highest; ties at the k-th place as in {@link precisionAtK}.
 *
 * @param k Rows taken; where weights are given, the weight taken.
 * @throws ParamError for a k that is not positive, or more than there is to take; DataError for no positive row.
 * @example
 * recallAtK([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], 1); // 0.5
 */
export function recallAtK(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  k: number,
  options: ScoredOptions = {},
): number {
  const { hits, positives } = hitsAtK("recallAtK", truth, scores, k, options);
  return hits / positives;
}

function hitsAtK(
  owner: string,
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  k: number,
  options: ScoredOptions,
): { hits: number; positives: number } {
  requireOptions(owner, options, scoredRules);
  const needs = owner === "recallAtK" ? "positives" : "rows";
  const counts = rankingCounts(owner, truth, scores, options, needs);
  const { truePositives: tps, falsePositives: fps, positives, negatives } = counts;
  if (!(typeof k === "number" && k > 0 && k <= positives + negatives))
    throw new ParamError(
      owner,
      `k must be above 0 and at most ${positives + negatives}, received ${describe(k)}`,
    );
  let i = 0;
  while (tps[i] + fps[i] < k) i++;
  const hitsBefore = i === 0 ? 0 : tps[i - 1];
  const takenBefore = i === 0 ? 0 : tps[i - 1] + fps[i - 1];
  const tied = tps[i] + fps[i] - takenBefore;
  return { hits: hitsBefore + ((k - takenBefore) / tied) * (tps[i] - hitsBefore), positives };
}
