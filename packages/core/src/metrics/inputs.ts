import type { Label } from "../dataset/target.js";
import { DataError } from "../errors.js";
import { Matrix } from "../matrix.js";
import { distinctLabels, labelCodes, type Labels, listLabels } from "./labels.js";

/** What every metric takes besides truth and output. */
export interface MetricOptions {
  /** One weight a row, finite and >= 0; a weight of 2 counts as two such rows. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/** What metrics of scores and probabilities take: a vector is of the positive class, a matrix has a column a class. */
export interface ScoredOptions extends MetricOptions {
  /** The class that the scores are for. Default 1; must be given where labels are not 0 and 1 (or -1 and 1). */
  readonly positive?: Label;
  /** Classes of a matrix's columns, in order. Default: the labels that occur, ascending. */
  readonly classes?: readonly Label[];
}

/** Throws {@link DataError} unless both have the same number of rows, at least one. */
export function checkRows(owner: string, truth: ArrayLike<unknown>, outputRows: number): void {
  if (truth.length !== outputRows) {
    throw new DataError(
      owner,
      `truth and output must have the same length, received ${truth.length} and ${outputRows}`,
    );
  }
  if (truth.length === 0) throw new DataError(owner, "there must be at least 1 row, received 0");
}

/** Checked weights, or undefined where none are given. */
export function checkWeights(
  owner: string,
  weights: ArrayLike<number> | undefined,
  rows: number,
): Float64Array | undefined {
  if (weights === undefined) return undefined;
  if (weights.length !== rows)
    throw new DataError(owner, `weights must have ${rows} values, received ${weights.length}`);
  const out = weights instanceof Float64Array ? weights : Float64Array.from(weights);
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

/** Numbers as a Float64Array (shared where they are one). Throws {@link DataError} for NaN and infinity. */
export function checkFinite(owner: string, values: ArrayLike<number>, what: string): Float64Array {
  const out = values instanceof Float64Array ? values : Float64Array.from(values);
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
  { positive, classes }: ScoredOptions,
): PositiveScores {
  if (!(output instanceof Matrix)) {
    checkRows(owner, truth, output.length);
    return { scores: checkFinite(owner, output, "scores"), positive: positive ?? classes?.[1] };
  }
  checkRows(owner, truth, output.rows);
  if (output.columns === 1)
    return { scores: checkFinite(owner, output.data, "scores"), positive: positive ?? classes?.[1] };
  const known = columnClasses(owner, truth, output, classes);
  if (positive === undefined && known.length > 2) {
    throw new DataError(owner, `positive must be given for ${known.length} classes, received none`);
  }
  const chosen = positive ?? known[1];
  const column = labelCodes(owner, [chosen], known)[0];
  return { scores: checkFinite(owner, output.column(column), "scores"), positive: chosen };
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
