import { type CategoricalColumn, type Column, DataError, describe, ParamError } from "@strata-ml/core";

/** A value that a feature is set to. */
export type GridValue = number | string;

export interface GridOptions {
  readonly gridResolution: number;
  readonly percentiles: readonly [number, number];
}

/**
 * The values at which a feature's dependence is looked at: every one that occurs where they are few or categories, else
 * evenly spaced ones between two percentiles, as scikit-learn's. Missing values are no grid point.
 */
export function gridOf(
  owner: string,
  name: string,
  column: Column,
  { gridResolution, percentiles }: GridOptions,
): GridValue[] {
  if (column.kind === "categorical") {
    const present = new Set(column.codes);
    return column.categories.filter((_, code) => present.has(code));
  }
  if (column.kind !== "numeric")
    throw new DataError(owner, `feature '${name}' must be numeric or categorical, received ${column.kind}`);
  const sorted = Float64Array.from(column.values).sort();
  const some = sorted.subarray(0, sorted.length - sorted.filter((value) => Number.isNaN(value)).length);
  const unique = some.filter((value, i) => i === 0 || value !== some[i - 1]);
  if (unique.length === 0)
    throw new DataError(owner, `feature '${name}' must have a value, received missing ones only`);
  if (unique.length < gridResolution) return [...unique];
  const [low, high] = percentiles.map((share) => quantile(some, share));
  if (Math.abs(low - high) <= 1e-8 + 1e-5 * Math.abs(high))
    throw new ParamError(
      owner,
      `percentiles must lie further apart for feature '${name}', received ${percentiles.join(" and ")}, which are ${low} and ${high}`,
    );
  const step = (high - low) / (gridResolution - 1);
  return Array.from({ length: gridResolution }, (_, i) => (i === gridResolution - 1 ? high : low + i * step));
}

/** Checks values of the user's own for a feature. */
export function customGrid(
  owner: string,
  name: string,
  column: Column,
  values: readonly GridValue[],
): GridValue[] {
  const type = column.kind === "categorical" ? "string" : "number";
  const wrong = values.find((value) => typeof value !== type);
  if (values.length === 0 || wrong !== undefined)
    throw new ParamError(
      owner,
      `customValues of '${name}' must be ${type}s, received ${values.length === 0 ? "none" : describe(wrong)}`,
    );
  return [...values];
}

/** Quantile of ascending values between order statistics, with scipy's mquantiles' constants of 0.4. */
function quantile(sorted: Float64Array, share: number): number {
  const at = sorted.length * share + 0.4 + 0.2 * share;
  const k = Math.floor(Math.min(Math.max(at, 1), sorted.length - 1));
  const part = Math.min(Math.max(at - k, 0), 1);
  return (1 - part) * sorted[k - 1] + part * sorted[k];
}

/** A column of one value, of the kind of another column. */
export function constantColumn(column: Column, rows: number, value: GridValue): Column {
  if (typeof value === "number") return { kind: "numeric", values: new Float64Array(rows).fill(value) };
  const { categories } = column as CategoricalColumn;
  const code = categories.indexOf(value);
  if (code >= 0) return { kind: "categorical", codes: new Int32Array(rows).fill(code), categories };
  return { kind: "categorical", codes: new Int32Array(rows), categories: [value] };
}
