import { csrFeatures, type Dataset, denseFeatures, hasSparseFeature } from "@strata-ml/core";
import { type Nearest, nearestRows } from "../kernels/nearest.js";
import { DensePoints } from "./dense-points.js";
import { SparsePoints } from "./sparse-points.js";

/** Points that rows are compared with, and what distances to them need. */
export interface Centres {
  readonly count: number;
  /** Row-major: count x columns. */
  readonly data: Float64Array;
  /** The same by fours: coordinate j of centres 4q to 4q + 3 from `(q * columns + j) * 4`, zeros beyond the last. */
  readonly quads: Float64Array;
  /** Squared norm of each. */
  readonly norms: Float64Array;
}

/** Rows as k-means reads them. All distances are squared Euclidean ones. */
export interface Points {
  readonly rows: number;
  readonly columns: number;
  distance(row: number, centres: Centres, which: number): number;
  /** Distances of a row to centres `from` to `to`, written from `out[0]` and up to 3 beyond; `from` is a multiple of 4. */
  distances(row: number, centres: Centres, from: number, to: number, out: Float64Array): void;
  /**
   * What `distances` tell about the rows `rows[0]` to `rows[count - 1]`, where working out all of them together is
   * quicker; see `NearestKernel.find`.
   */
  nearest?(rows: Int32Array, count: number, centres: Centres): Nearest | undefined;
  /** Population variance of every column; without weights every row counts 1. */
  variance(weights: Float64Array | undefined): Float64Array;
  /** `target[at + j] += factor * x_j`. */
  add(row: number, factor: number, target: Float64Array, at: number): void;
}

/** The features of a dataset: CSR where any of them is sparse. Throws as `denseFeatures` does. */
export function pointsOf(owner: string, data: Dataset): Points {
  return hasSparseFeature(data)
    ? new SparsePoints(csrFeatures(owner, data))
    : new DensePoints(denseFeatures(owner, data));
}

export function centresOf(data: Float64Array, count: number): Centres {
  const columns = data.length / count;
  const norms = new Float64Array(count);
  const quads = new Float64Array(roundUp(count) * columns);
  for (let k = 0, at = 0; k < count; k++) {
    const quad = (k >> 2) * columns;
    for (let j = 0; j < columns; j++, at++) {
      norms[k] += data[at] * data[at];
      quads[(quad + j) * 4 + (k & 3)] = data[at];
    }
  }
  return { count, data, quads, norms };
}

/** The next multiple of four: room for the distances to `count` centres. */
function roundUp(count: number): number {
  return (count + 3) & ~3;
}

/**
 * Writes the nearest centre of rows start to end, the first of equals, into `labels`.
 *
 * @returns The sum of weight times squared distance to it; without weights every row counts 1.
 */
export function nearestCentres(
  points: Points,
  start: number,
  end: number,
  centres: Centres,
  weights: Float64Array | undefined,
  labels: Int32Array,
): number {
  let sum = 0;
  eachNearest(points, start, end, centres, (found, count, from) => {
    labels.set(found.labels.subarray(0, count), from);
    for (let i = 0; i < count; i++) sum += (weights === undefined ? 1 : weights[from + i]) * found.least[i];
  });
  return sum;
}

/** As the kernel, one row after another. */
export function plainNearest(points: Points, rows: Int32Array, count: number, centres: Centres): Nearest {
  const stride = roundUp(centres.count);
  const one = new Float64Array(stride);
  const out = {
    labels: new Int32Array(count),
    least: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    second: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    distances: new Float64Array(count * stride),
    stride,
  };
  for (let i = 0; i < count; i++) {
    points.distances(rows[i], centres, 0, centres.count, one);
    out.distances.set(one, i * stride);
    for (let k = 0; k < centres.count; k++) {
      const distance = one[k];
      if (distance < out.least[i]) {
        out.second[i] = out.least[i];
        out.least[i] = distance;
        out.labels[i] = k;
      } else if (distance < out.second[i]) out.second[i] = distance;
    }
  }
  return out;
}

/** By the kernel where that is quicker, else by plain loops. */
export function nearestOf(points: Points, rows: Int32Array, count: number, centres: Centres): Nearest {
  return points.nearest?.(rows, count, centres) ?? plainNearest(points, rows, count, centres);
}

/** Calls `visit` for rows `start` to `end`, some at a time, and the number of the first of them. */
export function eachNearest(
  points: Points,
  start: number,
  end: number,
  centres: Centres,
  visit: (found: Nearest, count: number, first: number) => void,
): void {
  const rows = new Int32Array(Math.min(nearestRows, Math.max(0, end - start)));
  for (let from = start; from < end; from += nearestRows) {
    const count = Math.min(nearestRows, end - from);
    for (let i = 0; i < count; i++) rows[i] = from + i;
    visit(nearestOf(points, rows, count, centres), count, from);
  }
}
