import type { Matrix } from "@strata-ml/core";

/** Population variance of every column, in two passes for accuracy; without weights every row counts 1. */
export function columnVariance(x: Matrix, weights: Float64Array | undefined): Float64Array {
  const { rows, columns: p, data } = x;
  const mean = new Float64Array(p);
  const variance = new Float64Array(p);
  const rest = new Float64Array(p);
  let total = 0;
  for (let i = 0, r = 0; i < rows; i++) {
    const w = weights === undefined ? 1 : weights[i];
    total += w;
    for (let j = 0; j < p; j++, r++) mean[j] += w * data[r];
  }
  for (let j = 0; j < p; j++) mean[j] /= total;
  for (let i = 0, r = 0; i < rows; i++) {
    const w = weights === undefined ? 1 : weights[i];
    for (let j = 0; j < p; j++, r++) {
      const d = data[r] - mean[j];
      rest[j] += w * d;
      variance[j] += w * d * d;
    }
  }
  // What rounding left in the mean is taken out (Chan, Golub and LeVeque, 1983).
  return variance.map((sum, j) => Math.max(0, sum / total - (rest[j] / total) ** 2));
}
