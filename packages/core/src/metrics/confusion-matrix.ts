import type { Label } from "../dataset/target.js";
import { DataError } from "../errors.js";
import { listOfLabels, oneOf, requireOptions, type Rules } from "../guard.js";
import { Matrix } from "../matrix.js";
import { checkPredicted, checkRows, checkWeights, type MetricOptions, metricRules } from "./inputs.js";
import { distinctLabels, labelCodes, type Labels } from "./labels.js";

/** The matrix grows with its square. */
const mostClasses = 4096;

export interface ConfusionMatrixOptions extends MetricOptions {
  /** Which classes, in which order; rows of others are left out. Default: all that occur, ascending. */
  readonly labels?: readonly Label[];
  /** Divides by the weight of the true class (rows), of the predicted one (columns), or of all. Default: counts. */
  readonly normalize?: "true" | "predicted" | "all";
}

const rules: Rules<ConfusionMatrixOptions> = {
  ...metricRules,
  labels: listOfLabels,
  normalize: oneOf("true", "predicted", "all"),
};

/** Weights of rows by true and predicted class. */
export interface ConfusionMatrix {
  readonly labels: readonly Label[];
  /** Element (i, j): rows of class `labels[i]` that were predicted `labels[j]`. */
  readonly matrix: Matrix;
}

/**
 * Counts of rows by true class (down) and predicted class (across), as scikit-learn's `confusion_matrix`.
 *
 * @throws DataError for unequal lengths, or labels of which none is in the truth; ParamError for an option that does not
 * exist, or a value that it can't have.
 * @example
 * confusionMatrix([0, 1, 1], [0, 0, 1]).matrix.toRows(); // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  truth: Labels,
  predicted: Labels,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  const owner = "confusionMatrix";
  requireOptions(owner, options, rules);
  checkRows(owner, truth, predicted);
  const occurring = distinctLabels(owner, truth, predicted);
  checkPredicted(owner, predicted, options.classes);
  const all = countPairs(owner, truth, predicted, occurring, options.weights);
  const labels = options.labels ?? occurring;
  const place = labels.map((label) => occurring.indexOf(label));
  const matrix = new Matrix(labels.length, labels.length);
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < labels.length; j++) {
      if (place[i] >= 0 && place[j] >= 0) matrix.data[i * labels.length + j] = all.at(place[i], place[j]);
    }
  }
  if (options.labels !== undefined && !labels.some((label) => labelIn(truth, label)))
    throw new DataError(owner, "labels must name at least one class of the truth, received none");
  if (options.normalize !== undefined) normalise(matrix, options.normalize);
  return { labels, matrix };
}

function labelIn(truth: Labels, label: Label): boolean {
  for (let row = 0; row < truth.length; row++) if (truth[row] === label) return true;
  return false;
}

function normalise({ data, rows: size }: Matrix, by: "true" | "predicted" | "all"): void {
  const part = (cell: number): number =>
    by === "all" ? 0 : by === "true" ? Math.floor(cell / size) : cell % size;
  const totals = new Float64Array(size);
  data.forEach((count, cell) => (totals[part(cell)] += count));
  data.forEach((count, cell) => (data[cell] = totals[part(cell)] === 0 ? 0 : count / totals[part(cell)]));
}

/** Weights of every (true, predicted) pair of `classes`, which hold all labels. */
export function countPairs(
  owner: string,
  truth: Labels,
  predicted: Labels,
  classes: readonly Label[],
  rowWeights: ArrayLike<number> | undefined,
): Matrix {
  if (classes.length > mostClasses) {
    throw new DataError(
      owner,
      `labels must be of at most ${mostClasses} classes, received ${classes.length}: are they numbers to regress?`,
    );
  }
  const weights = checkWeights(owner, rowWeights, truth.length);
  const actual = labelCodes(owner, truth, classes);
  const guessed = labelCodes(owner, predicted, classes);
  const counts = new Matrix(classes.length, classes.length);
  for (let row = 0; row < actual.length; row++)
    counts.data[actual[row] * classes.length + guessed[row]] += weights === undefined ? 1 : weights[row];
  return counts;
}
