import type { Matrix } from "@strata-ml/core";

/** Population variance of every column, in two passes for accuracy; without weights every row counts 1. */
export function columnVariance({ rows, columns: p, data }: Matrix, weights?: Float64Array): Float64Array {
  const total = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(p);
  addPowers(data, rows, weights, new Float64Array(p), mean, undefined);
  for (let j = 0; j < p; j++) mean[j] /= total;
  const rest = new Float64Array(p);
  const variance = new Float64Array(p);
  addPowers(data, rows, weights, mean, rest, variance);
  // What rounding left in the mean is taken out (Chan, Golub and LeVeque, 1983).
  return variance.map((sum, j) => Math.max(0, sum / total - (rest[j] / total) ** 2));
}

/** Adds each column's weighted differences from `middle`, and their squares. Rows go four at a time: each sum is loaded once for them. */
function addPowers(
  x: Float64Array,
  rows: number,
  weights: Float64Array | undefined,
  middle: Float64Array,
  sums: Float64Array,
  squares: Float64Array | undefined,
): void {
  const p = middle.length;
  const whole = rows & ~3;
  for (let i = 0; i < whole; i += 4) {
    const w0 = weights === undefined ? 1 : weights[i];
    const w1 = weights === undefined ? 1 : weights[i + 1];
    const w2 = weights === undefined ? 1 : weights[i + 2];
    const w3 = weights === undefined ? 1 : weights[i + 3];
    const r0 = i * p;
    const r1 = r0 + p;
    const r2 = r1 + p;
    const r3 = r2 + p;
    for (let j = 0; j < p; j++) {
      const m = middle[j];
      const a = x[r0 + j] - m;
      const b = x[r1 + j] - m;
      const c = x[r2 + j] - m;
      const d = x[r3 + j] - m;
      sums[j] += w0 * a + w1 * b + (w2 * c + w3 * d);
      if (squares !== undefined) squares[j] += w0 * a * a + w1 * b * b + (w2 * c * c + w3 * d * d);
    }
  }
  for (let i = whole; i < rows; i++) {
    const w = weights === undefined ? 1 : weights[i];
    for (let j = 0; j < p; j++) {
      const a = x[i * p + j] - middle[j];
      sums[j] += w * a;
      if (squares !== undefined) squares[j] += w * a * a;
    }
  }
}
