/** The weighted mean; weights of 1 where there are none. */
export function weightedMean(y: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    sum += weight * y[i];
    total += weight;
  }
  return sum / total;
}
