import { DataError } from "../errors.js";
import { aFlag, requireOptions, type Rules } from "../guard.js";
import { Matrix } from "../matrix.js";
import {
  checkFinite,
  checkOutput,
  checkProbabilities,
  checkWeights,
  columnClasses,
  type ScoredOptions,
  scoredRules,
  vectorClass,
} from "./inputs.js";
import { binaryTruth, labelCodes, type Labels } from "./labels.js";

/** How far a row of probabilities may be from summing to 1: float32 networks are off by about 1e-6. */
const sumTolerance = 1e-4;

/**
 * Mean negative log-likelihood of the true labels, probabilities clipped to [2^-52, 1 - 2^-52];
 * as scikit-learn's `log_loss`.
 *
 * @param probabilities Of the positive class, one a row; or a matrix of `predictProba`, a column a class.
 * @throws DataError for unequal lengths, probabilities outside 0..1 or rows of them that don't sum to 1, or a label that
 * has no column; ParamError for an option that does not exist.
 * @example
 * logLoss([0, 1], [0.1, 0.9]); // 0.105
 */
export function logLoss(
  truth: Labels,
  probabilities: ArrayLike<number> | Matrix,
  options: ScoredOptions = {},
): number {
  requireOptions("logLoss", options, scoredRules);
  const { matrix, codes } = classProbabilities("logLoss", truth, probabilities, options);
  const losses = (row: number): number => {
    const p = matrix.data[row * matrix.columns + codes[row]];
    return -Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
  };
  return weightedMean("logLoss", truth.length, losses, options.weights);
}

export interface BrierOptions extends ScoredOptions {
  /** Whether to halve the sum over the classes, so that the score is in 0..1. Default: for two classes only, as scikit-learn. */
  readonly scaleByHalf?: boolean;
}

const brierRules: Rules<BrierOptions> = { ...scoredRules, scaleByHalf: aFlag };

/**
 * Mean squared difference of probabilities and what happened (Brier 1950), as scikit-learn's `brier_score_loss`.
 * Parameters and errors as {@link logLoss}.
 *
 * @example
 * brierScore([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]); // 0.0375
 */
export function brierScore(
  truth: Labels,
  probabilities: ArrayLike<number> | Matrix,
  options: BrierOptions = {},
): number {
  requireOptions("brierScore", options, brierRules);
  const { matrix, codes } = classProbabilities("brierScore", truth, probabilities, options);
  const squares = (row: number): number => {
    let sum = 0;
    for (let k = 0; k < matrix.columns; k++) sum += ((codes[row] === k ? 1 : 0) - matrix.at(row, k)) ** 2;
    return sum;
  };
  const mean = weightedMean("brierScore", truth.length, squares, options.weights);
  return (options.scaleByHalf ?? matrix.columns < 3) ? mean / 2 : mean;
}

/** Probabilities with a column a class, and each row's true column. */
function classProbabilities(
  owner: string,
  truth: Labels,
  probabilities: ArrayLike<number> | Matrix,
  options: ScoredOptions,
): { matrix: Matrix; codes: ArrayLike<number> } {
  checkOutput(owner, truth, probabilities);
  if (probabilities instanceof Matrix && probabilities.columns > 1) {
    checkProbabilities(owner, probabilities.data, probabilities.columns);
    checkSums(owner, probabilities);
    const classes = columnClasses(owner, truth, probabilities, options.classes);
    if (options.positive !== undefined) labelCodes(owner, [options.positive], classes, "positive");
    return { matrix: probabilities, codes: labelCodes(owner, truth, classes) };
  }
  const vector = probabilities instanceof Matrix ? probabilities.data : probabilities;
  const p = checkFinite(owner, vector, "probabilities");
  checkProbabilities(owner, p);
  const both = new Matrix(p.length, 2);
  for (let row = 0; row < p.length; row++) {
    both.data[2 * row] = 1 - p[row];
    both.data[2 * row + 1] = p[row];
  }
  return { matrix: both, codes: binaryTruth(owner, truth, vectorClass(owner, probabilities, options)) };
}

function checkSums(owner: string, { rows, columns, data }: Matrix): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = row * columns; k < (row + 1) * columns; k++) sum += data[k];
    if (Math.abs(sum - 1) > sumTolerance)
      throw new DataError(owner, `probabilities of a row must sum to 1, received ${sum} at row ${row}`);
  }
}

/** Mean of a value a row, by weight. */
function weightedMean(
  owner: string,
  rows: number,
  value: (row: number) => number,
  rowWeights: ArrayLike<number> | undefined,
): number {
  const weights = checkWeights(owner, rowWeights, rows);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    sum += weight * value(row);
    total += weight;
  }
  return sum / total;
}
