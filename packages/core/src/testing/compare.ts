import type { Column } from "../dataset/column.js";
import { columnLength, tensorWidth } from "../dataset/column.js";
import type { Dataset } from "../dataset/dataset.js";
import { describe, listNames } from "../errors.js";
import { ensure } from "./unmet.js";

/** Throws unless two datasets hold the same columns, in whatever order, with the same bits. */
export function ensureSame(what: string, actual: Dataset, expected: Dataset): void {
  ensureClose(what, actual, expected, 0);
}

/** The same with numbers that may differ by `tolerance`, absolute or relative. NaN equals NaN, 0 equals -0. */
export function ensureClose(what: string, actual: Dataset, expected: Dataset, tolerance: number): void {
  const missing = expected.names.filter((name) => !actual.has(name));
  const extra = actual.names.filter((name) => !expected.has(name));
  ensure(
    missing.length + extra.length === 0,
    () => `${what}: the outputs must be ${listNames(expected.names)}, received ${listNames(actual.names)}`,
  );
  for (const name of expected.names)
    ensureColumn(what, name, actual.column(name), expected.column(name), tolerance);
}

function ensureColumn(what: string, name: string, actual: Column, expected: Column, tolerance: number): void {
  ensure(
    actual.kind === expected.kind && columnLength(actual) === columnLength(expected),
    () =>
      `${what}: ${name} must be ${expected.kind} of ${columnLength(expected)} rows, received ${actual.kind} of ${columnLength(actual)}`,
  );
  const a = contentOf(actual);
  const e = contentOf(expected);
  ensure(
    a.values.length === e.values.length && a.width === e.width,
    () => `${what}: ${name} must hold ${e.values.length} values, received ${a.values.length}`,
  );
  for (let k = 0; k < e.values.length; k++) {
    if (!alike(a.values[k], e.values[k], tolerance)) {
      const at = e.width === 1 ? `row ${k}` : `row ${Math.floor(k / e.width)}, column ${k % e.width}`;
      ensure(
        false,
        `${what}: ${name} must be ${describe(e.values[k])} at ${at}, received ${describe(a.values[k])}`,
      );
    }
  }
}

type Cell = number | string | null;

function alike(a: Cell, b: Cell, tolerance: number): boolean {
  if (a === b) return true;
  if (typeof a !== "number" || typeof b !== "number") return false;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

/** A column's cells one after another; categories by value, since dictionaries may differ. */
function contentOf(column: Column): { readonly values: ArrayLike<Cell>; readonly width: number } {
  switch (column.kind) {
    case "categorical":
      return {
        values: Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code])),
        width: 1,
      };
    case "tensor":
      return { values: column.values, width: tensorWidth(column.shape) };
    case "sparse":
      return { values: [...column.offsets, ...column.indices, ...column.values, column.width], width: 1 };
    case "sequence":
      return { values: [...column.offsets, ...column.values], width: 1 };
    default:
      return { values: column.values, width: 1 };
  }
}

/** Throws where an output is NaN, infinite or missing. */
export function ensureFinite(what: string, observed: Dataset): void {
  for (const name of observed.names) {
    const { values, width } = contentOf(observed.column(name));
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      ensure(
        typeof value === "string" || Number.isFinite(value),
        () => `${what}: ${name} must be finite, received ${describe(value)} at row ${Math.floor(k / width)}`,
      );
    }
  }
}

/** Whether any output differs by more than `least`, absolute or relative. */
export function differs(a: Dataset, b: Dataset, least: number): boolean {
  try {
    ensureClose("", a, b, least);
    return false;
  } catch {
    return true;
  }
}
