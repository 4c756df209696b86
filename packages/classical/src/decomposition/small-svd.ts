import { Matrix } from "@strata-ml/core";
import { SingularValueDecomposition } from "ml-matrix";
import { toMl } from "./small-factors.js";
import { addScaled, dot, scale, type Vectors } from "./vectors.js";

/** A = U diag(s) Vᵀ of a small square matrix, s falling. */
export interface SmallSvd {
  readonly left: Matrix;
  readonly singularValues: Float64Array;
  readonly right: Matrix;
}

/** Rotations go on until there is nothing to rotate; a start this near needs few sweeps. */
const maxSweeps = 20;

/**
 * The factors to the last digits: those of ml-matrix, whose many rotations round to some 1e-14, brought to orthogonality
 * by one-sided Jacobi rotations (Drmač and Veselić 2008).
 */
export function smallSvd(a: Matrix): SmallSvd {
  const n = a.rows;
  const size = a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (size === 0) return { left: identity(n), singularValues: new Float64Array(n), right: identity(n) };
  // Squares of numbers near 1 neither overflow nor vanish.
  const unit = new Matrix(
    n,
    n,
    a.data.map((value) => value / size),
  );
  const rows = Array.from({ length: n }, (_, i) => unit.row(i));
  const { rightSingularVectors } = new SingularValueDecomposition(toMl(unit));
  const right = Array.from({ length: n }, (_, c) => Float64Array.from(rightSingularVectors.getColumn(c)));
  right.forEach((vector, c) => normalize(vector, right.slice(0, c)));
  const images = right.map((vector) => Float64Array.from(rows, (row) => dot(row, vector)));
  const rounding = Math.sqrt(n) * Number.EPSILON;
  for (let sweep = 0; sweep < maxSweeps; sweep++) if (!rotated(images, right, rounding)) break;
  const norms = images.map((image) => Math.sqrt(dot(image, image)));
  const order = norms.map((_, c) => c).sort((b, c) => norms[c] - norms[b]);
  const least = rounding * norms[order[0]];
  const left: Vectors = [];
  for (const c of order) {
    if (norms[c] > least) {
      scale(images[c], 1 / norms[c]);
      left.push(images[c]);
    } else left.push(another(left, n));
  }
  return {
    left: fromColumns(left),
    singularValues: Float64Array.from(order, (c) => norms[c] * size),
    right: fromColumns(order.map((c) => right[c])),
  };
}

/** Turns each pair of images (and what they are images of) until they are orthogonal; false where all were. */
function rotated(images: Vectors, right: Vectors, rounding: number): boolean {
  const squares = images.map((image) => dot(image, image));
  const least = rounding ** 2 * Math.max(...squares);
  let any = false;
  for (let p = 0; p < images.length; p++) {
    for (let q = p + 1; q < images.length; q++) {
      // What is rounding of the largest has no direction of its own.
      if (squares[p] <= least && squares[q] <= least) continue;
      const product = dot(images[p], images[q]);
      if (Math.abs(product) <= rounding * Math.sqrt(squares[p] * squares[q])) continue;
      any = true;
      const zeta = (squares[q] - squares[p]) / (2 * product);
      const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      rotate(images[p], images[q], tangent);
      rotate(right[p], right[q], tangent);
      squares[p] = dot(images[p], images[p]);
      squares[q] = dot(images[q], images[q]);
    }
  }
  return any;
}

function rotate(x: Float64Array, y: Float64Array, tangent: number): void {
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i], y[i]];
    x[i] = cosine * u - sine * v;
    y[i] = sine * u + cosine * v;
  }
}

/** Takes the parts along orthonormal vectors out of a vector, and makes it of length 1. */
function normalize(vector: Float64Array, others: readonly Float64Array[]): void {
  for (const other of others) addScaled(vector, -dot(other, vector), other);
  scale(vector, 1 / Math.sqrt(dot(vector, vector)));
}

/** A unit vector orthogonal to fewer orthonormal ones than there are dimensions. */
function another(others: readonly Float64Array[], n: number): Float64Array {
  // The axis of which they hold least.
  const held = Float64Array.from({ length: n }, (_, i) => others.reduce((sum, x) => sum + x[i] ** 2, 0));
  const vector = new Float64Array(n);
  vector[held.indexOf(Math.min(...held))] = 1;
  normalize(vector, others);
  normalize(vector, others);
  return vector;
}

function identity(n: number): Matrix {
  return fromColumns(Array.from({ length: n }, (_, c) => new Float64Array(n).fill(1, c, c + 1)));
}

function fromColumns(columns: Vectors): Matrix {
  const out = new Matrix(columns[0].length, columns.length);
  columns.forEach((column, c) => column.forEach((value, i) => (out.data[i * columns.length + c] = value)));
  return out;
}
