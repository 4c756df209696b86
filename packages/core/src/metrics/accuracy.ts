import { aFlag, requireOptions, type Rules } from "../guard.js";
import type { Matrix } from "../matrix.js";
import { countPairs } from "./confusion-matrix.js";
import { checkPredicted, checkRows, checkWeights, type MetricOptions, metricRules } from "./inputs.js";
import { distinctLabels, type Labels } from "./labels.js";

/**
 * Share of rows whose label was predicted.
 *
 * @throws DataError for unequal lengths, or what is no label; ParamError for an option that does not exist.
 * @example
 * accuracy(["a", "b", "b"], ["a", "b", "a"]); // 2 / 3
 */
export function accuracy(truth: Labels, predicted: Labels, options: MetricOptions = {}): number {
  const owner = "accuracy";
  requireOptions(owner, options, metricRules);
  checkRows(owner, truth, predicted);
  distinctLabels(owner, truth, predicted); // refuses missing labels, and strings against numbers
  checkPredicted(owner, predicted, options.classes);
  const weights = checkWeights(owner, options.weights, truth.length);
  let right = 0;
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    total += weight;
    if (truth[row] === predicted[row]) right += weight;
  }
  return right / total;
}

export interface BalancedAccuracyOptions extends MetricOptions {
  /** Whether chance scores 0 and perfection 1. Default false. */
  readonly adjusted?: boolean;
}

const balancedRules: Rules<BalancedAccuracyOptions> = { ...metricRules, adjusted: aFlag };

/**
 * Mean of the recalls of the classes in the truth, as scikit-learn's `balanced_accuracy_score`.
 *
 * @throws DataError for unequal lengths, or what is no label; ParamError for an option that does not exist.
 * @example
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0]); // 0.5
 */
export function balancedAccuracy(
  truth: Labels,
  predicted: Labels,
  options: BalancedAccuracyOptions = {},
): number {
  requireOptions("balancedAccuracy", options, balancedRules);
  const counts = pairCounts("balancedAccuracy", truth, predicted, options);
  let sum = 0;
  let classes = 0;
  for (let k = 0; k < counts.rows; k++) {
    const total = counts.row(k).reduce((a, b) => a + b, 0);
    if (total === 0) continue;
    sum += counts.at(k, k) / total;
    classes++;
  }
  const score = sum / classes;
  return options.adjusted ? (score - 1 / classes) / (1 - 1 / classes) : score;
}

/**
 * Matthews correlation of truth and prediction, from -1 to 1, for any number of classes; 0 where either has one class only.
 * As scikit-learn's `matthews_corrcoef` (Gorodkin 2004).
 *
 * @throws DataError for unequal lengths, or what is no label; ParamError for an option that does not exist.
 * @example
 * matthewsCorrelation([1, 1, 1, 0], [1, 0, 1, 1]); // -0.333
 */
export function matthewsCorrelation(truth: Labels, predicted: Labels, options: MetricOptions = {}): number {
  requireOptions("matthewsCorrelation", options, metricRules);
  const counts = pairCounts("matthewsCorrelation", truth, predicted, options);
  let right = 0;
  let total = 0;
  let agreement = 0;
  let spreadTrue = 0;
  let spreadPredicted = 0;
  for (let k = 0; k < counts.rows; k++) {
    const actual = counts.row(k).reduce((a, b) => a + b, 0);
    const guessed = counts.column(k).reduce((a, b) => a + b, 0);
    right += counts.at(k, k);
    total += actual;
    agreement += actual * guessed;
    spreadTrue += actual * actual;
    spreadPredicted += guessed * guessed;
  }
  const spread = (total * total - spreadPredicted) * (total * total - spreadTrue);
  return spread === 0 ? 0 : (right * total - agreement) / Math.sqrt(spread);
}

function pairCounts(owner: string, truth: Labels, predicted: Labels, options: MetricOptions): Matrix {
  checkRows(owner, truth, predicted);
  const classes = distinctLabels(owner, truth, predicted);
  checkPredicted(owner, predicted, options.classes);
  return countPairs(owner, truth, predicted, classes, options.weights);
}
