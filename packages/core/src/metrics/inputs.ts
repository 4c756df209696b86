import type { Label } from "../dataset/target.js";
import { DataError, describe, ParamError } from "../errors.js";
import { aLabel, aList, anything, listOfLabels, type Rules } from "../guard.js";
import { Matrix } from "../matrix.js";
import { distinctLabels, labelCodes, type Labels, listLabels } from "./labels.js";

/** What every metric takes besides truth and output. */
export interface MetricOptions {
  /** One weight a row, finite and >= 0; a weight of 2 counts as two such rows. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
  /** The labels that a prediction may be, as a scorer is told them; another one is refused. Default: those that occur. */
  readonly classes?: readonly Label[];
}

/** What metrics of scores and probabilities take: a vector is of the positive class, a matrix has a column a class. */
export interface ScoredOptions extends MetricOptions {
  /** The class that the scores are for. Default: the second of `classes`, else 1; must be given where labels are not 0 and 1 (or -1 and 1). */
  readonly positive?: Label;
  /** Classes of a matrix's columns, in order. Default: the labels that occur, ascending. */
  readonly classes?: readonly Label[];
}

/** What metric options must be; weights are checked with the rows. */
export const metricRules: Rules<MetricOptions> = { weights: anything, classes: listOfLabels };
export const scoredRules: Rules<ScoredOptions> = { ...metricRules, positive: aLabel };

/** Throws {@link DataError} for what is no array: text, a dataset's column, nothing at all. */
function requireList(owner: string, what: string, values: unknown, expected: string): void {
  if (aList.holds(values)) return;
  const hint = typeof values === "object" && values !== null && "kind" in values ? ": give its values" : "";
  throw new DataError(owner, `${what} must be ${expected}, received ${describe(values)}${hint}`);
}

/** Throws {@link DataError} unless truth and predictions are arrays of the same length, at least 1. */
export function checkRows(owner: string, truth: ArrayLike<unknown>, predicted: ArrayLike<unknown>): void {
  requireList(owner, "predictions", predicted, "an array");
  checkTruth(owner, truth, predicted.length);
}

/** Throws {@link DataError} unless the truth is an array of so many rows, at least 1. */
function checkTruth(owner: string, truth: ArrayLike<unknown>, outputRows: number): void {
  requireList(owner, "the truth", truth, "an array");
  if (truth.length !== outputRows) {
    throw new DataError(
      owner,
      `truth and output must have the same length, received ${truth.length} and ${outputRows}`,
    );
  }
  if (truth.length === 0) throw new DataError(owner, "there must be at least 1 row, received 0");
}

/** As {@link checkRows} for an output that may be a matrix. */
export function checkOutput(
  owner: string,
  truth: ArrayLike<unknown>,
  output: ArrayLike<unknown> | Matrix,
): void {
  if (output instanceof Matrix) return checkTruth(owner, truth, output.rows);
  requireList(owner, "the output", output, "an array or a Matrix");
  checkTruth(owner, truth, output.length);
}

/** Throws {@link DataError} for a prediction that is none of the classes, where those are given. */
export function checkPredicted(
  owner: string,
  predicted: ArrayLike<Label>,
  classes: readonly Label[] | undefined,
): void {
  if (classes !== undefined) labelCodes(owner, predicted, classes, "predictions");
}

/** Checked weights, or undefined where none are given. */
export function checkWeights(
  owner: string,
  weights: ArrayLike<number> | undefined,
  rows: number,
): Float64Array | undefined {
  if (weights === undefined) return undefined;
  requireList(owner, "weights", weights, "an array of numbers");
  if (weights.length !== rows)
    throw new DataError(owner, `weights must have ${rows} values, received ${weights.length}`);
  const out = numbersOf(owner, weights, "weights");
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = out[row];
    if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY)
      throw new DataError(owner, `weights must be finite and >= 0, received ${weight} at row ${row}`);
    sum += weight;
  }
  if (sum === 0) throw new DataError(owner, "weights must not all be zero");
  return out;
}

/** Numbers as a Float64Array (shared where they are one), which would turn null into 0 and text into numbers. */
function numbersOf(owner: string, values: ArrayLike<number>, what: string): Float64Array {
  if (values instanceof Float64Array) return values;
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    const value: unknown = values[row];
    if (typeof value !== "number")
      throw new DataError(owner, `${what} must be numbers, received ${describe(value)} at row ${row}`);
    out[row] = value;
  }
  return out;
}

/** Numbers as a Float64Array (shared where they are one). Throws {@link DataError} for what is no number, NaN and infinity. */
export function checkFinite(owner: string, values: ArrayLike<number>, what: string): Float64Array {
  const out = numbersOf(owner, values, what);
  for (let row = 0; row < out.length; row++) {
    if (out[row] - out[row] !== 0)
      throw new DataError(owner, `${what} must be finite, received ${out[row]} at row ${row}`);
  }
  return out;
}

/** Throws {@link DataError} unless every value is in 0..1. */
export function checkProbabilities(owner: string, values: Float64Array, columns = 1): void {
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] >= 0 && values[k] <= 1)) {
      throw new DataError(
        owner,
        `probabilities must be in 0..1, received ${values[k]} at row ${Math.floor(k / columns)}`,
      );
    }
  }
}

/** Scores for one class, and which that is. */
interface PositiveScores {
  readonly scores: Float64Array;
  readonly positive: Label | undefined;
}

/**
 * The scores of the positive class: a vector as it is, a matrix's only column, or the column of `positive`
 * (default: the second) among two or more.
 */
export function positiveScores(
  owner: string,
  truth: Labels,
  output: ArrayLike<number> | Matrix,
  options: ScoredOptions,
): PositiveScores {
  checkOutput(owner, truth, output);
  if (!(output instanceof Matrix) || output.columns === 1) {
    const vector = output instanceof Matrix ? output.data : output;
    return { scores: checkFinite(owner, vector, "scores"), positive: vectorClass(owner, output, options) };
  }
  const { positive, classes } = options;
  const known = columnClasses(owner, truth, output, classes);
  if (positive === undefined && known.length > 2) {
    throw new DataError(owner, `positive must be given for ${known.length} classes, received none`);
  }
  const chosen = positive ?? known[1];
  const column = labelCodes(owner, [chosen], known)[0];
  return { scores: checkFinite(owner, output.column(column), "scores"), positive: chosen };
}

/** The class that a single column of scores is for; undefined for 1, or what labels of 0 and 1 (or -1 and 1) call so. */
export function vectorClass(
  owner: string,
  output: ArrayLike<number> | Matrix,
  { positive, classes }: ScoredOptions,
): Label | undefined {
  if (classes === undefined) return positive;
  // A model that knows one class only may give a matrix of one column.
  if (!(output instanceof Matrix) && classes.length !== 2)
    throw new ParamError(owner, `classes must be 2 for a vector, received ${classes.length}`);
  if (positive !== undefined && !classes.includes(positive))
    throw new ParamError(
      owner,
      `positive must be one of the classes ${listLabels(classes)}, received ${describe(positive)}`,
    );
  return positive ?? classes[1];
}

/** The class of each column of a matrix of scores. */
export function columnClasses(
  owner: string,
  truth: Labels,
  output: Matrix,
  classes: readonly Label[] | undefined,
): readonly Label[] {
  const known = classes ?? distinctLabels(owner, truth);
  if (known.length !== output.columns) {
    throw new DataError(
      owner,
      `there must be one column for each class (${listLabels(known)}), received ${output.columns} columns${classes ? "" : ": give classes where the truth lacks some"}`,
    );
  }
  return known;
}
