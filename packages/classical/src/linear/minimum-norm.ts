import type { FitRun } from "@strata-ml/core";
import { Matrix as MlMatrix, SingularValueDecomposition } from "ml-matrix";
import type { NormalEquations } from "./normal-equations.js";
import { TriangularFactor } from "./triangular-factor.js";

/**
 * The least-squares solution of smallest norm, by singular values: of the matrix itself where it is wide, else of its
 * triangular factor. Singular values below the rounding error of the largest count as zero, as in LAPACK's gelsd.
 */
export async function minimumNorm(equations: NormalEquations, run: FitRun): Promise<Float64Array> {
  const { rows, columns: p } = equations.design;
  const { matrix, target } = await orthogonalised(equations, run);
  const svd = new SingularValueDecomposition(matrix, { autoTranspose: true });
  await run.breathe();
  const singular = svd.diagonal;
  const cutoff = Number.EPSILON * Math.max(rows, p) * Math.max(...singular);
  const left = svd.leftSingularVectors;
  const right = svd.rightSingularVectors;
  const coef = new Float64Array(p);
  singular.forEach((value, s) => {
    if (!(value > cutoff)) return;
    let along = 0;
    for (let i = 0; i < target.length; i++) along += left.get(i, s) * target[i];
    for (let j = 0; j < p; j++) coef[j] += (along / value) * right.get(j, s);
  });
  // The intercept needs no help from a constant feature, and exact zeros read better than rounding.
  equations.constant.forEach((is, j) => is && (coef[j] = 0));
  return coef;
}

/** A smaller matrix and target with the same least-squares solutions. */
async function orthogonalised(
  equations: NormalEquations,
  run: FitRun,
): Promise<{ matrix: MlMatrix; target: Float64Array }> {
  const { design, problem, mean, yMean, constant } = equations;
  const { rows, columns: p } = design;
  const { y, weights, alpha } = problem;
  const root = (i: number): number => (weights === undefined ? 1 : Math.sqrt(weights[i]));
  const block = new Float64Array(Math.min(rows, blockRows) * p);
  const wide = rows < p && alpha === 0;
  const matrix = new MlMatrix(wide ? rows : p, p);
  const factor = wide ? undefined : new TriangularFactor(p, Math.sqrt(alpha));
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    design.centredRows(start, end, mean, weights, block);
    for (let i = 0, at = 0; i < end - start; i++)
      for (let j = 0; j < p; j++, at++) if (constant[j] !== 0) block[at] = 0;
    if (factor === undefined) {
      for (let i = start, at = 0; i < end; i++) for (let j = 0; j < p; j++, at++) matrix.set(i, j, block[at]);
    } else {
      factor.add(block, end - start, (i) => root(start + i) * (y[start + i] - yMean));
    }
    await run.step("factor", end, rows);
  }
  if (factor === undefined) return { matrix, target: y.map((value, i) => root(i) * (value - yMean)) };
  for (let i = 0; i < p; i++) for (let j = i; j < p; j++) matrix.set(i, j, factor.at(i, j));
  return { matrix, target: factor.target };
}

const blockRows = 256;
