import type { FitRun } from "@strata-ml/core";
import { choleskyInPlace, solveLower, solveUpper } from "./cholesky.js";
import { conjugateGradient } from "./conjugate-gradient.js";
import type { DesignMatrix } from "./design-matrix.js";
import { minimumNorm } from "./minimum-norm.js";
import { NormalEquations, tooLarge } from "./normal-equations.js";

export interface LeastSquaresProblem {
  readonly design: DesignMatrix;
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  /** Strength of the L2 penalty; 0 for none. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
}

export interface LinearSolution {
  readonly coef: Float64Array;
  readonly intercept: number;
}

/** Widest problem that is solved with a columns x columns matrix; wider ones go to conjugate gradients. */
const widestDirect = 2048;
/** Fewer rows or columns than this, and singular values take seconds at most. */
const widestSingular = 512;
/** A feature that keeps less of its variance than this beside the features before it counts as collinear. */
const leastPivot = 1e-11;
const maxRefinements = 6;

/**
 * Minimises sum of weight * (y - Xw - b)² + alpha ||w||². By Cholesky of the normal equations, refined with the true
 * residuals until nothing changes. Where features are collinear to working precision by orthogonal factors, and for
 * very wide problems by conjugate gradients: both give the solution of least norm.
 *
 * @throws DataError where values are too large for the sums of their squares.
 */
export async function leastSquares(problem: LeastSquaresProblem, run: FitRun): Promise<LinearSolution> {
  const equations = await NormalEquations.of(problem, run);
  const { design, alpha } = problem;
  let coef: Float64Array | undefined;
  if (design.columns === 0) coef = new Float64Array(0);
  else if (design.columns <= widestDirect) {
    if (alpha > 0 || design.rows > design.columns) coef = await byCholesky(equations, run);
    if (coef === undefined && Math.min(design.rows, design.columns) <= widestSingular)
      coef = await minimumNorm(equations, run);
  }
  coef ??= await conjugateGradient(equations, run);
  const intercept = equations.intercept(coef);
  if (!Number.isFinite(intercept) || !coef.every(Number.isFinite)) throw tooLarge(run.owner);
  return { coef, intercept };
}

/** undefined where the matrix is not positive definite to working precision. */
async function byCholesky(equations: NormalEquations, run: FitRun): Promise<Float64Array | undefined> {
  const p = equations.design.columns;
  const factor = await equations.gram(run);
  const scale = new Float64Array(p);
  for (let j = 0; j < p; j++) scale[j] = 1 / Math.sqrt(factor[j * p + j]);
  for (let j = 0, at = 0; j < p; j++, at += p)
    for (let k = 0; k <= j; k++) factor[at + k] *= scale[j] * scale[k];
  if (!choleskyInPlace(factor, p, leastPivot)) return undefined;

  const coef = new Float64Array(p);
  const change = new Float64Array(p);
  let before = Number.POSITIVE_INFINITY;
  for (let n = 0; n < maxRefinements; n++) {
    await equations.descent(coef, change, run);
    for (let j = 0; j < p; j++) change[j] *= scale[j];
    solveLower(factor, p, change);
    solveUpper(factor, p, change);
    let size = 0;
    let moved = 0;
    for (let j = 0; j < p; j++) {
      moved = Math.max(moved, Math.abs(change[j]));
      coef[j] += change[j] * scale[j];
      size = Math.max(size, Math.abs(coef[j] / scale[j]));
    }
    if (moved <= 1e-14 * size) return coef;
    // Refinement has done what it can; a change that is still large means that the factor was too rough.
    if (moved > 0.25 * before) return moved <= 1e-9 * size ? coef : undefined;
    before = moved;
  }
  return coef;
}
