import type { CsrMatrix, FitRun } from "@strata-ml/core";
import type { ColumnMoments, DesignMatrix } from "./design-matrix.js";

/** A CSR matrix: every operation costs what the stored values cost, and centring is never written into them. */
export class SparseDesign implements DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly blockRows = 256;

  constructor(readonly matrix: CsrMatrix) {
    this.rows = matrix.rows;
    this.columns = matrix.columns;
  }

  scores(start: number, end: number, weights: Float64Array, bias: Float64Array, out: Float64Array): void {
    const { offsets, indices, values } = this.matrix;
    const p = this.columns;
    const outputs = bias.length;
    for (let i = start, at = 0; i < end; i++) {
      const to = offsets[i + 1];
      for (let k = 0; k < outputs; k++, at++) {
        const from = k * p;
        let z = bias[k];
        for (let q = offsets[i]; q < to; q++) z += weights[from + indices[q]] * values[q];
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
    const { offsets, indices, values } = this.matrix;
    const p = this.columns;
    for (let i = start, at = 0; i < end; i++) {
      const stop = offsets[i + 1];
      for (let k = 0; k < outputs; k++, at++) {
        const e = residuals[at];
        const to = k * p;
        for (let q = offsets[i]; q < stop; q++) target[to + indices[q]] += e * values[q];
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
    const { offsets, indices, values } = this.matrix;
    const p = this.columns;
    const sums = new Float64Array(p);
    let total = 0;
    for (let i = start; i < end; i++) {
      const w = weights === undefined ? 1 : weights[i];
      total += w;
      for (let q = offsets[i]; q < offsets[i + 1]; q++) {
        const wx = w * values[q];
        const at = indices[q] * p;
        sums[indices[q]] += wx;
        for (let r = offsets[i]; r <= q; r++) gram[at + indices[r]] += wx * values[r];
      }
    }
    if (mean.every((m) => m === 0)) return;
    for (let j = 0, at = 0; j < p; j++, at += p) {
      const m = mean[j];
      const rest = m * total - sums[j];
      for (let k = 0; k <= j; k++) gram[at + k] += rest * mean[k] - m * sums[k];
    }
  }

  async gram(mean: Float64Array, weights: Float64Array | undefined, run: FitRun): Promise<Float64Array> {
    const { rows, columns: p } = this;
    const gram = new Float64Array(p * p);
    const step = Math.max(p, Math.ceil(4e6 / (p * p)), this.blockRows);
    for (let start = 0; start < rows; start += step) {
      const end = Math.min(rows, start + step);
      this.addGram(start, end, mean, weights, gram);
      await run.step("row", end, rows);
    }
    return gram;
  }

  moments(weights: Float64Array | undefined): ColumnMoments {
    const { offsets, indices, values } = this.matrix;
    const { rows, columns: p } = this;
    const mean = new Float64Array(p);
    const variance = new Float64Array(p);
    const stored = new Float64Array(p);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const w = weights === undefined ? 1 : weights[i];
      total += w;
      for (let q = offsets[i]; q < offsets[i + 1]; q++) {
        mean[indices[q]] += w * values[q];
        stored[indices[q]] += w;
      }
    }
    for (let j = 0; j < p; j++) mean[j] /= total;
    for (let i = 0; i < rows; i++) {
      const w = weights === undefined ? 1 : weights[i];
      for (let q = offsets[i]; q < offsets[i + 1]; q++)
        variance[indices[q]] += w * (values[q] - mean[indices[q]]) ** 2;
    }
    for (let j = 0; j < p; j++) {
      const zeros = Math.max(0, total - stored[j]);
      variance[j] = (variance[j] + zeros * mean[j] * mean[j]) / total;
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
    const { offsets, indices, values } = this.matrix;
    const p = this.columns;
    for (let i = start, at = 0; i < end; i++, at += p) {
      const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
      for (let j = 0; j < p; j++) out[at + j] = -root * mean[j];
      for (let q = offsets[i]; q < offsets[i + 1]; q++) out[at + indices[q]] += root * values[q];
    }
  }
}
