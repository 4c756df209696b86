import { DataError, describe } from "../errors.js";
import { aList, anArray, listOfNames, requireIs } from "../guard.js";
import { civilTime } from "./civil-time.js";
import { checkColumn } from "./column-check.js";
import {
  type CategoricalColumn,
  type Column,
  type FloatArray,
  type NumericColumn,
  type SequenceColumn,
  type SequenceField,
  type SparseColumn,
  type TensorColumn,
  type TextColumn,
  type TimestampColumn,
} from "./column.js";

/** A numeric column; a typed array is taken as it is, without a copy. null and undefined become NaN. */
export function numeric(
  values: FloatArray | Int32Array | Uint8Array | readonly (number | boolean | null | undefined)[],
): NumericColumn {
  if (values instanceof Float64Array || values instanceof Float32Array) return { kind: "numeric", values };
  requireIs("numeric", "values", values, aList);
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    if (typeof value === "number") out[i] = value;
    else if (typeof value === "boolean") out[i] = value ? 1 : 0;
    else if (value === null || value === undefined) out[i] = Number.NaN;
    else throw new DataError("numeric", `row ${i} must be a number, received ${describe(value)}`);
  }
  return { kind: "numeric", values: out };
}

/**
 * A categorical column from strings (numbers and booleans are written out); null and undefined are missing.
 * Without `categories` the dictionary is the values seen, sorted by code unit.
 */
export function categorical(
  values: readonly (string | number | boolean | null | undefined)[],
  categories?: readonly string[],
): CategoricalColumn {
  requireIs("categorical", "values", values, aList);
  if (categories !== undefined) requireIs("categorical", "categories", categories, listOfNames);
  const dictionary = categories ?? distinct(values);
  const codeOf = new Map(dictionary.map((value, code) => [value, code]));
  if (codeOf.size !== dictionary.length)
    throw new DataError("categorical", "categories must differ from each other");
  const codes = new Int32Array(values.length);
  for (let i = 0; i < codes.length; i++) {
    const value = values[i];
    if (typeof value === "object" && value !== null)
      throw new DataError("categorical", `row ${i} must be a string, received ${describe(value)}`);
    const code = value === null || value === undefined ? -1 : codeOf.get(String(value));
    if (code === undefined) {
      throw new DataError(
        "categorical",
        `row ${i} must be one of the ${dictionary.length} categories, received ${describe(value)}`,
      );
    }
    codes[i] = code;
  }
  return { kind: "categorical", codes, categories: dictionary };
}

function distinct(values: readonly (string | number | boolean | null | undefined)[]): string[] {
  const seen = new Set<string>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined) seen.add(String(value));
  }
  return [...seen].sort();
}

/** A text column; undefined becomes null, which is missing. */
export function text(values: readonly (string | null | undefined)[]): TextColumn {
  requireIs("text", "values", values, anArray);
  return {
    kind: "text",
    values: values.map((value, i) => {
      if (value === null || value === undefined) return null;
      if (typeof value !== "string")
        throw new DataError("text", `row ${i} must be a string, received ${describe(value)}`);
      return value;
    }),
  };
}

/**
 * A sequence column from steps a row: `rows[i][step][field]`; a field given by its name is numeric.
 *
 * Values are stored as float32, unlike those of numeric columns: networks compute in it, and histories are long. It keeps 7
 * digits, so a whole number beyond 2^24 may change (16777217 becomes 16777216). Where every digit counts, give a
 * {@link SequenceColumn} with a Float64Array instead.
 *
 * @throws DataError for a step with too many or too few values, a value that is no number, and a code without a category.
 */
export function sequence(
  rows: readonly (readonly (readonly number[])[])[],
  fields: readonly (SequenceField | string)[],
): SequenceColumn {
  requireIs("sequence", "rows", rows, anArray);
  requireIs("sequence", "fields", fields, anArray);
  const named = fields.map(
    (field): SequenceField => (typeof field === "string" ? { name: field, kind: "numeric" } : field),
  );
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((steps, i) => {
    requireIs("sequence", `row ${i}`, steps, anArray);
    offsets[i + 1] = offsets[i] + steps.length;
  });
  const values = new Float32Array(offsets[rows.length] * named.length);
  let at = 0;
  rows.forEach((steps, i) =>
    steps.forEach((step, s) => {
      if (step?.length !== named.length)
        throw new DataError(
          "sequence",
          `row ${i}, step ${s} must have ${named.length} values, received ${describe(step?.length ?? step)}`,
        );
      for (let f = 0; f < step.length; f++) {
        // A typed array would turn null into 0 and text into NaN.
        if (typeof step[f] !== "number")
          throw new DataError(
            "sequence",
            `row ${i}, step ${s} must hold numbers, received ${describe(step[f])} for '${named[f].name}'`,
          );
        values[at++] = step[f];
      }
    }),
  );
  return checked("sequence", { kind: "sequence", offsets, values, fields: named });
}

