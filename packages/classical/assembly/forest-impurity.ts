// Impurity of the classes of a node.

import { classes, outputs } from "./forest-plan";

/** Gini impurity of class sums that add up to a weight; the mean over the outputs. */
export function giniOf(sums: usize, weight: f64): f64 {
  let squares: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const sum = load<f64>(sums + ((<usize>k) << 3));
    squares += sum * sum;
  }
  return 1 - squares / (outputs * (weight * weight));
}

/** The same for entropy, in bits. */
export function entropyOf(sums: usize, weight: f64): f64 {
  let out: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const share = load<f64>(sums + ((<usize>k) << 3)) / weight;
    if (share > 0) out -= share * Math.log2(share);
  }
  return out / outputs;
}
