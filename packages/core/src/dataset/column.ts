/** What a cell of a numeric or timestamp column holds where nothing is known: NaN. */
export type FloatArray = Float64Array | Float32Array;

/** One number a row; NaN is missing. */
export interface NumericColumn {
  readonly kind: "numeric";
  readonly values: FloatArray;
}

/** One of a fixed set of strings a row: `categories[codes[i]]`, and code -1 is missing. */
export interface CategoricalColumn {
  readonly kind: "categorical";
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}

/** Free text a row; null is missing. */
export interface TextColumn {
  readonly kind: "text";
  readonly values: readonly (string | null)[];
}

/** What one of the numbers of a sequence step means: a measurement, or a code into `categories`. */
export interface SequenceField {
  readonly name: string;
  readonly kind: "numeric" | "categorical";
  /** Of a categorical field; a step holds the code, -1 is missing. */
  readonly categories?: readonly string[];
}

/**
 * A ragged history a row, oldest step first: row i has steps `offsets[i]` to `offsets[i + 1]`, and step s
 * holds the `fields.length` numbers from `values[s * fields.length]`. A row may be empty.
 */
export interface SequenceColumn {
  readonly kind: "sequence";
  readonly offsets: Int32Array;
  readonly values: FloatArray;
  readonly fields: readonly SequenceField[];
}

/** A block of fixed shape a row, row-major: images, embeddings, the outputs of a transformer. */
export interface TensorColumn {
  readonly kind: "tensor";
  readonly values: FloatArray;
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** Names of a row's elements where the block is a vector. */
  readonly names?: readonly string[];
}

/** A sparse vector a row in CSR form: row i holds `values[p]` at `indices[p]` for p in `offsets[i]..offsets[i + 1]`, indices ascending. */
export interface SparseColumn {
  readonly kind: "sparse";
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  readonly width: number;
  readonly names?: readonly string[];
}

/** Milliseconds since 1970-01-01 UTC a row; NaN is missing. */
export interface TimestampColumn {
  readonly kind: "timestamp";
  readonly values: Float64Array;
}

export type Column =
  | NumericColumn
  | CategoricalColumn
  | TextColumn
  | SequenceColumn
  | TensorColumn
  | SparseColumn
  | TimestampColumn;

export type ColumnKind = Column["kind"];

/** The column type of a kind: `ColumnOf<"text">` is {@link TextColumn}. */
export type ColumnOf<K extends ColumnKind> = Extract<Column, { kind: K }>;

/** Numbers in one row of a tensor column. */
export function tensorWidth(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Rows that a column holds. */
export function columnLength(column: Column): number {
  switch (column.kind) {
    case "categorical":
      return column.codes.length;
    case "sequence":
    case "sparse":
      return column.offsets.length - 1;
    case "tensor":
      return column.values.length / tensorWidth(column.shape);
    default:
      return column.values.length;
  }
}
