// Path lengths of many rows in isolation trees, which stand as full binary trees: the children of node i are 2i + 1 and 2i + 2,
// a leaf above the lowest level has equal ones below it, and every row takes as many steps.

import { arg, shareStart } from "./arguments";

/** Rows whose values lie in the cache together. */
const BLOCK: i32 = 128;

/**
 * Adds the path lengths of this thread's share of the rows.
 *
 * Arguments: trees (each 2^depth nodes of threshold f64, bytes to the feature's column u32, and missing u32: 1 where it goes left;
 * then 2^depth path lengths f64), trees' count, depth, x (f64, features x rows), rows, features, bytes of a column, sums (f64 a row).
 * Rows must be a multiple of 8: the caller leaves room.
 */
export function addPathLengths(thread: i32, threads: i32): void {
  const eights = <i32>(arg(4) >> 3);
  const end = shareStart(eights, thread + 1, threads) << 3;
  const bytes = (<usize>24) << arg(2);
  const treesEnd = arg(0) + arg(1) * bytes;
  for (let start = shareStart(eights, thread, threads) << 3; start < end; start += BLOCK) {
    const stop = min(end, start + BLOCK);
    const isComplete = !hasMissing(start, stop);
    for (let tree = arg(0); tree < treesEnd; tree += bytes) {
      if (isComplete) addComplete(tree, start, stop);
      else addAny(tree, start, stop);
    }
  }
}

function hasMissing(start: i32, stop: i32): bool {
  const features = arg(5);
  let found = i64x2.splat(0);
  for (let f: usize = 0; f < features; f++) {
    const column = arg(3) + f * arg(6);
    for (let row = start; row < stop; row += 2) {
      const pair = v128.load(column + ((<usize>row) << 3));
      found = v128.or(found, f64x2.ne(pair, pair));
    }
  }
  return v128.any_true(found);
}

/** Eight rows at once, since each waits for its node: they lie beside each other in every column. */
function addComplete(tree: usize, start: i32, stop: i32): void {
  const depth = <i32>arg(2);
  const lengths = tree + ((<usize>16) << depth);
  const first = ((<usize>1) << depth) - 1;
  const rowEnd = arg(3) + ((<usize>stop) << 3);
  let sum = arg(7) + ((<usize>start) << 3);
  for (let row = arg(3) + ((<usize>start) << 3); row < rowEnd; row += 64, sum += 64) {
    let a: usize = 0;
    let b: usize = 0;
    let c: usize = 0;
    let d: usize = 0;
    let e: usize = 0;
    let f: usize = 0;
    let g: usize = 0;
    let h: usize = 0;
    for (let level = 0; level < depth; level++) {
      a = step(tree, a, row);
      b = step(tree, b, row + 8);
      c = step(tree, c, row + 16);
      d = step(tree, d, row + 24);
      e = step(tree, e, row + 32);
      f = step(tree, f, row + 40);
      g = step(tree, g, row + 48);
      h = step(tree, h, row + 56);
    }
    add(sum, lengths, a - first);
    add(sum + 8, lengths, b - first);
    add(sum + 16, lengths, c - first);
    add(sum + 24, lengths, d - first);
    add(sum + 32, lengths, e - first);
    add(sum + 40, lengths, f - first);
    add(sum + 48, lengths, g - first);
    add(sum + 56, lengths, h - first);
  }
}

function step(tree: usize, node: usize, row: usize): usize {
  const at = tree + (node << 4);
  const value = load<f64>(row + <usize>load<u32>(at, 8));
  return (node << 1) + 2 - usize(value <= load<f64>(at));
}

function add(sum: usize, lengths: usize, leaf: usize): void {
  store<f64>(sum, load<f64>(sum) + load<f64>(lengths + (leaf << 3)));
}

/** One row at a time, with missing values. */
function addAny(tree: usize, start: i32, stop: i32): void {
  const depth = <i32>arg(2);
  const lengths = tree + ((<usize>16) << depth);
  const first = ((<usize>1) << depth) - 1;
  for (let i = start; i < stop; i++) {
    const row = arg(3) + ((<usize>i) << 3);
    let node: usize = 0;
    for (let level = 0; level < depth; level++) {
      const at = tree + (node << 4);
      const value = load<f64>(row + <usize>load<u32>(at, 8));
      const isLeft = value != value ? load<u32>(at, 12) : u32(value <= load<f64>(at));
      node = (node << 1) + 2 - <usize>isLeft;
    }
    add(arg(7) + ((<usize>i) << 3), lengths, node - first);
  }
}
