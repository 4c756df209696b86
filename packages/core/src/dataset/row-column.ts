import { DataError, describe } from "../errors.js";
import { type Column, type SequenceField, tensorWidth } from "./column.js";
import { categorical, parseTime, sequence, tensor } from "./column-build.js";
import type { RowType } from "./row-type.js";

/** One field of all rows, whatever it may hold; undefined is missing. */
export interface RowField {
  readonly owner: string;
  readonly name: string;
  readonly values: readonly unknown[];
}

const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The column of a field. Without a type: numbers and booleans are numeric, strings categorical, Dates timestamps. */
export function rowColumn(field: RowField, type: RowType | undefined): Column {
  const full = typeof type === "object" ? type : { kind: type ?? kindOf(field) };
  switch (full.kind) {
    case "numeric":
      return {
        kind: "numeric",
        values: Float64Array.from(field.values, (value, row) => numberOf(field, row, value)),
      };
    case "timestamp":
      return {
        kind: "timestamp",
        values: Float64Array.from(field.values, (value, row) => timeOf(field, row, value)),
      };
    case "text":
      return { kind: "text", values: field.values.map((value, row) => stringOf(field, row, value)) };
    case "categorical":
      return categoricalColumn(field, "categories" in full ? full.categories : undefined);
    case "sequence":
      return sequenceColumn(field, full.fields);
    case "tensor":
      return tensorColumn(field, full.shape, full.names);
  }
}

function refuse({ owner, name }: RowField, row: number, expected: string, value: unknown, at = ""): never {
  throw new DataError(owner, `row ${row}: ${name}${at} must be ${expected}, received ${describe(value)}`);
}

function kindOf(field: RowField): "numeric" | "categorical" | "timestamp" {
  const row = field.values.findIndex((value) => !isMissing(value));
  const first = field.values[row];
  if (typeof first === "string") return "categorical";
  if (first instanceof Date) return "timestamp";
  if (row < 0 || typeof first === "number" || typeof first === "boolean" || typeof first === "bigint")
    return "numeric";
  return refuse(field, row, "a number, boolean, string or Date unless `kinds` says what it is", first);
}

function numberOf(field: RowField, row: number, value: unknown, at = ""): number {
  if (typeof value === "number") return value;
  if (isMissing(value)) return Number.NaN;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "bigint") return refuse(field, row, "a number", value, at);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : refuse(field, row, "an integer within 2^53", value, at);
}

function timeOf(field: RowField, row: number, value: unknown): number {
  if (isMissing(value)) return Number.NaN;
  const time =
    value instanceof Date
      ? value.getTime()
      : typeof value === "string"
        ? parseTime(value)
        : typeof value === "number"
          ? value
          : Number.NaN;
  return Number.isNaN(time) ? refuse(field, row, "a date", value) : time;
}

function stringOf(field: RowField, row: number, value: unknown): string | null {
  if (isMissing(value)) return null;
  return typeof value === "string" ? value : refuse(field, row, "a string", value);
}

function categoricalColumn(field: RowField, categories: readonly string[] | undefined): Column {
  const words = field.values.map((value, row) => {
    // As `categorical` does: asked for by name, numbers and booleans are written out.
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
      return String(value);
    return stringOf(field, row, value);
  });
  const known = categories && new Set(categories);
  const row = words.findIndex((word) => word !== null && known?.has(word) === false);
  if (row >= 0) refuse(field, row, `one of the ${known!.size} categories`, field.values[row]);
  return categorical(words, categories);
}

function tensorColumn(
  field: RowField,
  shape: readonly number[],
  names: readonly string[] | undefined,
): Column {
  const width = tensorWidth(shape);
  const values = new Float64Array(field.values.length * width).fill(Number.NaN);
  field.values.forEach((value, row) => {
    if (isMissing(value)) return;
    const flat = flatten(value);
    if (flat.length !== width)
      refuse(field, row, `${width} numbers (shape ${shape.join(" x ")})`, flat.length === 1 ? flat[0] : flat);
    flat.forEach((number, j) => (values[row * width + j] = numberOf(field, row, number, `[${j}]`)));
  });
  return tensor(values, shape, names);
}

function flatten(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : [value];
}

function sequenceColumn(field: RowField, fields: readonly (SequenceField | string)[]): Column {
  const named = fields.map((f): SequenceField => (typeof f === "string" ? { name: f, kind: "numeric" } : f));
  const rows = field.values.map((value, row) => {
    if (isMissing(value)) return [];
    return Array.isArray(value) ? (value as unknown[]) : refuse(field, row, "an array of steps", value);
  });
  const cell = (row: number, step: unknown, s: number, j: number): unknown => {
    if (Array.isArray(step) && step.length === named.length) return step[j] as unknown;
    if (typeof step === "object" && step !== null && !Array.isArray(step))
      return Object.hasOwn(step, named[j].name) // of a field that is lacking, a prototype may have one of its own
        ? (step as Record<string, unknown>)[named[j].name]
        : undefined;
    return refuse(field, row, `an array of ${named.length} values or an object`, step, `[${s}]`);
  };
  const complete = named.map((f, j) => {
    if (f.kind !== "categorical" || f.categories !== undefined) return f;
    const words = rows.flatMap((steps, row) => steps.map((step, s) => cell(row, step, s, j)));
    return { ...f, categories: [...new Set(words.filter((word) => typeof word === "string"))].sort() };
  });
  const codes = complete.map((f) => new Map(f.categories?.map((word, code) => [word, code])));
  const numbers = rows.map((steps, row) =>
    steps.map((step, s) =>
      complete.map((f, j) => {
        const value = cell(row, step, s, j);
        if (f.kind === "numeric") return numberOf(field, row, value, `[${s}].${f.name}`);
        if (isMissing(value)) return -1;
        const code = typeof value === "number" ? value : codes[j].get(value as string);
        if (code !== undefined && Number.isInteger(code) && code >= -1 && code < codes[j].size) return code;
        return refuse(field, row, `one of the ${codes[j].size} categories`, value, `[${s}].${f.name}`);
      }),
    ),
  );
  return sequence(numbers, complete);
}
