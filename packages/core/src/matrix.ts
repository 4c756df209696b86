import { DataError } from "./errors.js";

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

  constructor(rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)) {
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

  /** From rows of equal length; throws {@link DataError} for ragged ones. */
  static fromRows(rows: readonly ArrayLike<number>[]): Matrix {
    const columns = rows[0]?.length ?? 0;
    const out = new Matrix(rows.length, columns);
    rows.forEach((row, i) => {
      if (row.length !== columns) {
        throw new DataError(
          "Matrix",
          `row ${i} must have ${columns} values as row 0 has, received ${row.length}`,
        );
      }
      out.data.set(row, i * columns);
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
