import { DataError, describe } from "../errors.js";
import { anObject } from "../guard.js";
import {
  type Column,
  type SequenceColumn,
  type SparseColumn,
  type TensorColumn,
  tensorWidth,
} from "./column.js";

/** Throws with what is wrong, named as the caller names it. */
type Refuse = (what: string) => never;

/**
 * Throws {@link DataError} for a column whose parts don't fit each other: everything after relies on that they do. One
 * walk over offsets, indices and codes; numbers may be anything.
 */
export function checkColumn(owner: string, subject: string, column: Column): void {
  const refuse: Refuse = (what) => {
    throw new DataError(owner, subject + what);
  };
  if (!anObject.holds(column)) refuse(`it must be a column, received ${describe(column)}`);
  switch (column.kind) {
    case "numeric":
      return requireFloats(column.values, refuse);
    case "timestamp":
      return requireType("values", column.values, Float64Array, refuse);
    case "text":
      return checkText(column.values, refuse);
    case "categorical":
      requireType("codes", column.codes, Int32Array, refuse);
      checkNames("categories", column.categories, refuse);
      if (new Set(column.categories).size !== column.categories.length)
        refuse("categories must differ from each other");
      return checkCodes(column.codes, column.categories.length, 1, 0, refuse);
    case "tensor":
      return checkTensor(column, refuse);
    case "sequence":
      return checkSequence(column, refuse);
    case "sparse":
      return checkSparse(column, refuse);
    default:
      return refuse(
        `kind must be numeric, categorical, text, sequence, tensor, sparse or timestamp, received ${describe((column as { kind: unknown }).kind)}`,
      );
  }
}

function requireType(
  what: string,
  value: unknown,
  type: abstract new (...args: never[]) => unknown,
  refuse: Refuse,
): void {
  if (!(value instanceof type)) refuse(`${what} must be a ${type.name}, received ${describe(value)}`);
}

function requireFloats(values: unknown, refuse: Refuse): void {
  if (!(values instanceof Float64Array || values instanceof Float32Array))
    refuse(`values must be a Float64Array or Float32Array, received ${describe(values)}`);
}

function checkText(values: unknown, refuse: Refuse): void {
  if (!Array.isArray(values)) return refuse(`values must be an array, received ${describe(values)}`);
  for (let row = 0; row < values.length; row++) {
    const value: unknown = values[row];
    if (typeof value !== "string" && value !== null)
      refuse(`values must be strings or null, received ${describe(value)} at row ${row}`);
  }
}

function checkNames(what: string, names: unknown, refuse: Refuse, count?: number): void {
  if (!Array.isArray(names))
    return refuse(`${what} must be an array of strings, received ${describe(names)}`);
  const odd: unknown = names.find((name) => typeof name !== "string");
  if (odd !== undefined || names.includes(undefined))
    refuse(`${what} must be an array of strings, received ${describe(odd)} among them`);
  if (count !== undefined && names.length !== count)
    refuse(`${what} must have ${count} entries, received ${names.length}`);
}

/** Codes at every `step`-th place from `from`: whole numbers from -1, which is missing, to below `count`. */
function checkCodes(
  codes: ArrayLike<number>,
  count: number,
  step: number,
  from: number,
  refuse: Refuse,
  rowOf: (place: number) => number = (place) => place,
): void {
  for (let k = from; k < codes.length; k += step) {
    const code = codes[k];
    if (!(code >= -1 && code < count && Number.isInteger(code)))
      refuse(
        `codes must be -1 or within 0..${count - 1} (${count} categories), received ${code} at row ${rowOf(k)}`,
      );
  }
}

function checkTensor({ values, shape, names }: TensorColumn, refuse: Refuse): void {
  requireFloats(values, refuse);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0))
    refuse(
      `shape must be whole numbers above 0, received ${Array.isArray(shape) ? `[${shape.join(", ")}]` : describe(shape)}`,
    );
  const width = tensorWidth(shape);
  if (values.length % width !== 0)
    refuse(
      `values must be whole rows of ${width} numbers (shape ${shape.join(" x ")}), received ${values.length} numbers`,
    );
  if (names !== undefined) checkNames("names", names, refuse, width);
}

/** Offsets of n + 1 places that rise from 0 to `end`. */
function checkOffsets(offsets: Int32Array, end: number, things: string, refuse: Refuse): void {
  requireType("offsets", offsets, Int32Array, refuse);
  if (offsets.length < 1 || offsets[0] !== 0)
    refuse(`offsets must start with 0, received ${describe(offsets[0])}`);
  for (let row = 0; row + 1 < offsets.length; row++) {
    if (offsets[row + 1] < offsets[row] || offsets[row + 1] > end)
      refuse(`offsets must rise to ${end}, received ${offsets[row + 1]} after ${offsets[row]} at row ${row}`);
  }
  const last = offsets[offsets.length - 1];
  if (last !== end) refuse(`offsets must end at the number of ${things} (${end}), received ${last}`);
}

function checkSequence({ offsets, values, fields }: SequenceColumn, refuse: Refuse): void {
  requireFloats(values, refuse);
  if (!Array.isArray(fields) || fields.length === 0)
    return refuse(`fields must be an array of at least 1, received ${describe(fields)}`);
  fields.forEach((field, f) => checkField(field, f, refuse));
  const twice = fields.find(({ name }, f) => fields.findIndex((other) => other.name === name) !== f);
  if (twice !== undefined) refuse(`fields must have names that differ, received '${twice.name}' twice`);
  const width = fields.length;
  if (values.length % width !== 0)
    refuse(`values must be whole steps of ${width} numbers, received ${values.length} numbers`);
  checkOffsets(offsets, values.length / width, "steps", refuse);
  const rowOf = (place: number): number => offsets.findIndex((end) => end > Math.floor(place / width)) - 1;
  fields.forEach(({ name, categories }, f) => {
    if (categories !== undefined)
      checkCodes(values, categories.length, width, f, (what) => refuse(`field '${name}': ${what}`), rowOf);
  });
}

function checkField(field: SequenceColumn["fields"][number], f: number, refuse: Refuse): void {
  const { name, kind, categories } = (field ?? {}) as Partial<typeof field>;
  if (typeof name !== "string" || (kind !== "numeric" && kind !== "categorical"))
    refuse(`fields[${f}] must be { name, kind: "numeric" or "categorical" }, received ${describe(field)}`);
  if (categories !== undefined) checkNames(`categories of field '${name}'`, categories, refuse);
}

function checkSparse({ offsets, indices, values, width, names }: SparseColumn, refuse: Refuse): void {
  requireType("indices", indices, Int32Array, refuse);
  requireType("values", values, Float64Array, refuse);
  if (!Number.isInteger(width) || width < 0)
    refuse(`width must be a whole number >= 0, received ${describe(width)}`);
  if (indices.length !== values.length)
    refuse(`indices must be as many as values (${values.length}), received ${indices.length}`);
  checkOffsets(offsets, values.length, "values", refuse);
  for (let row = 0; row + 1 < offsets.length; row++) {
    let low = 0;
    for (let p = offsets[row]; p < offsets[row + 1]; p++) {
      const index = indices[p];
      if (index < low || index >= width)
        refuse(`indices of row ${row} must rise within 0..${width - 1}, received ${index}`);
      low = index + 1;
    }
  }
  if (names !== undefined) checkNames("names", names, refuse, width);
}
