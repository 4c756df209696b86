import { type FitRun, Matrix, type Random } from "@strata-ml/core";
import { diagonal, maxBlocks, residuals } from "./lanczos.js";
import { orthonormalize } from "./orthonormalize.js";
import { symmetricEigen } from "./symmetric-eigen.js";
import { combine, dot, normalVectors, type Vectors } from "./vectors.js";

/** A symmetric matrix without negative eigenvalues, seen through its products. */
export interface SymmetricOperator {
  readonly size: number;
  times(vectors: Vectors, run: FitRun): Promise<Vectors>;
}

export interface LeadingEigen {
  /** Falling. */
  readonly values: Float64Array;
  readonly vectors: Vectors;
}

/**
 * The `k` largest eigenvalues and their vectors, to rounding: block Lanczos with full orthogonalisation (Golub and Van
 * Loan, section 10.3) and thick restarts (Wu and Simon 2000). Blocks of `k` vectors find an eigenvalue as often as it is
 * there. Warns where the spectrum is too flat for the steps allowed.
 */
export async function leadingEigen(
  a: SymmetricOperator,
  k: number,
  random: Random,
  run: FitRun,
): Promise<LeadingEigen> {
  const most = Math.max(4 * k, 64);
  let basis: Vectors = [];
  let block = normalVectors(k, a.size, random);
  await orthonormalize(block, basis, random, run);
  /** The operator within the basis. */
  let inner = new Matrix(0, 0);
  for (let step = 1; ; step++) {
    basis = [...basis, ...block];
    const next = await a.times(block, run);
    inner = extended(inner, basis, next);
    const { values, vectors } = symmetricEigen(inner);
    const room = a.size - basis.length;
    let done = room === 0;
    if (room >= next.length) {
      const { among } = await orthonormalize(next, basis, random, run);
      done = converged(values, residuals(among, vectors, k));
      if (step === maxBlocks && !done) run.warn(`the leading ${k} components did not converge`);
    }
    if (done || step === maxBlocks) {
      await run.step("block", maxBlocks, maxBlocks);
      return { values: values.slice(0, k), vectors: combine(basis, vectors, k) };
    }
    await run.step("block", step, maxBlocks);
    if (room >= next.length) block = next;
    else {
      // All that is left of the space, whatever its basis.
      block = normalVectors(room, a.size, random);
      await orthonormalize(block, basis, random, run);
    }
    if (basis.length + block.length > most && room > block.length) {
      const kept = Math.floor(1.5 * k);
      basis = combine(basis, vectors, kept);
      inner = diagonal(values.subarray(0, kept));
    }
  }
}

/** The symmetric matrix of products of the basis with its image, of which `inner` has all but the last block's. */
function extended(inner: Matrix, basis: Vectors, image: Vectors): Matrix {
  const size = basis.length;
  const out = new Matrix(size, size);
  for (let i = 0; i < inner.rows; i++) out.data.set(inner.row(i), i * size);
  image.forEach((vector, c) => {
    const column = inner.rows + c;
    for (let i = 0; i <= column; i++) {
      const product = dot(basis[i], vector);
      out.data[i * size + column] = product;
      out.data[column * size + i] = product;
    }
  });
  return out;
}

function converged(values: Float64Array, errors: readonly number[]): boolean {
  return errors.every((error, i) => error <= Math.max(1e-14 * values[0], 1e-12 * values[i]));
}
