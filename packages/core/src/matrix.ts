import { DataError, describe } from "./errors.js";
import { aList, anArray, requireIs } from "./guard.js";

/**
 * A dense row-major block of float64: what `predictProba`, `decisionFunction` and `embed` return,
 * and what estimators read features from.
 *
 * @example
 * const m = Matrix.fromRows([[1, 2], [3, 4]]);
 * m.at(1, 0); // 3
 */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Element (i, j) is at `i * columns + j`. */
  readonly data: Float64Array;

  /** Throws {@link DataError} for sizes that aren't whole numbers, and data of another type or length; zeros where none is given. */
  constructor(rows: number, columns: number, given?: Float64Array) {
    if (!(Number.isInteger(rows) && rows >= 0 && Number.isInteger(columns) && columns >= 0))
      throw new DataError(
        "Matrix",
        `rows and columns must be whole numbers >= 0, received ${describe(rows)} and ${describe(columns)}`,
      );
    const data = given ?? new Float64Array(rows * columns);
    if (!(data instanceof Float64Array))
      throw new DataError("Matrix", `data must be a Float64Array, received ${describe(data)}`);
    if (data.length !== rows * columns) {
      throw new DataError(
        "Matrix",
        `${rows} x ${columns} needs ${rows * columns} values, received ${data.length}`,
      );
    }
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** From rows of equal length; throws {@link DataError} for ragged ones, and a value that is no number. */
  static fromRows(rows: readonly ArrayLike<number>[]): Matrix {
    requireIs("Matrix", "rows", rows, anArray);
    rows.forEach((row, i) => requireIs("Matrix", `row ${i}`, row, aList));
    const columns = rows[0]?.length ?? 0;
    const out = new Matrix(rows.length, columns);
    rows.forEach((row, i) => {
      if (row.length !== columns) {
        throw new DataError(
          "Matrix",
          `row ${i} must have ${columns} values as row 0 has, received ${row.length}`,
        );
      }
      for (let j = 0; j < columns; j++) {
        // A typed array would turn null into 0 and text into NaN.
        if (typeof row[j] !== "number")
          throw new DataError(
            "Matrix",
            `row ${i}, column ${j} must be a number, received ${describe(row[j])}`,
          );
        out.data[i * columns + j] = row[j];
      }
    });
    return out;
  }

  at(row: number, column: number): number {
    return this.data[row * this.columns + column];
  }

  /** Row `i` as a view: no copy. */
  row(i: number): Float64Array {
    return this.data.subarray(i * this.columns, (i + 1) * this.columns);
  }

  /** Column `j` as a copy. */
  column(j: number): Float64Array {
    const out = new Float64Array(this.rows);
    for (let i = 0, k = j; i < out.length; i++, k += this.columns) out[i] = this.data[k];
    return out;
  }

  toRows(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }
}
