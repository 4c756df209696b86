import {
  ArtifactError,
  type CsrMatrix,
  csrFeatures,
  type Dataset,
  denseFeatures,
  hasSparseFeature,
  Matrix,
} from "@strata-ml/core";
import { matmul } from "../kernels/matmul.js";

/** The numbers of the features: sparse where one of them is. */
export type FeatureMatrix = { readonly dense: Matrix } | { readonly sparse: CsrMatrix };

export function featureMatrix(owner: string, data: Dataset): FeatureMatrix {
  return hasSparseFeature(data)
    ? { sparse: csrFeatures(owner, data) }
    : { dense: denseFeatures(owner, data) };
}

/** X times the transpose of `components` (components x features): rows x components. */
export function project(x: FeatureMatrix, components: Matrix): Matrix {
  if (!("dense" in x)) return projectSparse(x.sparse, components);
  const left = Array.from({ length: x.dense.rows }, (_, i) => x.dense.row(i));
  return matmul({ left, right: components, transposed: true });
}

function projectSparse({ rows, offsets, indices, values }: CsrMatrix, components: Matrix): Matrix {
  const k = components.rows;
  const out = new Matrix(rows, k);
  // One feature's weights lie side by side, as the loop reads them.
  const weights = new Float64Array(components.data.length);
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < components.columns; j++) weights[j * k + c] = components.at(c, j);
  }
  for (let i = 0; i < rows; i++) {
    const to = i * k;
    for (let p = offsets[i]; p < offsets[i + 1]; p++) {
      const value = values[p];
      const from = indices[p] * k;
      for (let c = 0; c < k; c++) out.data[to + c] += value * weights[from + c];
    }
  }
  return out;
}

/** Population variance of each column. */
export function columnVariances(x: Matrix): Float64Array {
  const mean = new Float64Array(x.columns);
  const variance = new Float64Array(x.columns);
  for (let at = 0; at < x.data.length; at++) mean[at % x.columns] += x.data[at] / x.rows;
  for (let at = 0; at < x.data.length; at++)
    variance[at % x.columns] += (x.data[at] - mean[at % x.columns]) ** 2;
  return variance.map((sum) => sum / x.rows);
}

/** Sum of the features' population variances. */
export function totalVariance(x: FeatureMatrix): number {
  if ("dense" in x) return columnVariances(x.dense).reduce((sum, value) => sum + value, 0);
  const { rows, columns, indices, values } = x.sparse;
  const mean = new Float64Array(columns);
  for (let p = 0; p < values.length; p++) mean[indices[p]] += values[p] / rows;
  // What is stored of a column deviates by its value less the mean, each of the other rows by the mean.
  let sum = 0;
  const zeros = new Float64Array(columns).fill(rows);
  for (let p = 0; p < values.length; p++) {
    sum += (values[p] - mean[indices[p]]) ** 2;
    zeros[indices[p]]--;
  }
  for (let j = 0; j < columns; j++) sum += zeros[j] * mean[j] ** 2;
  return sum / rows;
}

/** Throws {@link ArtifactError} unless `components` has as many columns as the features have numbers. */
export function requireComponents(owner: string, components: Matrix, features: number): void {
  if (components.columns !== features || components.rows < 1)
    throw new ArtifactError(
      owner,
      `the components must be of ${features} features, received ${components.rows} x ${components.columns}`,
    );
}
