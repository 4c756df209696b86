import { DataError, listNames } from "../errors.js";
import { aFlag, requireDataset, requireOptions } from "../guard.js";
import { Matrix } from "../matrix.js";
import {
  type CategoricalColumn,
  type Column,
  type ColumnKind,
  type FloatArray,
  tensorWidth,
} from "./column.js";
import type { Dataset } from "./dataset.js";
import type { ColumnSchema, DatasetSchema } from "./schema.js";

/**
 * The feature columns that a model saw in fit, in that order. Extra columns of other roles are ignored.
 *
 * @throws DataError for what is no dataset; one that names every missing column, every feature that fit did not see, and
 * a column of another kind or shape.
 */
export function alignFeatures(owner: string, fitted: DatasetSchema, data: Dataset): Dataset {
  requireDataset(owner, data);
  const missing = fitted.filter(({ name }) => !data.has(name)).map(({ name }) => name);
  if (missing.length > 0)
    throw new DataError(owner, `the columns seen in fit must be there, missing ${listNames(missing, 10)}`);
  const known = new Set(fitted.map(({ name }) => name));
  const unknown = data.namesOf("feature").filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new DataError(owner, `features must be those seen in fit, received also ${listNames(unknown, 10)}`);
  for (const expected of fitted) {
    const want = shapeOf(expected);
    const got = shapeOf(data.schemaOf(expected.name));
    if (want !== got)
      throw new DataError(owner, `column '${expected.name}' must be ${want} as in fit, received ${got}`);
  }
  const features = data.select(fitted.map(({ name }) => name));
  // A column is what it was in fit, whatever role this dataset gives it.
  return fitted.reduce(
    (all, { name }) => (all.roleOf(name) === "feature" ? all : all.withRole(name, "feature")),
    features,
  );
}

/** What must not change between fit and predict. Dictionaries may: categories are matched by value, not by code. */
function shapeOf(column: ColumnSchema): string {
  switch (column.kind) {
    case "tensor":
      return `tensor of shape ${column.shape.join(" x ")}`;
    case "sparse":
      return `sparse of width ${column.width}`;
    case "sequence":
      return `sequence of ${column.fields.map(({ name, kind }) => `${name}: ${kind}`).join(", ")}`;
    default:
      return column.kind;
  }
}

/** Throws {@link DataError} for what is no dataset, one without features, and the first feature whose kind the owner does not take, by name. */
export function requireKinds(owner: string, data: Dataset, accepted: readonly ColumnKind[]): void {
  requireDataset(owner, data);
  const features = data.featureSchema;
  if (features.length === 0)
    throw new DataError(owner, "the dataset must have at least one feature column, received none");
  for (const { name, kind } of features) {
    if (!accepted.includes(kind)) {
      throw new DataError(
        owner,
        `features must be ${accepted.join(", ")}, received ${kind} column '${name}'`,
      );
    }
  }
}

/** How many numbers a feature contributes to a row of a dense matrix. */
export function columnWidth(column: Column | ColumnSchema): number {
  if (column.kind === "tensor") return tensorWidth(column.shape);
  return column.kind === "sparse" ? column.width : 1;
}

/** Columns of {@link denseFeatures}, without making their names. */
export function featureWidth(features: DatasetSchema): number {
  return features.reduce((sum, column) => sum + columnWidth(column), 0);
}

/** Names of the columns of {@link denseFeatures}: a block's own names, or `block[0]`, `block[1]`, ... */
export function denseNames(schema: DatasetSchema): string[] {
  return schema.flatMap((column) => {
    const width =
      column.kind === "tensor"
        ? tensorWidth(column.shape)
        : column.kind === "sparse"
          ? column.width
          : undefined;
    if (width === undefined) return [column.name];
    const names = "names" in column ? column.names : undefined;
    return names ? [...names] : Array.from({ length: width }, (_, j) => `${column.name}[${j}]`);
  });
}

export interface NumericFeatureOptions {
  /** Whether NaN may be among the values; infinity never may. Default false. */
  readonly missing?: boolean;
}

