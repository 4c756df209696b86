/** Mean and population variance of a target over some rows. */
export interface TargetMoments {
  readonly mean: number;
  readonly variance: number;
}

export function targetMoments(y: Float64Array, rows: Int32Array): TargetMoments {
  let sum = 0;
  for (const row of rows) sum += y[row];
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (y[row] - mean) ** 2;
  return { mean, variance: squares / rows.length };
}

/**
 * What each category becomes: the mean of its targets, drawn to the mean of all (Micci-Barreca, 2001). A number `smooth`
 * counts as that many rows at the mean of all (its equation 7); `"auto"` weighs by the variance within the category
 * against that of all, the empirical Bayes estimate (its equations 5 and 6). A category without rows gets the mean of all.
 */
export function categoryEncoding(
  codes: Int32Array,
  categories: number,
  y: Float64Array,
  rows: Int32Array,
  { mean, variance }: TargetMoments,
  smooth: "auto" | number,
): Float64Array {
  const counts = new Float64Array(categories);
  const sums = new Float64Array(categories);
  for (const row of rows) {
    const code = codes[row];
    if (code < 0) continue;
    counts[code]++;
    sums[code] += y[row];
  }
  if (smooth !== "auto") {
    return sums.map((sum, c) =>
      counts[c] + smooth === 0 ? mean : (sum + smooth * mean) / (counts[c] + smooth),
    );
  }
  const squares = new Float64Array(categories);
  for (const row of rows) {
    const code = codes[row];
    if (code >= 0) squares[code] += (y[row] - sums[code] / counts[code]) ** 2;
  }
  return sums.map((sum, c) => {
    const between = variance * counts[c];
    const weight = between / (between + squares[c] / counts[c]);
    return Number.isNaN(weight) ? mean : weight * (sum / counts[c]) + (1 - weight) * mean;
  });
}
