// Batch prediction: rows walk down trees, eight at a time, since each waits for its node.

import { arg, shareStart } from "./arguments";

/** A node, 16 bytes: threshold (f64), feature (u16), flags (u16), left child (i32; the right one follows it). */
const LEAF: u32 = 1;
const MISSING_LEFT: u32 = 2;
const CATEGORICAL: u32 = 4;

/** Rows that pass through one tree before the next, so that they and its nodes stay in the cache. */
const BLOCK: i32 = 256;

/**
 * Adds each tree's leaf values to the scores of its rows.
 *
 * Arguments: nodes, values (f64 a node), roots (i32 a tree), trees, rows, matrix (rows x features f64, categories as
 * their bin), features, scores (f64, one array a score after another), scores an iteration, sets of left bins (32 bytes
 * each; a categorical node's threshold is the number of its set).
 */
export function addTrees(thread: i32, threads: i32): void {
  const trees = <i32>arg(3);
  const rows = <i32>arg(4);
  const perIteration = <i32>arg(8);
  const to = shareStart(rows, thread + 1, threads);
  for (let start = shareStart(rows, thread, threads); start < to; start += BLOCK) {
    const end = min(to, start + BLOCK);
    for (let tree = 0; tree < trees; tree++) {
      const scores = arg(7) + <usize>(tree % perIteration) * ((<usize>rows) << 3);
      addTree(load<i32>(arg(2) + ((<usize>tree) << 2)), start, end, scores);
    }
  }
}

function addTree(root: i32, start: i32, end: i32, scores: usize): void {
  const nodes = arg(0);
  const values = arg(1);
  const matrix = arg(5);
  const stride = arg(6) << 3;
  const sets = arg(9);
  const top = nodes + ((<usize>root) << 4);
  let row = start;
  for (; row + 4 <= end; row += 4) {
    const a = matrix + <usize>row * stride;
    const b = a + stride;
    const c = b + stride;
    const d = c + stride;
    let na = top;
    let nb = top;
    let nc = top;
    let nd = top;
    // A leaf leads to itself, so the four go on until all are there.
    while ((flags(na) & flags(nb) & flags(nc) & flags(nd) & LEAF) == 0) {
      na = next(nodes, na, a, sets);
      nb = next(nodes, nb, b, sets);
      nc = next(nodes, nc, c, sets);
      nd = next(nodes, nd, d, sets);
    }
    const at = scores + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at) + valueOf(values, nodes, na));
    store<f64>(at, load<f64>(at, 8) + valueOf(values, nodes, nb), 8);
    store<f64>(at, load<f64>(at, 16) + valueOf(values, nodes, nc), 16);
    store<f64>(at, load<f64>(at, 24) + valueOf(values, nodes, nd), 24);
  }
  for (; row < end; row++) {
    let node = top;
    while ((flags(node) & LEAF) == 0) node = next(nodes, node, matrix + <usize>row * stride, sets);
    const at = scores + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at) + valueOf(values, nodes, node));
  }
}

function flags(node: usize): u32 {
  return <u32>load<u16>(node, 10);
}

function valueOf(values: usize, nodes: usize, node: usize): f64 {
  return load<f64>(values + ((node - nodes) >> 1));
}

/** The child that a row goes to; a leaf's is the leaf. */
function next(nodes: usize, node: usize, row: usize, sets: usize): usize {
  const value = load<f64>(row + ((<usize>load<u16>(node, 8)) << 3));
  const flag = flags(node);
  let isLeft: bool = value <= load<f64>(node);
  if (flag & CATEGORICAL) {
    if (value == value) {
      const bin = <usize>value;
      const set = sets + ((<usize>load<f64>(node)) << 5);
      isLeft = ((load<u8>(set + (bin >> 3)) >> <u8>(bin & 7)) & 1) != 0;
    }
  }
  if (value != value) isLeft = (flag & MISSING_LEFT) != 0;
  return nodes + ((<usize>(load<i32>(node, 12) + (isLeft ? 0 : 1))) << 4);
}