const numericKinds = ["numeric", "tensor", "sparse"] as const;

function requireNumeric(owner: string, data: Dataset, options: NumericFeatureOptions): void {
  requireOptions(owner, options, { missing: aFlag });
  requireKinds(owner, data, numericKinds);
}

/**
 * All features as one row-major matrix; numeric columns give one column each, tensor and sparse blocks their width.
 *
 * @throws DataError for a column of another kind, and for NaN or infinite values, naming column and row.
 */
export function denseFeatures(owner: string, data: Dataset, options: NumericFeatureOptions = {}): Matrix {
  requireNumeric(owner, data, options);
  const names = data.namesOf("feature");
  const columns = names.map((name) => data.column(name));
  columns.forEach((column, c) => checkFinite(owner, names[c], column, options.missing ?? false));
  const out = new Matrix(data.rows, featureWidth(data.featureSchema));
  // A few rows of all columns at a time, so that the rows being written stay in the cache.
  for (let from = 0; from < out.rows; from += rowsAtOnce) {
    const to = Math.min(out.rows, from + rowsAtOnce);
    let at = 0;
    for (const column of columns) {
      fillDense(out, column, at, from, to);
      at += columnWidth(column);
    }
  }
  return out;
}

/**
 * All features column by column, in the order of {@link denseFeatures}: those that are float64 already are not copied, so
 * don't write to them.
 *
 * @throws DataError as {@link denseFeatures} does.
 * @example
 * featureColumns("Mine", fromColumns({ a: [1, 2], b: [3, 4] })); // [Float64Array [1, 2], Float64Array [3, 4]]
 */
export function featureColumns(
  owner: string,
  data: Dataset,
  options: NumericFeatureOptions = {},
): Float64Array[] {
  requireNumeric(owner, data, options);
  const out: Float64Array[] = [];
  for (const name of data.namesOf("feature")) {
    const column = data.column(name);
    checkFinite(owner, name, column, options.missing ?? false);
    if (column.kind === "numeric" && column.values instanceof Float64Array) out.push(column.values);
    else for (const own of separate(column, data.rows)) out.push(own);
  }
  return out;
}

/** A column's numbers, one array for each that it gives to a row. */
function separate(column: Column, rows: number): Float64Array[] {
  if (column.kind === "numeric")
    return [column.values instanceof Float64Array ? column.values : Float64Array.from(column.values)];
  const width = columnWidth(column);
  if (column.kind === "tensor" && width === 1)
    return separate({ kind: "numeric", values: column.values }, rows);
  const out = Array.from({ length: width }, () => new Float64Array(rows));
  if (column.kind === "tensor") {
    const { values } = column;
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const to = Math.min(rows, from + rowsAtOnce);
      out.forEach((own, j) => {
        for (let i = from, k = from * width + j; i < to; i++, k += width) own[i] = values[k];
      });
    }
  } else if (column.kind === "sparse") {
    for (let i = 0; i < rows; i++)
      for (let p = column.offsets[i]; p < column.offsets[i + 1]; p++)
        out[column.indices[p]][i] = column.values[p];
  }
  return out;
}

const rowsAtOnce = 64;

function fillDense(out: Matrix, column: Column, at: number, from: number, to: number): void {
  const { columns: stride, data } = out;
  if (column.kind === "numeric") {
    const { values } = column;
    for (let i = from, k = from * stride + at; i < to; i++, k += stride) data[k] = values[i];
  } else if (column.kind === "tensor") {
    const width = tensorWidth(column.shape);
    for (let i = from; i < to; i++)
      data.set(column.values.subarray(i * width, (i + 1) * width), i * stride + at);
  } else if (column.kind === "sparse") {
    for (let i = from; i < to; i++) {
      for (let p = column.offsets[i]; p < column.offsets[i + 1]; p++)
        data[i * stride + at + column.indices[p]] = column.values[p];
    }
  }
}

