import type { Dataset, Random } from "@strata-ml/core";

/** Rows kept to learn from, and rows held out to judge by. */
export interface HeldOut {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Whether none of the last `patience` losses is lower, by more than `tolerance`, than the one before them.
 */
export function shouldStop(losses: readonly number[], patience: number, tolerance: number): boolean {
  if (losses.length <= patience) return false;
  const reference = losses[losses.length - 1 - patience] - tolerance;
  return !losses.slice(-patience).some((loss) => loss < reference);
}

/**
 * Holds out a share of the rows at random; of each class the same share, where classes are given.
 * At least one row stays on either side.
 */
export function holdOut(
  data: Dataset,
  share: number,
  codes: Int32Array | undefined,
  random: Random,
): HeldOut {
  const order = random.permutation(data.rows);
  const heldRows = Math.max(1, Math.min(data.rows - 1, Math.ceil(share * data.rows)));
  const held = codes === undefined ? order.subarray(0, heldRows) : stratified(order, codes, heldRows);
  const isHeld = new Uint8Array(data.rows);
  for (const row of held) isHeld[row] = 1;
  return {
    train: order.filter((row) => isHeld[row] === 0).sort(),
    validation: order.filter((row) => isHeld[row] === 1).sort(),
  };
}

/** The first rows of each class in `order`, `wanted` of them in all, shared out by largest remainder. */
function stratified(order: Int32Array, codes: Int32Array, wanted: number): Int32Array {
  const counts = new Int32Array(codes.reduce((most, code) => Math.max(most, code), 0) + 1);
  for (const code of codes) counts[code]++;
  const exact = Float64Array.from(counts, (count) => (count * wanted) / order.length);
  const quota = Int32Array.from(exact, Math.floor);
  const byRemainder = Array.from(counts.keys()).sort((a, b) => exact[b] - quota[b] - (exact[a] - quota[a]));
  let missing = wanted - quota.reduce((sum, count) => sum + count, 0);
  for (const code of byRemainder) if (missing-- > 0) quota[code]++;
  return order.filter((row) => quota[codes[row]]-- > 0);
}
