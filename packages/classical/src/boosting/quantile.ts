import { sortedRows } from "../tree/sorted-rows.js";

/**
 * Quantiles of ascending values that carry weights, as the inverted distribution function gives them; where a quantile
 * falls on a step exactly, the mean of the two values beside it (Hyndman and Fan 1996, type 2).
 *
 * @param weights of the values, all > 0; absent means 1 each
 * @param shares ascending, in (0, 1)
 */
export function weightedQuantiles(
  values: Float64Array,
  weights: Float64Array | undefined,
  shares: ArrayLike<number>,
): Float64Array {
  const last = values.length - 1;
  let total = values.length;
  if (weights !== undefined) {
    total = 0;
    for (let i = 0; i <= last; i++) total += weights[i];
  }
  const out = new Float64Array(shares.length);
  let at = 0;
  let below = weights?.[0] ?? 1;
  for (let k = 0; k < out.length; k++) {
    const target = shares[k] * total;
    while (at < last && below < target) {
      at++;
      below += weights === undefined ? 1 : weights[at];
    }
    const onStep = below - target <= Number.EPSILON && at < last;
    out[k] = onStep ? (values[at] + values[at + 1]) / 2 : values[at];
  }
  return out;
}

/** The weighted median; where half of the weight ends between two values, their mean. */
export function weightedMedian(values: Float64Array, weights: Float64Array | undefined): number {
  return weightedQuantile(values, weights, 0.5);
}

/** A quantile of values in any order, as {@link weightedQuantiles} gives it. */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array | undefined,
  share: number,
): number {
  const order = sortedRows(values, Int32Array.from(values.keys()));
  const ordered = (all: Float64Array): Float64Array => Float64Array.from(order, (i) => all[i]);
  return weightedQuantiles(ordered(values), weights && ordered(weights), [share])[0];
}
