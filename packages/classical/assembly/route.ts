// Rows that a tree did not learn from walk down it by their bins.

import { arg, shareStart } from "./arguments";

/**
 * A node, 64 bytes: feature (i32; -1: a leaf), last bin that goes left (i32; -1: a set), left and right child (i32),
 * whether missing values go left (i32), 4 bytes unused, value (f64), and the set of bins that go left (256 bits).
 */
const NODE: i32 = 6;
const MISSING: i32 = 255;

/**
 * Adds the values of their leaves to the scores of some rows.
 *
 * Arguments: nodes, bins (u8, rows x features), features, row numbers (i32), how many, scores (f64 a row).
 */
export function routeRows(thread: i32, threads: i32): void {
  const nodes = arg(0);
  const features = <usize>arg(2);
  const rows = arg(3);
  const scores = arg(5);
  const to = shareStart(<i32>arg(4), thread + 1, threads);
  for (let i = shareStart(<i32>arg(4), thread, threads); i < to; i++) {
    const row = <usize>load<i32>(rows + ((<usize>i) << 2));
    const bins = arg(1) + row * features;
    let node = nodes;
    for (let feature = load<i32>(node); feature >= 0; feature = load<i32>(node)) {
      const bin = <i32>load<u8>(bins + <usize>feature);
      const child = goesLeft(node, bin) ? load<i32>(node, 8) : load<i32>(node, 12);
      node = nodes + ((<usize>child) << NODE);
    }
    const at = scores + (row << 3);
    store<f64>(at, load<f64>(at) + load<f64>(node, 24));
  }
}

function goesLeft(node: usize, bin: i32): bool {
  const last = load<i32>(node, 4);
  if (last < 0) return ((load<u8>(node + 32 + <usize>(bin >> 3)) >> <u8>(bin & 7)) & 1) != 0;
  return bin == MISSING ? load<i32>(node, 16) != 0 : bin <= last;
}
