import { DataError, describe } from "@strata-ml/core";

/** A measure of predictions that is fed batch by batch; what it holds doesn't grow with the rows. */
export interface StreamingMetric {
  /**
   * Takes a batch.
   *
   * @param scores rows x outputs, row-major: probabilities, or predicted numbers
   * @param targets the same shape: 0 or 1, one-hot, or numbers
   * @param weights one a row; each 1 where left out
   * @throws DataError for lengths that don't fit each other, and a score, target or weight that is not finite.
   */
  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void;
  /** The measure of all rows so far; 0 where it is not defined, as before the first row. */
  result(): number;
}

/** A metric that has a result of each output as well. */
export interface PerClassMetric extends StreamingMetric {
  perClass(): Float64Array;
}

/** What predictions are of: `binary` a probability a row, `categorical` one a class, `multiLabel` one a label, `regression` numbers. */
export type MetricKind = "binary" | "categorical" | "multiLabel" | "regression";

/** What a metric is fed with. */
export interface MetricTask {
  readonly kind: MetricKind;
  /** Scores of a row. */
  readonly outputs: number;
}

/** Checks a batch and gives its number of rows. */
export function batchRows(
  owner: string,
  outputs: number,
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): number {
  const rows = scores.length / outputs;
  if (!Number.isInteger(rows) || targets.length !== scores.length)
    throw new DataError(
      owner,
      `scores and targets must both be rows x ${outputs}, received ${scores.length} and ${targets.length} numbers`,
    );
  if (weights !== undefined && weights.length !== rows)
    throw new DataError(owner, `weights must be ${rows}, one a row, received ${weights.length}`);
  requireFinite(owner, "scores", scores);
  requireFinite(owner, "targets", targets);
  if (weights !== undefined) requireFinite(owner, "weights", weights);
  return rows;
}

function requireFinite(owner: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new DataError(owner, `${what} must be finite numbers, received ${describe(values[i])} at ${i}`);
  }
}

/** A quotient, 0 where there is nothing to divide by. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
