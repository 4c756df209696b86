import { aCount, oneOf, requireOptions, type Rules } from "../guard.js";
import type { Matrix } from "../matrix.js";
import {
  checkProbabilities,
  checkWeights,
  positiveScores,
  type ScoredOptions,
  scoredRules,
} from "./inputs.js";
import { binaryTruth, type Labels } from "./labels.js";

export interface CalibrationOptions extends ScoredOptions {
  /** Default 5. */
  readonly nBins?: number;
  /** Bins of equal width, or of equally many rows (weights don't move their edges). Default "uniform". */
  readonly strategy?: "uniform" | "quantile";
}

const rules: Rules<CalibrationOptions> = {
  ...scoredRules,
  nBins: aCount,
  strategy: oneOf("uniform", "quantile"),
};

/** One entry for each bin that holds rows, rising. */
export interface CalibrationCurve {
  /** Share of positives. */
  readonly probTrue: Float64Array;
  /** Mean probability that was predicted. */
  readonly probPredicted: Float64Array;
  /** Weight of the rows. */
  readonly binWeight: Float64Array;
}

/**
 * Share of positives against the mean prediction in bins of the predicted probability, as scikit-learn's `calibration_curve`.
 *
 * @param probabilities Of the positive class, one a row; or a matrix of `predictProba`.
 * @throws DataError for unequal lengths or probabilities outside 0..1; ParamError for an option that does not exist, or a value that it can't have.
 * @example
 * calibrationCurve([0, 0, 1, 1], [0.1, 0.3, 0.7, 0.9], { nBins: 2 }).probTrue; // [0, 1]
 */
export function calibrationCurve(
  truth: Labels,
  probabilities: ArrayLike<number> | Matrix,
  options: CalibrationOptions = {},
): CalibrationCurve {
  const owner = "calibrationCurve";
  requireOptions(owner, options, rules);
  const { nBins = 5, strategy = "uniform" } = options;
  const { scores, positive } = positiveScores(owner, truth, probabilities, options);
  checkProbabilities(owner, scores);
  const actual = binaryTruth(owner, truth, positive);
  const weights = checkWeights(owner, options.weights, truth.length);
  const edges = strategy === "uniform" ? evenlySpaced(nBins) : quantiles(scores, nBins);
  const sums = {
    weight: new Float64Array(nBins),
    positive: new Float64Array(nBins),
    predicted: new Float64Array(nBins),
  };
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const bin = binOf(edges, scores[row]);
    sums.weight[bin] += weight;
    sums.positive[bin] += weight * actual[row];
    sums.predicted[bin] += weight * scores[row];
  }
  const filled = Array.from({ length: nBins }, (_, bin) => bin).filter((bin) => sums.weight[bin] > 0);
  return {
    probTrue: Float64Array.from(filled, (bin) => sums.positive[bin] / sums.weight[bin]),
    probPredicted: Float64Array.from(filled, (bin) => sums.predicted[bin] / sums.weight[bin]),
    binWeight: Float64Array.from(filled, (bin) => sums.weight[bin]),
  };
}

/** 0 to 1 in n steps, each computed as numpy's linspace does, so that values on an edge fall into the same bin. */
function evenlySpaced(n: number): Float64Array {
  const step = 1 / n;
  return Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? 1 : i * step));
}

/** Quantiles of the values between which they interpolate linearly, rounded as numpy's percentile rounds. */
function quantiles(values: Float64Array, n: number): Float64Array {
  const sorted = values.slice().sort();
  return evenlySpaced(n).map((q) => {
    const at = ((q * 100) / 100) * (sorted.length - 1);
    const below = Math.floor(at);
    const low = sorted[below];
    const high = sorted[Math.min(below + 1, sorted.length - 1)];
    const t = at - below;
    return t >= 0.5 ? high - (high - low) * (1 - t) : low + (high - low) * t;
  });
}

/** The number of inner edges below a value: bin i holds edge[i] < value <= edge[i + 1]. */
function binOf(edges: Float64Array, value: number): number {
  let low = 1;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
