import type { Random } from "@strata-ml/core";

/**
 * A fold 0..folds-1 for each row, at random: folds differ by at most one row, and where `strata` gives each row a class,
 * so do each class's shares of them.
 */
export function shuffledFolds(rows: number, folds: number, random: Random, strata?: Int32Array): Int32Array {
  const order = random.permutation(rows);
  // The sort is stable, so rows stay shuffled within their class.
  if (strata !== undefined) order.sort((a, b) => strata[a] - strata[b]);
  const foldOf = new Int32Array(rows);
  order.forEach((row, place) => (foldOf[row] = place % folds));
  return foldOf;
}
