import { type FitRun, Matrix, type Random } from "@strata-ml/core";
import { diagonal, maxBlocks, residuals } from "./lanczos.js";
import { type LinearOperator, transposed } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import type { SingularFactors } from "./singular-factors.js";
import { smallSvd } from "./small-svd.js";
import { combine, normalVectors, type Vectors } from "./vectors.js";

/**
 * The leading `k` singular factors to rounding: block Golub-Kahan-Lanczos bidiagonalisation (Golub, Luk and Overton
 * 1981) with full orthogonalisation and thick restarts (Baglama and Reichel 2005). It works on A itself, since AᵀA would
 * square the condition number and lose small singular values. Holds up to max(4 k, 64) vectors of either side. Warns
 * where the spectrum is too flat for the steps allowed.
 */
export async function exactSvd(
  a: LinearOperator,
  k: number,
  random: Random,
  run: FitRun,
): Promise<SingularFactors> {
  if (a.rows >= a.columns) return tallSvd(a, k, random, run);
  const factors = await tallSvd(transposed(a), k, random, run);
  return { ...factors, left: factors.right, right: factors.left };
}

async function tallSvd(a: LinearOperator, k: number, random: Random, run: FitRun): Promise<SingularFactors> {
  const most = Math.max(4 * k, 64);
  let left: Vectors = [];
  let right: Vectors = [];
  /** A within the bases: A right = left inner. */
  let inner = new Matrix(0, 0);
  let block = normalVectors(k, a.columns, random);
  await orthonormalize(block, right, random, run);
  for (let step = 1; ; step++) {
    right = [...right, ...block];
    const image = await a.times(block, run);
    const { before, among } = await orthonormalize(image, left, random, run);
    left = [...left, ...image];
    inner = extended(inner, before, among);
    const small = smallSvd(inner);
    const room = a.columns - right.length;
    let done = room === 0;
    block = await a.transposedTimes(image, run);
    if (room >= block.length) {
      const { among: rest } = await orthonormalize(block, right, random, run);
      done = converged(small.singularValues, residuals(rest, small.left, k));
      if (step === maxBlocks && !done) run.warn(`the leading ${k} components did not converge`);
    } else if (!done) {
      // All that is left of the space, whatever its basis.
      block = normalVectors(room, a.columns, random);
      await orthonormalize(block, right, random, run);
    }
    await run.step("block", done ? maxBlocks : step, maxBlocks);
    if (done || step === maxBlocks) {
      const singularValues = small.singularValues.slice(0, k);
      return { left: combine(left, small.left, k), singularValues, right: combine(right, small.right, k) };
    }
    if (right.length + block.length > most && room > block.length) {
      const kept = Math.floor(1.5 * k);
      left = combine(left, small.left, kept);
      right = combine(right, small.right, kept);
      inner = diagonal(small.singularValues.subarray(0, kept));
    }
  }
}

/** The inner matrix with the columns of one more block: `before` in the rows that there are, `among` below. */
function extended(inner: Matrix, before: Matrix, among: Matrix): Matrix {
  const old = inner.rows;
  const size = old + among.rows;
  const out = new Matrix(size, size);
  for (let i = 0; i < old; i++) {
    out.data.set(inner.row(i), i * size);
    out.data.set(before.row(i), i * size + old);
  }
  for (let i = 0; i < among.rows; i++) out.data.set(among.row(i), (old + i) * size + old);
  return out;
}

/** Whether what Aᵀ takes out of the right basis is rounding, next to A or to the singular value. */
function converged(values: Float64Array, errors: readonly number[]): boolean {
  return errors.every((error, i) => error <= Math.max(Number.EPSILON * values[0], 1e-13 * values[i]));
}
