import { Matrix } from "@strata-ml/core";
import { Matrix as MlMatrix, SVD } from "ml-matrix";

/**
 * The rotation (or reflection) R and shifts that bring `from` closest to `to` in least squares:
 * (x - fromMean) R + toMean. Two networks trained alike differ by little else than such a map.
 *
 * @see Schönemann (1966), A generalized solution of the orthogonal Procrustes problem.
 */
export interface Alignment {
  readonly rotation: Matrix;
  readonly fromMean: Float64Array;
  readonly toMean: Float64Array;
}

/** The alignment of two embeddings of the same rows; both are rows x units. */
export function alignEmbeddings(from: Matrix, to: Matrix): Alignment {
  const fromMean = columnMeans(from);
  const toMean = columnMeans(to);
  const units = from.columns;
  const cross = new MlMatrix(units, units);
  for (let i = 0; i < from.rows; i++) {
    for (let j = 0; j < units; j++) {
      const centred = from.at(i, j) - fromMean[j];
      for (let k = 0; k < units; k++) cross.set(j, k, cross.get(j, k) + centred * (to.at(i, k) - toMean[k]));
    }
  }
  const { leftSingularVectors, rightSingularVectors } = new SVD(cross, { autoTranspose: true });
  const rotation = leftSingularVectors.mmul(rightSingularVectors.transpose());
  return { rotation: new Matrix(units, units, Float64Array.from(rotation.to1DArray())), fromMean, toMean };
}

/** Rows of an embedding moved by an alignment. */
export function applyAlignment(embedding: Matrix, { rotation, fromMean, toMean }: Alignment): Matrix {
  const out = new Matrix(embedding.rows, embedding.columns);
  for (let i = 0; i < embedding.rows; i++) {
    const row = out.row(i);
    row.set(toMean);
    for (let j = 0; j < embedding.columns; j++) {
      const centred = embedding.at(i, j) - fromMean[j];
      for (let k = 0; k < embedding.columns; k++) row[k] += centred * rotation.at(j, k);
    }
  }
  return out;
}

function columnMeans(matrix: Matrix): Float64Array {
  const means = new Float64Array(matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < means.length; j++) means[j] += matrix.at(i, j) / matrix.rows;
  }
  return means;
}
