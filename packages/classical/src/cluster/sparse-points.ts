import type { CsrMatrix } from "@strata-ml/core";
import { SparseDesign } from "../linear/sparse-design.js";
import type { Centres, Points } from "./points.js";

/** Rows of a CSR matrix; distances go through norms and products, so that only stored values are visited. */
export class SparsePoints implements Points {
  readonly rows: number;
  readonly columns: number;
  private readonly norms: Float64Array;

  constructor(private readonly matrix: CsrMatrix) {
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.norms = new Float64Array(matrix.rows);
    for (let i = 0; i < matrix.rows; i++)
      for (let q = matrix.offsets[i]; q < matrix.offsets[i + 1]; q++) this.norms[i] += matrix.values[q] ** 2;
  }

  distance(row: number, { data: c, norms }: Centres, which: number): number {
    const { offsets, indices, values } = this.matrix;
    const at = which * this.columns;
    let product = 0;
    for (let q = offsets[row]; q < offsets[row + 1]; q++) product += c[at + indices[q]] * values[q];
    return Math.max(0, this.norms[row] - 2 * product + norms[which]);
  }

  distances(row: number, centres: Centres, from: number, to: number, out: Float64Array): void {
    for (let k = from; k < to; k++) out[k - from] = this.distance(row, centres, k);
  }

  variance(weights: Float64Array | undefined): Float64Array {
    return new SparseDesign(this.matrix).moments(weights).variance;
  }

  add(row: number, factor: number, target: Float64Array, at: number): void {
    const { offsets, indices, values } = this.matrix;
    for (let q = offsets[row]; q < offsets[row + 1]; q++) target[at + indices[q]] += factor * values[q];
  }
}
