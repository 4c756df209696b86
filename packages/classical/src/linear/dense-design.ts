import type { Matrix } from "@strata-ml/core";
import type { ColumnMoments, DesignMatrix } from "./design-matrix.js";

/** A row-major matrix. Rows go four at a time, so that every weight and every sum is loaded once for four of them. */
export class DenseDesign implements DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly blockRows: number;
  private readonly data: Float64Array;

  constructor(matrix: Matrix) {
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.data = matrix.data;
    // 128 KB of features, at least one group of four rows.
    this.blockRows = Math.max(4, Math.min(1024, Math.floor(16384 / Math.max(1, this.columns)) & ~3));
  }

  scores(start: number, end: number, weights: Float64Array, bias: Float64Array, out: Float64Array): void {
    const { columns: p, data: x } = this;
    const outputs = bias.length;
    for (let k = 0; k < outputs; k++) {
      const from = k * p;
      const b = bias[k];
      let i = start;
      let at = k;
      for (; i + 4 <= end; i += 4, at += 4 * outputs) {
        const r0 = i * p;
        const r1 = r0 + p;
        const r2 = r1 + p;
        const r3 = r2 + p;
        let z0 = b;
        let z1 = b;
        let z2 = b;
        let z3 = b;
        for (let j = 0; j < p; j++) {
          const w = weights[from + j];
          z0 += w * x[r0 + j];
          z1 += w * x[r1 + j];
          z2 += w * x[r2 + j];
          z3 += w * x[r3 + j];
        }
        out[at] = z0;
        out[at + outputs] = z1;
        out[at + 2 * outputs] = z2;
        out[at + 3 * outputs] = z3;
      }
      for (; i < end; i++, at += outputs) {
        let z = b;
        for (let j = 0, r = i * p; j < p; j++, r++) z += weights[from + j] * x[r];
        out[at] = z;
      }
    }
  }

  addTransposed(
    start: number,
    end: number,
    residuals: Float64Array,
    outputs: number,
    target: Float64Array,
  ): void {
    const { columns: p, data: x } = this;
    for (let k = 0; k < outputs; k++) {
      const to = k * p;
      let i = start;
      let at = k;
      for (; i + 4 <= end; i += 4, at += 4 * outputs) {
        const e0 = residuals[at];
        const e1 = residuals[at + outputs];
        const e2 = residuals[at + 2 * outputs];
        const e3 = residuals[at + 3 * outputs];
        const r0 = i * p;
        const r1 = r0 + p;
        const r2 = r1 + p;
        const r3 = r2 + p;
        for (let j = 0; j < p; j++) {
          target[to + j] += e0 * x[r0 + j] + e1 * x[r1 + j] + (e2 * x[r2 + j] + e3 * x[r3 + j]);
        }
      }
      for (; i < end; i++, at += outputs) {
        const e = residuals[at];
        for (let j = 0, r = i * p; j < p; j++, r++) target[to + j] += e * x[r];
      }
    }
  }

  addGram(
    start: number,
    end: number,
    mean: Float64Array,
    weights: Float64Array | undefined,
    gram: Float64Array,
  ): void {
    const p = this.columns;
    const rows = new Float64Array(4 * p);
    for (let i = start; i < end; i += 4) {
      const stop = Math.min(end, i + 4);
      if (stop - i < 4) rows.fill(0);
      this.centredRows(i, stop, mean, weights, rows);
      for (let j = 0, at = 0; j < p; j++, at += p) {
        const a0 = rows[j];
        const a1 = rows[p + j];
        const a2 = rows[2 * p + j];
        const a3 = rows[3 * p + j];
        for (let k = 0; k <= j; k++) {
          gram[at + k] += a0 * rows[k] + a1 * rows[p + k] + (a2 * rows[2 * p + k] + a3 * rows[3 * p + k]);
        }
      }
    }
  }

  moments(weights: Float64Array | undefined): ColumnMoments {
    const { rows, columns: p, data: x } = this;
    const mean = new Float64Array(p);
    const variance = new Float64Array(p);
    const rest = new Float64Array(p);
    let total = 0;
    for (let i = 0, r = 0; i < rows; i++) {
      const w = weights === undefined ? 1 : weights[i];
      total += w;
      for (let j = 0; j < p; j++, r++) mean[j] += w * x[r];
    }
    for (let j = 0; j < p; j++) mean[j] /= total;
    for (let i = 0, r = 0; i < rows; i++) {
      const w = weights === undefined ? 1 : weights[i];
      for (let j = 0; j < p; j++, r++) {
        const d = x[r] - mean[j];
        rest[j] += w * d;
        variance[j] += w * d * d;
      }
    }
    for (let j = 0; j < p; j++) {
      // What rounding left in the mean is taken out of both (Chan, Golub and LeVeque, 1983).
      const shift = rest[j] / total;
      mean[j] += shift;
      variance[j] = Math.max(0, variance[j] / total - shift * shift);
    }
    return { mean, variance };
  }

  centredRows(
    start: number,
    end: number,
    mean: Float64Array,
    weights: Float64Array | undefined,
    out: Float64Array,
  ): void {
    const { columns: p, data: x } = this;
    for (let i = start, r = start * p, at = 0; i < end; i++) {
      const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
      for (let j = 0; j < p; j++, r++, at++) out[at] = root * (x[r] - mean[j]);
    }
  }
}
