import { DataError } from "../errors.js";
import { aFlag, requireOptions, type Rules } from "../guard.js";
import type { Matrix } from "../matrix.js";
import { checkWeights, positiveScores, type ScoredOptions, scoredRules } from "./inputs.js";
import { binaryTruth, type Labels } from "./labels.js";
import { type ThresholdCounts, thresholdCounts } from "./threshold-counts.js";

export interface CurveOptions extends ScoredOptions {
  /** Whether to leave out points that don't change the drawn curve. Default: true for ROC, false for precision-recall. */
  readonly dropIntermediate?: boolean;
}

const rules: Rules<CurveOptions> = { ...scoredRules, dropIntermediate: aFlag };

/** Points of a ROC curve, from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  /** Falling; the first is Infinity, where nothing is called positive. */
  readonly thresholds: Float64Array;
}

/** Points of a precision-recall curve, recall falling from 1 to 0. */
export interface PrecisionRecallCurve {
  /** One longer than `thresholds`: the last point is precision 1, recall 0. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Rising: point i calls positive every row that scores at least `thresholds[i]`. */
  readonly thresholds: Float64Array;
}

/** Checked input of a binary ranking metric, as counts at every threshold. Throws {@link DataError} where a class that the metric needs is absent. */
export function rankingCounts(
  owner: string,
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  options: ScoredOptions,
  needs: "both classes" | "positives" | "rows",
): ThresholdCounts {
  const output = positiveScores(owner, truth, scores, options);
  const weights = checkWeights(owner, options.weights, truth.length);
  const counts = thresholdCounts(binaryTruth(owner, truth, output.positive), output.scores, weights);
  const noPositive = counts.positives === 0 && needs !== "rows";
  const noNegative = counts.negatives === 0 && needs === "both classes";
  if (noPositive || noNegative) {
    const lacking = noPositive ? "positive" : "negative";
    throw new DataError(
      owner,
      `there must be at least one ${lacking} row (positive is ${JSON.stringify(output.positive ?? 1)}), received none`,
    );
  }
  return counts;
}

/**
 * Receiver operating characteristic: the true against the false positive rate at every threshold, as scikit-learn's `roc_curve`.
 *
 * @param scores One a row, higher for the positive class; or a matrix of `predictProba` or `decisionFunction`.
 * @throws DataError for unequal lengths, scores that aren't finite, or one class only; ParamError for an option that does not
 * exist.
 * @example
 * rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).truePositiveRate; // [0, 0.5, 0.5, 1, 1]
 */
export function rocCurve(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  options: CurveOptions = {},
): RocCurve {
  requireOptions("rocCurve", options, rules);
  const counts = rankingCounts("rocCurve", truth, scores, options, "both classes");
  const { thresholds, truePositives: tps, falsePositives: fps } = counts;
  const last = thresholds.length - 1;
  const kept: number[] = [];
  for (let i = 0; i <= last; i++) {
    const corner =
      i === 0 ||
      i === last ||
      fps[i + 1] - fps[i] !== fps[i] - fps[i - 1] ||
      tps[i + 1] - tps[i] !== tps[i] - tps[i - 1];
    if (corner || options.dropIntermediate === false) kept.push(i);
  }
  return {
    falsePositiveRate: Float64Array.from([0, ...kept.map((i) => fps[i] / counts.negatives)]),
    truePositiveRate: Float64Array.from([0, ...kept.map((i) => tps[i] / counts.positives)]),
    thresholds: Float64Array.from([Number.POSITIVE_INFINITY, ...kept.map((i) => thresholds[i])]),
  };
}

/**
 * Precision and recall at every threshold, as scikit-learn's `precision_recall_curve`.
 *
 * @param scores One a row, higher for the positive class; or a matrix of `predictProba` or `decisionFunction`.
 * @throws DataError for unequal lengths, scores that aren't finite, or no positive row; ParamError for an option that does not
 * exist.
 * @example
 * precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).recall; // [1, 1, 0.5, 0.5, 0]
 */
export function precisionRecallCurve(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  options: CurveOptions = {},
): PrecisionRecallCurve {
  requireOptions("precisionRecallCurve", options, rules);
  const counts = rankingCounts("precisionRecallCurve", truth, scores, options, "positives");
  const { thresholds, truePositives: tps, falsePositives: fps } = counts;
  const last = thresholds.length - 1;
  const kept: number[] = [];
  for (let i = last; i >= 0; i--) {
    // Of the points of one recall, only the two ends are seen.
    const end = i === 0 || i === last || tps[i] !== tps[i - 1] || tps[i + 1] !== tps[i];
    if (end || options.dropIntermediate !== true) kept.push(i);
  }
  return {
    precision: Float64Array.from([...kept.map((i) => tps[i] / (tps[i] + fps[i])), 1]),
    recall: Float64Array.from([...kept.map((i) => tps[i] / counts.positives), 0]),
    thresholds: Float64Array.from(kept, (i) => thresholds[i]),
  };
}
