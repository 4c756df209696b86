import type { Random } from "@strata-ml/core";

/**
 * How often each row is drawn when as many rows as have a weight are drawn with replacement, each with a chance in
 * proportion to its weight. Rows of weight 0 change nothing, wherever they stand.
 */
export function drawCounts(weights: Float64Array, random: Random): Float64Array {
  const rows = Int32Array.from(weights.keys()).filter((row) => weights[row] > 0);
  const counts = new Float64Array(weights.length);
  const first = weights[rows[0]];
  if (rows.every((row) => weights[row] === first)) {
    for (let draw = 0; draw < rows.length; draw++) counts[rows[random.integer(rows.length)]]++;
    return counts;
  }
  const upTo = new Float64Array(rows.length);
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    total += weights[rows[i]];
    upTo[i] = total;
  }
  for (let draw = 0; draw < rows.length; draw++) counts[rows[firstAbove(upTo, random.uniform() * total)]]++;
  return counts;
}

/** Position of the first ascending value that is greater than `value`, or the last position. */
function firstAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