/** A tensor column of `shape` a row over one row-major block. */
export function tensor(
  values: FloatArray,
  shape: readonly number[],
  names?: readonly string[],
): TensorColumn {
  return checked("tensor", { kind: "tensor", values, shape, ...(names !== undefined && { names }) });
}

/** A sparse column from its CSR parts, which are checked: offsets rise from 0 to the number of values, indices rise within a row. */
export function sparse(parts: Omit<SparseColumn, "kind">): SparseColumn {
  return checked("sparse", { ...parts, kind: "sparse" });
}

function checked<C extends Column>(owner: string, column: C): C {
  checkColumn(owner, "", column);
  return column;
}

/** A timestamp column from Dates, ISO 8601 strings or milliseconds since 1970 (UTC); null is missing. */
export function timestamp(
  values: Float64Array | readonly (Date | string | number | null | undefined)[],
): TimestampColumn {
  if (values instanceof Float64Array) return { kind: "timestamp", values };
  requireIs("timestamp", "values", values, aList);
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) out[i] = Number.NaN;
    else {
      out[i] = millisecondsOf(value);
      if (Number.isNaN(out[i]))
        throw new DataError("timestamp", `row ${i} must be a date, received ${describe(value)}`);
    }
  }
  return { kind: "timestamp", values: out };
}

function millisecondsOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? parseTime(value) : Number.NaN;
}

/** Milliseconds of an ISO 8601 date or date-time ("2018-07-25", "2018-07-25 00:00:29", "...T...Z"); a time without a zone is UTC; NaN where it is none. */
export function parseTime(value: string): number {
  const m =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      value.trim(),
    );
  if (m === null) return Number.NaN;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = m;
  const ms = civilTime(+year, +month, +day, +hour, +minute, +second, Number(`0.${fraction}`) * 1000);
  if (zone === "Z") return ms;
  const sign = zone[0] === "-" ? -1 : 1;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return hours < 24 && minutes < 60 ? ms - sign * (hours * 60 + minutes) * 60_000 : Number.NaN;
}

/** Anything that names a column's values plainly: see {@link toColumn}. */
export type ColumnLike =
  | Column
  | FloatArray
  | Int32Array
  | Uint8Array
  | readonly (number | boolean | null)[]
  | readonly (string | null)[]
  | readonly Date[];

/**
 * A column from plain values: numbers and booleans become numeric, strings categorical, Dates timestamps.
 * Text is never guessed: wrap it in `text([...])`.
 */
export function toColumn(name: string, values: ColumnLike): Column {
  if (isNumbers(values)) return numeric(values);
  if (!Array.isArray(values)) {
    // What is in it is checked by the dataset that takes it.
    if (typeof values === "object" && values !== null && "kind" in values) return values;
    throw new DataError(
      "Dataset",
      `column '${name}' must be a column or an array, received ${describe(values)}`,
    );
  }
  const items: readonly unknown[] = values;
  const sort = sortOf(items.find((value) => value !== null && value !== undefined));
  items.forEach((value, row) => {
    const known = value === null || value === undefined ? sort : sortOf(value);
    if (known !== undefined && known === sort) return;
    throw new DataError(
      "Dataset",
      `column '${name}' must hold ${sort ?? "numbers, strings or dates"}, received ${describe(value)} at row ${row}`,
    );
  });
  if (sort === "strings") return categorical(values as (string | null)[]);
  return sort === "dates" ? timestamp(values as Date[]) : numeric(values as (number | boolean | null)[]);
}

/** Whether it is a typed array of numbers: no DataView, no BigInt64Array. */
function isNumbers(values: unknown): values is FloatArray {
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return false;
  return !(values instanceof BigInt64Array || values instanceof BigUint64Array);
}

/** Plain values that may stand together in a column; a column of none is one of numbers. */
function sortOf(value: unknown): "numbers" | "strings" | "dates" | undefined {
  if (value === undefined || typeof value === "number" || typeof value === "boolean") return "numbers";
  if (typeof value === "string") return "strings";
  return value instanceof Date && !Number.isNaN(value.getTime()) ? "dates" : undefined;
}
