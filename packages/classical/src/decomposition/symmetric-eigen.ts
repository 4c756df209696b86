import { Matrix } from "@strata-ml/core";
import { type TurningRows, turningRows } from "../kernels/turning-rows.js";
import { dot } from "./vectors.js";

/** Eigenvalues of a symmetric matrix, falling, and vectors of the first of them as columns. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** Steps after which an element beside the diagonal that is rounding next to the whole matrix counts as zero. */
const patience = 20;
const mostSteps = 100;

/**
 * All eigenvalues and the vectors of the `count` largest: Householder's tridiagonal form, then implicit QL steps (Golub
 * and Van Loan, sections 8.3.1 and 8.3.3).
 */
export function symmetricEigen(a: Matrix, count = a.rows): SymmetricEigen {
  const n = a.rows;
  const size = a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Squares of numbers near 1 neither overflow nor vanish.
  const unit = size > 0 ? a.data.map((value) => value / size) : a.data.slice();
  const { diagonal, beside, reflectors } = tridiagonal(unit, n);
  const rows = turningRows(n);
  implicitQl(diagonal, beside, rows);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i]);
  const vectors = new Matrix(n, count);
  for (let first = 0; first < count; first += 4) {
    const four = [0, 1, 2, 3].map((r) =>
      first + r < count ? rows.row(order[first + r]) : new Float64Array(n),
    );
    for (let c = reflectors.length - 1; c >= 0; c--) reflectFour(reflectors[c], four);
    for (let to = first; to < Math.min(count, first + 4); to++)
      for (let i = 0; i < n; i++) vectors.data[i * count + to] = four[to - first][i];
  }
  return { values: Float64Array.from(order, (i) => diagonal[i] * size), vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands beside elements i and i + 1 of the diagonal; the last is 0. */
  readonly beside: Float64Array;
  /** Each acts on the last of the n coordinates, as many as it is long; of length 0 where there was nothing to do. */
  readonly reflectors: readonly Float64Array[];
}

/** Reduces the lower triangle of `a`, which is overwritten. */
function tridiagonal(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const reflectors: Float64Array[] = [];
  for (let c = 0; c < n; c++) {
    diagonal[c] = a[c * n + c];
    if (c === n - 1) break;
    const v = new Float64Array(n - c - 1);
    for (let i = 0; i < v.length; i++) v[i] = a[(c + 1 + i) * n + c];
    const length = Math.sqrt(dot(v, v));
    const first = v[0];
    if (c === n - 2 || length === Math.abs(first)) {
      beside[c] = first;
      reflectors.push(new Float64Array(0));
      continue;
    }
    beside[c] = first > 0 ? -length : length;
    v[0] -= beside[c];
    // |v|² = 2, so that the reflection is I - v v'.
    const scale = Math.sqrt(2 / dot(v, v));
    for (let i = 0; i < v.length; i++) v[i] *= scale;
    reflectTrailing(a, n, c + 1, v);
    reflectors.push(v);
  }
  return { diagonal, beside, reflectors };
}

/** B becomes (I - v v') B (I - v v'), B being the lower triangle from row and column `first` on. */
function reflectTrailing(a: Float64Array, n: number, first: number, v: Float64Array): void {
  const m = v.length;
  const w = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const row = (first + i) * n + first;
    const own = v[i];
    let sum = 0;
    for (let j = 0; j < i; j++) {
      const value = a[row + j];
      sum += value * v[j];
      w[j] += value * own;
    }
    w[i] += sum + a[row + i] * own;
  }
  const half = dot(w, v) / 2;
  for (let i = 0; i < m; i++) w[i] -= half * v[i];
  for (let i = 0; i < m; i++) {
    const row = (first + i) * n + first;
    const x = v[i];
    const y = w[i];
    for (let j = 0; j <= i; j++) a[row + j] -= x * w[j] + y * v[j];
  }
}

/** Reflects the last coordinates of four vectors: each number of the reflector is read once for them. */
function reflectFour(v: Float64Array, [x0, x1, x2, x3]: readonly Float64Array[]): void {
  const from = x0.length - v.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0, at = from; i < v.length; i++, at++) {
    s0 += v[i] * x0[at];
    s1 += v[i] * x1[at];
    s2 += v[i] * x2[at];
    s3 += v[i] * x3[at];
  }
  for (let i = 0, at = from; i < v.length; i++, at++) {
    x0[at] -= s0 * v[i];
    x1[at] -= s1 * v[i];
    x2[at] -= s2 * v[i];
    x3[at] -= s3 * v[i];
  }
}

/** Turns `d` into the eigenvalues, and the rows, that begin as those of I, into the vectors. */
function implicitQl(d: Float64Array, e: Float64Array, rows: TurningRows): void {
  const n = d.length;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]) + Math.abs(e[i]));
  for (let low = 0; low < n; low++) {
    for (let step = 0; step < mostSteps; step++) {
      const least = (step < patience ? Number.EPSILON : 1) * Number.EPSILON * norm;
      let high = low;
      while (
        high < n - 1 &&
        Math.abs(e[high]) > Number.EPSILON * (Math.abs(d[high]) + Math.abs(d[high + 1])) + least
      )
        high++;
      if (high === low) break;
      qlStep(d, e, rows, low, high);
    }
  }
}

/** One step with Wilkinson's shift on the part from `low` to `high`. */
function qlStep(d: Float64Array, e: Float64Array, rows: TurningRows, low: number, high: number): void {
  const half = (d[low + 1] - d[low]) / (2 * e[low]);
  const root = Math.sqrt(half * half + 1);
  let g = d[high] - d[low] + e[low] / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // Underflow: the part falls in two.
      d[i + 1] -= shift;
      e[high] = 0;
      rows.turn(i + 1, high);
      return;
    }
    s = f / r;
    c = g / r;
    const next = d[i + 1] - shift;
    const turned = (d[i] - next) * s + 2 * c * b;
    shift = s * turned;
    d[i + 1] = next + shift;
    g = c * turned - b;
    rows.pairs[2 * i] = c;
    rows.pairs[2 * i + 1] = s;
  }
  d[low] -= shift;
  e[low] = g;
  e[high] = 0;
  rows.turn(low, high);
}
