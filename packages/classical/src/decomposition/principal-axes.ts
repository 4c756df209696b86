import { type FitRun, type Matrix, Random } from "@strata-ml/core";
import { centred, covariance } from "./covariance.js";
import { exactSvd } from "./exact-svd.js";
import { leadingEigen } from "./leading-eigen.js";
import { denseOperator } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import type { SingularFactors } from "./singular-factors.js";
import { symmetricEigen } from "./symmetric-eigen.js";
import { smallSvd } from "./small-svd.js";
import { addScaled, combine, dot, type Vectors } from "./vectors.js";

/** Directions of falling variance: as many as were asked for, or all. */
export interface PrincipalAxes {
  /** Variance (rows - 1) along each, perhaps of more than the axes. */
  readonly variances: Float64Array;
  readonly axes: Vectors;
  /** Sum of the variances of all directions. */
  readonly totalVariance: number;
  /** Of those beyond `axes`, where it was summed by itself: a difference rounds to the size of the largest. */
  readonly restVariance?: number;
}

/** Below this many dimensions a whole decomposition costs less than leading parts. */
const fewDimensions = 300;
/** Leading parts are taken alone where they are at most this share of all. */
const leadingShare = 0.05;

function leadingPays(k: number, size: number): boolean {
  return size > fewDimensions && k <= leadingShare * size;
}

/** Rounding differs by the start no more than by anything else, so the start is always the same. */
function start(): Random {
  return new Random(0).fork("axes");
}

/** The first `k` axes from the covariance of the features: quick where rows are many. */
export async function axesByCovariance(
  columns: readonly Float64Array[],
  rows: number,
  mean: Float64Array,
  k: number,
  run: FitRun,
): Promise<PrincipalAxes> {
  const cov = await covariance(columns, rows, mean, run);
  let totalVariance = 0;
  for (let j = 0; j < cov.columns; j++) totalVariance += cov.at(j, j);
  if (leadingPays(k, cov.columns)) {
    const operator = denseOperator(cov);
    const { values, vectors } = await leadingEigen(
      { size: cov.columns, times: (v, at) => operator.times(v, at) },
      k,
      start(),
      run,
    );
    return { variances: positive(values), axes: vectors, totalVariance };
  }
  const { values, vectors } = symmetricEigen(cov, k);
  const axes = Array.from({ length: k }, (_, c) => vectors.column(c));
  return { variances: positive(values.slice(0, Math.min(rows, cov.columns))), axes, totalVariance };
}

/** The axes from the singular values of the centred rows: accurate for small variances too. */
export async function axesBySvd(
  x: Matrix,
  mean: Float64Array,
  k: number,
  run: FitRun,
): Promise<PrincipalAxes> {
  const rows = centred(x, mean);
  let squares = 0;
  for (const value of rows.data) squares += value * value;
  const totalVariance = squares / (x.rows - 1);
  const variancesOf = (values: Float64Array): Float64Array =>
    values.map((value) => value ** 2 / (x.rows - 1));
  if (!leadingPays(k, Math.min(x.rows, x.columns))) {
    const { singularValues, right } = await wholeSvd(rows, run);
    return { variances: variancesOf(singularValues), axes: right, totalVariance };
  }
  const factors = await exactSvd(denseOperator(rows), k, start(), run);
  const restVariance = (await restSquares(rows, factors, run)) / (x.rows - 1);
  return { variances: variancesOf(factors.singularValues), axes: factors.right, totalVariance, restVariance };
}

/** Sum of the squares of what singular factors leave of the rows. */
async function restSquares(
  x: Matrix,
  { left, singularValues, right }: SingularFactors,
  run: FitRun,
): Promise<number> {
  const rest = new Float64Array(x.columns);
  let sum = 0;
  for (let i = 0; i < x.rows; i++) {
    rest.set(x.row(i));
    right.forEach((axis, c) => addScaled(rest, -singularValues[c] * left[c][i], axis));
    sum += dot(rest, rest);
    await run.breathe();
  }
  return sum;
}

/** All singular values and right vectors: of the small triangle that is left after orthonormalising the longer side. */
async function wholeSvd(x: Matrix, run: FitRun): Promise<{ singularValues: Float64Array; right: Vectors }> {
  const tall = x.rows >= x.columns;
  const vectors = tall
    ? Array.from({ length: x.columns }, (_, j) => x.column(j))
    : Array.from({ length: x.rows }, (_, i) => x.row(i).slice());
  const { among } = await orthonormalize(vectors, [], start(), run);
  const { singularValues, left, right } = smallSvd(among);
  if (!tall) return { singularValues, right: combine(vectors, left, left.columns) };
  return { singularValues, right: Array.from({ length: right.columns }, (_, c) => right.column(c)) };
}

/** Rounding can leave a variance of 0 below it. */
function positive(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(value, 0));
}
