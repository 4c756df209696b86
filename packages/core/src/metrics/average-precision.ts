import { requireOptions } from "../guard.js";
import type { Matrix } from "../matrix.js";
import { rankingCounts } from "./curves.js";
import { type ScoredOptions, scoredRules } from "./inputs.js";
import type { Labels } from "./labels.js";

/**
 * Area under the precision-recall curve as a sum of steps, without interpolation: Σ (Rᵢ - Rᵢ₋₁) Pᵢ,
 * as scikit-learn's `average_precision_score`.
 *
 * @param scores One a row, higher for the positive class; or a matrix of `predictProba` or `decisionFunction`.
 * @throws DataError for unequal lengths, scores that aren't finite, or no positive row; ParamError for an option that
 * does not exist.
 * @example
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.8333
 */
export function averagePrecision(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  options: ScoredOptions = {},
): number {
  requireOptions("averagePrecision", options, scoredRules);
  const counts = rankingCounts("averagePrecision", truth, scores, options, "positives");
  const { truePositives: tps, falsePositives: fps } = counts;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < tps.length; i++) {
    sum += ((tps[i] - before) * tps[i]) / (tps[i] + fps[i]);
    before = tps[i];
  }
  return sum / counts.positives;
}
