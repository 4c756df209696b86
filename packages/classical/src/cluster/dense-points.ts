import type { Matrix } from "@strata-ml/core";
import { type Nearest, NearestKernel, nearestPays } from "../kernels/nearest.js";
import { columnVariance } from "./column-variance.js";
import type { Centres, Points } from "./points.js";

/** Rows of a matrix; distances are sums of squared differences, exact near zero and far from it. */
export class DensePoints implements Points {
  readonly rows: number;
  readonly columns: number;
  private readonly data: Float64Array;
  private finder: { readonly kernel: NearestKernel; readonly count: number; centres?: Centres } | undefined;

  constructor(private readonly matrix: Matrix) {
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.data = matrix.data;
  }

  distance(row: number, { data: c }: Centres, which: number): number {
    const { columns: p, data: x } = this;
    // Even and odd coordinates apart, as in `distances`: both give the same bits, so that ties are ties.
    let even = 0;
    let odd = 0;
    let r = row * p;
    let q = which * p;
    const end = r + p - 1;
    for (; r < end; r += 2, q += 2) {
      const d = x[r] - c[q];
      const e = x[r + 1] - c[q + 1];
      even += d * d;
      odd += e * e;
    }
    if (r === end) even += (x[r] - c[q]) * (x[r] - c[q]);
    return even + odd;
  }

  distances(row: number, { quads: c }: Centres, from: number, to: number, out: Float64Array): void {
    const { columns: p, data: x } = this;
    const r = row * p;
    const pairs = p - 1;
    // Four centres at a time: each coordinate of the row is loaded once for them, and no sum waits for another.
    for (let k = from, q = from * p; k < to; k += 4) {
      let even0 = 0;
      let even1 = 0;
      let even2 = 0;
      let even3 = 0;
      let odd0 = 0;
      let odd1 = 0;
      let odd2 = 0;
      let odd3 = 0;
      let j = 0;
      for (; j < pairs; j += 2, q += 8) {
        const v = x[r + j];
        const w = x[r + j + 1];
        const d0 = v - c[q];
        const d1 = v - c[q + 1];
        const d2 = v - c[q + 2];
        const d3 = v - c[q + 3];
        const e0 = w - c[q + 4];
        const e1 = w - c[q + 5];
        const e2 = w - c[q + 6];
        const e3 = w - c[q + 7];
        even0 += d0 * d0;
        even1 += d1 * d1;
        even2 += d2 * d2;
        even3 += d3 * d3;
        odd0 += e0 * e0;
        odd1 += e1 * e1;
        odd2 += e2 * e2;
        odd3 += e3 * e3;
      }
      if (j < p) {
        const v = x[r + j];
        even0 += (v - c[q]) * (v - c[q]);
        even1 += (v - c[q + 1]) * (v - c[q + 1]);
        even2 += (v - c[q + 2]) * (v - c[q + 2]);
        even3 += (v - c[q + 3]) * (v - c[q + 3]);
        q += 4;
      }
      out[k - from] = even0 + odd0;
      out[k - from + 1] = even1 + odd1;
      out[k - from + 2] = even2 + odd2;
      out[k - from + 3] = even3 + odd3;
    }
  }

  nearest(rows: Int32Array, count: number, centres: Centres): Nearest | undefined {
    const { columns, data } = this;
    if (this.finder?.count !== centres.count) {
      if (!nearestPays(this.rows, columns, centres.count)) return undefined;
      this.finder = { kernel: new NearestKernel(columns, centres.count), count: centres.count };
    }
    const { finder } = this;
    if (finder.centres !== centres) finder.kernel.set(centres.data);
    finder.centres = centres;
    return finder.kernel.find(data, rows, count);
  }

  variance(weights: Float64Array | undefined): Float64Array {
    return columnVariance(this.matrix, weights);
  }

  add(row: number, factor: number, target: Float64Array, at: number): void {
    const { columns: p, data: x } = this;
    for (let j = 0, r = row * p; j < p; j++, r++) target[at + j] += factor * x[r];
  }
}
