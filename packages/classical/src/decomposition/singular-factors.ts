import { type FitRun, Matrix, type Random } from "@strata-ml/core";
import type { LinearOperator } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import { transposeMatrix } from "./small-factors.js";
import { smallSvd } from "./small-svd.js";
import { combine, type Vectors } from "./vectors.js";

/** The leading part of A = U diag(s) Vᵀ. */
export interface SingularFactors {
  readonly left: Vectors;
  /** Falling. */
  readonly singularValues: Float64Array;
  readonly right: Vectors;
}

/** The first `k` factors of A within the space that the orthonormal `range` spans in its rows. */
export async function factorsInRange(
  a: LinearOperator,
  range: Vectors,
  k: number,
  random: Random,
  run: FitRun,
): Promise<SingularFactors> {
  const right = await a.transposedTimes(range, run);
  const { among } = await orthonormalize(right, [], random, run);
  // Qᵀ A = (P R)ᵀ = Rᵀ Pᵀ, and Rᵀ is small.
  const small = smallSvd(transposeMatrix(among));
  return {
    left: combine(range, small.left, k),
    singularValues: small.singularValues.slice(0, k),
    right: combine(right, small.right, k),
  };
}

/** The vectors as rows of a matrix, each with the sign that makes its largest element positive, as scikit-learn's svd_flip. */
export function signedRows(vectors: Vectors): Matrix {
  const out = Matrix.fromRows(vectors);
  for (let c = 0; c < out.rows; c++) {
    const row = out.row(c);
    let largest = 0;
    for (const value of row) if (Math.abs(value) > Math.abs(largest)) largest = value;
    if (largest < 0) for (let j = 0; j < row.length; j++) row[j] = -row[j];
  }
  return out;
}
