import type { FitRun } from "@strata-ml/core";
import { addGram, gramBytes, gramOf, gramPays } from "../kernels/gram.js";
import { sumOf } from "../kernels/sum.js";
import { KernelTeam } from "../kernels/team.js";
import type { ColumnMoments, DesignMatrix } from "./design-matrix.js";

/** Rows of a pass over all columns, so that what is summed stays in the nearest cache. */
const passRows = 512;

/**
 * Dense features column by column, as data sets hold them, so that none is copied. Columns go four at a time: every score
 * and every residual is loaded once for four of them.
 */
export class ColumnDesign implements DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly blockRows: number;
  private team: KernelTeam | undefined;

  /** @param data one array of `rows` numbers a column */
  constructor(
    private readonly data: readonly Float64Array[],
    rows: number,
  ) {
    this.rows = rows;
    this.columns = data.length;
    // 512 KB of features, at least a few cache lines of each.
    this.blockRows = Math.max(64, Math.min(1024, Math.floor(65536 / Math.max(1, this.columns)) & ~3));
  }

  scores(start: number, end: number, weights: Float64Array, bias: Float64Array, out: Float64Array): void {
    const outputs = bias.length;
    for (let from = start; from < end; from += passRows) {
      const to = Math.min(end, from + passRows);
      const first = (from - start) * outputs;
      for (let k = 0; k < outputs; k++) {
        for (let i = from, at = first + k; i < to; i++, at += outputs) out[at] = bias[k];
        this.addScores(from, to, weights, k * this.columns, out, first + k, outputs);
      }
    }
  }

  private addScores(
    from: number,
    to: number,
    weights: Float64Array,
    first: number,
    out: Float64Array,
    target: number,
    outputs: number,
  ): void {
    const { columns: p, data: x } = this;
    let j = 0;
    for (; j + 4 <= p; j += 4) {
      const x0 = x[j];
      const x1 = x[j + 1];
      const x2 = x[j + 2];
      const x3 = x[j + 3];
      const w0 = weights[first + j];
      const w1 = weights[first + j + 1];
      const w2 = weights[first + j + 2];
      const w3 = weights[first + j + 3];
      for (let i = from, at = target; i < to; i++, at += outputs)
        out[at] += w0 * x0[i] + w1 * x1[i] + (w2 * x2[i] + w3 * x3[i]);
    }
    for (; j < p; j++) {
      const own = x[j];
      const w = weights[first + j];
      for (let i = from, at = target; i < to; i++, at += outputs) out[at] += w * own[i];
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
    for (let from = start; from < end; from += passRows) {
      const to = Math.min(end, from + passRows);
      for (let k = 0; k < outputs; k++) {
        const first = (from - start) * outputs + k;
        let j = 0;
        for (; j + 4 <= p; j += 4) {
          const x0 = x[j];
          const x1 = x[j + 1];
          const x2 = x[j + 2];
          const x3 = x[j + 3];
          let s0 = 0;
          let s1 = 0;
          let s2 = 0;
          let s3 = 0;
          for (let i = from, at = first; i < to; i++, at += outputs) {
            const e = residuals[at];
            s0 += e * x0[i];
            s1 += e * x1[i];
            s2 += e * x2[i];
            s3 += e * x3[i];
          }
          const into = k * p + j;
          target[into] += s0;
          target[into + 1] += s1;
          target[into + 2] += s2;
          target[into + 3] += s3;
        }
        for (; j < p; j++) {
          const own = x[j];
          let sum = 0;
          for (let i = from, at = first; i < to; i++, at += outputs) sum += residuals[at] * own[i];
          target[k * p + j] += sum;
        }
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
    const { columns: p, data } = this;
    if (gramPays(end - start, p)) this.team ??= KernelTeam.alone(gramBytes(p));
    addGram({ columns: data, mean, weights }, start, end, gram, this.team);
  }

  gram(mean: Float64Array, weights: Float64Array | undefined, run: FitRun): Promise<Float64Array> {
    return gramOf({ columns: this.data, mean, weights }, this.rows, run);
  }

  moments(weights: Float64Array | undefined): ColumnMoments {
    const mean = new Float64Array(this.columns);
    const variance = new Float64Array(this.columns);
    const total = weights === undefined ? this.rows : sumOf(weights);
    this.data.forEach((column, j) => {
      const middle = (weights === undefined ? sumOf(column) : weightedSum(column, weights)) / total;
      const { rest, squares } = deviations(column, middle, weights);
      // What rounding left in the mean is taken out of both (Chan, Golub and LeVeque, 1983).
      const shift = rest / total;
      mean[j] = middle + shift;
      variance[j] = Math.max(0, squares / total - shift * shift);
    });
    return { mean, variance };
  }

  centredRows(
    start: number,
    end: number,
    mean: Float64Array,
    weights: Float64Array | undefined,
    out: Float64Array,
  ): void {
    const { columns: p, data } = this;
    data.forEach((column, j) => {
      for (let i = start, at = j; i < end; i++, at += p) {
        const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
        out[at] = root * (column[i] - mean[j]);
      }
    });
  }
}

function weightedSum(x: Float64Array, weights: Float64Array): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= x.length; i += 2) {
    even += weights[i] * x[i];
    odd += weights[i + 1] * x[i + 1];
  }
  if (i < x.length) even += weights[i] * x[i];
  return even + odd;
}

/** Weighted sums of the differences from `middle`, and of their squares. */
function deviations(
  x: Float64Array,
  middle: number,
  weights: Float64Array | undefined,
): { rest: number; squares: number } {
  let rest = 0;
  let squares = 0;
  let rest1 = 0;
  let squares1 = 0;
  let i = 0;
  if (weights === undefined) {
    for (; i + 2 <= x.length; i += 2) {
      const d = x[i] - middle;
      const e = x[i + 1] - middle;
      rest += d;
      squares += d * d;
      rest1 += e;
      squares1 += e * e;
    }
  }
  for (; i < x.length; i++) {
    const d = x[i] - middle;
    const wd = weights === undefined ? d : weights[i] * d;
    rest += wd;
    squares += wd * d;
  }
  return { rest: rest + rest1, squares: squares + squares1 };
}
