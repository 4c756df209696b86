import { Matrix } from "@strata-ml/core";
import { EigenvalueDecomposition, Matrix as MlMatrix } from "ml-matrix";

/** Eigenvalues of a symmetric matrix, falling, and their vectors as columns. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

export function symmetricEigen(a: Matrix): SymmetricEigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMl(a), {
    assumeSymmetric: true,
  });
  const n = a.columns;
  const order = realEigenvalues.map((_, j) => j).sort((i, j) => realEigenvalues[j] - realEigenvalues[i]);
  const vectors = new Matrix(n, n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors.data[i * n + to] = eigenvectorMatrix.get(i, from);
  });
  return { values: Float64Array.from(order, (j) => realEigenvalues[j]), vectors };
}

export function transposeMatrix(a: Matrix): Matrix {
  const out = new Matrix(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) out.data[j * a.rows + i] = a.at(i, j);
  return out;
}

export function toMl(a: Matrix): MlMatrix {
  return new MlMatrix(a.toRows());
}
