import { DataError } from "../errors.js";
import { requireOptions } from "../guard.js";
import {
  checkFinite,
  checkPredicted,
  checkRows,
  checkWeights,
  type MetricOptions,
  metricRules,
} from "./inputs.js";

/**
 * Share of the target's variance that is explained: 1 - Σw(y - ŷ)² / Σw(y - ȳ)², as scikit-learn's `r2_score`.
 * For a constant target: 1 where all is predicted exactly, else 0.
 *
 * @throws DataError for unequal lengths, values that aren't finite, or fewer than 2 rows; ParamError for an option that does not exist.
 * @example
 * r2Score([3, -0.5, 2, 7], [2.5, 0, 2, 8]); // 0.9486
 */
export function r2Score(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const owner = "r2Score";
  const { y, error, weights } = residuals(owner, truth, predicted, options);
  if (y.length < 2) throw new DataError(owner, "there must be at least 2 rows, received 1");
  const mean = meanOf(y, weights);
  let unexplained = 0;
  let spread = 0;
  for (let row = 0; row < y.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    unexplained += weight * error[row] * error[row];
    spread += weight * (y[row] - mean) ** 2;
  }
  if (spread === 0) return unexplained === 0 ? 1 : 0;
  return 1 - unexplained / spread;
}

/**
 * Mean of |y - ŷ|.
 *
 * @throws DataError for unequal lengths or values that aren't finite; ParamError for an option that does not exist.
 * @example
 * meanAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8]); // 0.5
 */
export function meanAbsoluteError(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const { error, weights } = residuals("meanAbsoluteError", truth, predicted, options);
  return meanOf(error.map(Math.abs), weights);
}

/**
 * Mean of (y - ŷ)².
 *
 * @throws DataError for unequal lengths or values that aren't finite; ParamError for an option that does not exist.
 * @example
 * meanSquaredError([3, -0.5, 2, 7], [2.5, 0, 2, 8]); // 0.375
 */
export function meanSquaredError(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const { error, weights } = residuals("meanSquaredError", truth, predicted, options);
  return meanOf(
    error.map((value) => value * value),
    weights,
  );
}

/**
 * Square root of {@link meanSquaredError}: in the target's unit.
 *
 * @example
 * rootMeanSquaredError([3, -0.5, 2, 7], [2.5, 0, 2, 8]); // 0.612
 */
export function rootMeanSquaredError(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const { error, weights } = residuals("rootMeanSquaredError", truth, predicted, options);
  return Math.sqrt(
    meanOf(
      error.map((value) => value * value),
      weights,
    ),
  );
}

/**
 * Median of |y - ŷ|: not moved by outliers. By weight, the mean of the values on both sides where the half falls
 * between two, as scikit-learn's `median_absolute_error`.
 *
 * @throws DataError for unequal lengths or values that aren't finite; ParamError for an option that does not exist.
 * @example
 * medianAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8]); // 0.5
 */
export function medianAbsoluteError(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const { error, weights } = residuals("medianAbsoluteError", truth, predicted, options);
  const values = error.map(Math.abs);
  const order = Uint32Array.from(values.keys())
    .filter((row) => weights === undefined || weights[row] > 0)
    .sort((a, b) => values[a] - values[b]);
  let total = 0;
  for (const row of order) total += weights === undefined ? 1 : weights[row];
  let reached = 0;
  for (let i = 0; i < order.length; i++) {
    reached += weights === undefined ? 1 : weights[order[i]];
    if (reached < total / 2) continue;
    const between = reached - total / 2 <= Number.EPSILON && i + 1 < order.length;
    return between ? (values[order[i]] + values[order[i + 1]]) / 2 : values[order[i]];
  }
  return values[order[order.length - 1]]; // where rounding keeps the sum below half of itself
}

interface Residuals {
  readonly y: Float64Array;
  /** y - ŷ. */
  readonly error: Float64Array;
  readonly weights: Float64Array | undefined;
}

function residuals(
  owner: string,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions,
): Residuals {
  requireOptions(owner, options, metricRules);
  checkRows(owner, truth, predicted);
  const y = checkFinite(owner, truth, "the truth");
  const guess = checkFinite(owner, predicted, "predictions");
  checkPredicted(owner, guess, options.classes);
  const error = new Float64Array(y.length);
  for (let row = 0; row < error.length; row++) error[row] = y[row] - guess[row];
  return { y, error, weights: checkWeights(owner, options.weights, y.length) };
}

function meanOf(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    sum += weight * values[row];
    total += weight;
  }
  return sum / total;
}
