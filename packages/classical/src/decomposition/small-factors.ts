import { Matrix } from "@strata-ml/core";
import { EigenvalueDecomposition, Matrix as MlMatrix, SingularValueDecomposition } from "ml-matrix";

/** A = U diag(s) Vᵀ of a small square matrix, s falling. */
export interface SmallSvd {
  readonly left: Matrix;
  readonly singularValues: Float64Array;
  readonly right: Matrix;
}

export function smallSvd(a: Matrix): SmallSvd {
  const svd = new SingularValueDecomposition(toMl(a));
  return {
    left: fromMl(svd.leftSingularVectors),
    singularValues: Float64Array.from(svd.diagonal),
    right: fromMl(svd.rightSingularVectors),
  };
}

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

function toMl(a: Matrix): MlMatrix {
  return new MlMatrix(a.toRows());
}

function fromMl(a: MlMatrix): Matrix {
  return Matrix.fromRows(a.to2DArray());
}