function checkFinite(owner: string, name: string, column: Column, missing: boolean): void {
  if (column.kind !== "numeric" && column.kind !== "tensor" && column.kind !== "sparse") return;
  const { values } = column;
  // A finite sum has finite parts; four sums go side by side.
  if (Number.isFinite(sumOf(values))) return;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (value - value === 0 || (missing && value !== value)) continue;
    let row = column.kind === "tensor" ? Math.floor(k / tensorWidth(column.shape)) : k;
    if (column.kind === "sparse") row = column.offsets.findIndex((end) => end > k) - 1;
    const hint = Number.isNaN(value) ? " (impute it first)" : "";
    throw new DataError(
      owner,
      `column '${name}' must be ${missing ? "finite or missing" : "finite"}, received ${value} at row ${row}${hint}`,
    );
  }
}

function sumOf(values: FloatArray): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 4 <= values.length; k += 4) {
    a += values[k];
    b += values[k + 1];
    c += values[k + 2];
    d += values[k + 3];
  }
  for (; k < values.length; k++) a += values[k];
  return a + b + c + d;
}

/** A sparse matrix in CSR form: row i holds `values[p]` at column `indices[p]`, p in `offsets[i]..offsets[i + 1]`. */
export interface CsrMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Whether any feature is sparse: estimators that can use CSR then ask for {@link csrFeatures}. */
export function hasSparseFeature(data: Dataset): boolean {
  return data.featureSchema.some(({ kind }) => kind === "sparse");
}

/** All features as one CSR matrix, in the column order of {@link denseFeatures}; zeros of dense columns are left out. Throws as it does. */
export function csrFeatures(owner: string, data: Dataset, options: NumericFeatureOptions = {}): CsrMatrix {
  requireNumeric(owner, data, options);
  const names = data.namesOf("feature");
  const columns = names.map((name) => data.column(name));
  columns.forEach((column, c) => checkFinite(owner, names[c], column, options.missing ?? false));
  const [only] = columns;
  if (columns.length === 1 && only.kind === "sparse" && !only.values.includes(0)) {
    const { offsets, indices, values, width } = only;
    return { rows: data.rows, columns: width, offsets, indices, values };
  }
  // Two passes, one to count and one to fill: a growing list would hold every number boxed.
  const offsets = new Int32Array(data.rows + 1);
  for (const column of columns) eachNonZero(column, (row) => offsets[row + 1]++);
  for (let i = 0; i < data.rows; i++) offsets[i + 1] += offsets[i];
  const indices = new Int32Array(offsets[data.rows]);
  const values = new Float64Array(indices.length);
  const next = offsets.slice();
  let at = 0;
  for (const column of columns) {
    eachNonZero(column, (row, index, value) => {
      const p = next[row]++;
      indices[p] = at + index;
      values[p] = value;
    });
    at += columnWidth(column);
  }
  return { rows: data.rows, columns: at, offsets, indices, values };
}

function eachNonZero(column: Column, visit: (row: number, index: number, value: number) => void): void {
  if (column.kind === "sparse") {
    const { offsets, indices, values } = column;
    for (let row = 0; row + 1 < offsets.length; row++) {
      for (let p = offsets[row]; p < offsets[row + 1]; p++)
        if (values[p] !== 0) visit(row, indices[p], values[p]);
    }
  } else if (column.kind === "numeric" || column.kind === "tensor") {
    const { values } = column;
    const width = columnWidth(column);
    for (let k = 0, row = 0; k < values.length; row++) {
      for (let j = 0; j < width; j++, k++) if (values[k] !== 0) visit(row, j, values[k]);
    }
  }
}

/** Code for a category that the dictionary of fit does not hold; see {@link recode}. */
export const UNKNOWN_CODE = -2;

/** A categorical column's codes in another dictionary: -1 stays missing, a category that is not there becomes {@link UNKNOWN_CODE}. */
export function recode(column: CategoricalColumn, categories: readonly string[]): Int32Array {
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const map = column.categories.map((category) => codeOf.get(category) ?? UNKNOWN_CODE);
  return column.codes.map((code) => (code < 0 ? -1 : map[code]));
}
