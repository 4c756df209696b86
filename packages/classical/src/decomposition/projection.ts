import {
  ArtifactError,
  type CsrMatrix,
  csrFeatures,
  type Dataset,
  denseFeatures,
  hasSparseFeature,
  Matrix,
} from "@strata-ml/core";

/** The numbers of the features: sparse where one of them is. */
export type FeatureMatrix = { readonly dense: Matrix } | { readonly sparse: CsrMatrix };

export function featureMatrix(owner: string, data: Dataset): FeatureMatrix {
  return hasSparseFeature(data)
    ? { sparse: csrFeatures(owner, data) }
    : { dense: denseFeatures(owner, data) };
}

/** X times the transpose of `components` (components x features): rows x components. */
export function project(x: FeatureMatrix, components: Matrix): Matrix {
  return "dense" in x ? projectDense(x.dense, components) : projectSparse(x.sparse, components);
}

function projectDense(x: Matrix, components: Matrix): Matrix {
  const k = components.rows;
  const out = new Matrix(x.rows, k);
  // Four sums at a time, which a processor adds side by side; the last four overlap those before them.
  for (let c = 0; c < k; c += 4) {
    const first = Math.max(0, Math.min(c, k - 4));
    const four = [0, 1, 2, 3].map((r) => components.row(Math.min(first + r, k - 1)));
    projectFour(x, four, out, first);
  }
  return out;
}

function projectFour(x: Matrix, [r0, r1, r2, r3]: readonly Float64Array[], out: Matrix, first: number): void {
  const { rows, columns, data } = x;
  const k = out.columns;
  const width = Math.min(4, k);
  for (let i = 0, at = 0; i < rows; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < columns; j++, at++) {
      const value = data[at];
      s0 += value * r0[j];
      s1 += value * r1[j];
      s2 += value * r2[j];
      s3 += value * r3[j];
    }
    const to = i * k + first;
    out.data[to] = s0;
    if (width > 1) out.data[to + 1] = s1;
    if (width > 2) out.data[to + 2] = s2;
    if (width > 3) out.data[to + 3] = s3;
  }
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
