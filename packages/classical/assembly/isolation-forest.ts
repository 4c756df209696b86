// Isolation trees: grown by random splits of a few rows, and the path lengths of many rows in them.

import { below, seedRandom, uniform } from "./forest-random";
import { arg, shareStart } from "./arguments";

/** Bytes of a grown node: threshold (f64), feature (-1: a leaf), left child (the right one follows it), rows, missing (i32). */
const NODE: usize = 24;
/** Bytes of a node while its tree grows: its first row, the one after its last, depth, features that may vary (i32). */
const OPEN: usize = 16;

let x: usize = 0;
let stride: usize = 0;
let rows: usize = 0;
let features: usize = 0;
let goesMissing: i32 = 0;
let threshold: f64 = 0;

/**
 * Grows this thread's trees.
 *
 * Arguments: x (f64, rows x features), features, rows of each tree (i32, trees x most rows a tree), most rows a tree, seeds
 * (f64 a tree), trees, features a tree, most depth, nodes, most nodes a tree, counts (i32 a tree: its rows, afterwards its
 * nodes), scratch, bytes of a thread's scratch.
 */
export function growIsolationTrees(thread: i32, threads: i32): void {
  x = arg(0);
  stride = arg(1) << 3;
  const trees = <i32>arg(5);
  const scratch = arg(11) + <usize>thread * arg(12);
  const end = shareStart(trees, thread + 1, threads);
  for (let tree = shareStart(trees, thread, threads); tree < end; tree++) {
    rows = arg(2) + <usize>tree * (arg(3) << 2);
    features = scratch;
    seedRandom(load<f64>(arg(4) + ((<usize>tree) << 3)));
    drawFeatures(<i32>arg(1), <i32>arg(6));
    const nodes = arg(8) + <usize>tree * arg(9) * NODE;
    const count = arg(10) + ((<usize>tree) << 2);
    const open = scratch + (arg(1) << 2);
    store<i32>(
      count,
      growTree(nodes, load<i32>(count), <i32>arg(6), <i32>arg(7), open, open + arg(9) * OPEN),
    );
  }
}

/** All features, the first `some` of them drawn at random. */
function drawFeatures(all: i32, some: i32): void {
  for (let f = 0; f < all; f++) store<i32>(features + ((<usize>f) << 2), f);
  if (some == all) return;
  for (let f = 0; f < some; f++) swap(features, f, f + <i32>below(all - f));
}

function swap(list: usize, i: i32, j: i32): void {
  const a = list + ((<usize>i) << 2);
  const b = list + ((<usize>j) << 2);
  const held = load<i32>(a);
  store<i32>(a, load<i32>(b));
  store<i32>(b, held);
}

/** Grows a tree depth first, so that what a node knows of constant features stands for all below it; gives its nodes. */
function growTree(nodes: usize, count: i32, some: i32, mostDepth: i32, open: usize, stack: usize): i32 {
  let grown = 1;
  let waiting = 1;
  store<i32>(stack, 0);
  begin(nodes, open, 0, 0, count, 0, some);
  while (waiting > 0) {
    waiting--;
    const node = load<i32>(stack + ((<usize>waiting) << 2));
    const own = open + <usize>node * OPEN;
    const start = load<i32>(own);
    const end = load<i32>(own, 4);
    const depth = load<i32>(own, 8);
    if (depth >= mostDepth || end - start < 2) continue;
    const middle = split(nodes + <usize>node * NODE, own, start, end);
    if (middle < 0) continue;
    store<i32>(nodes + <usize>node * NODE, grown, 12);
    const varying = load<i32>(own, 12);
    begin(nodes, open, grown, start, middle, depth + 1, varying);
    begin(nodes, open, grown + 1, middle, end, depth + 1, varying);
    store<i32>(stack + ((<usize>waiting) << 2), grown + 1);
    store<i32>(stack + ((<usize>waiting) << 2), grown, 4);
    waiting += 2;
    grown += 2;
  }
  return grown;
}

function begin(nodes: usize, open: usize, node: i32, start: i32, end: i32, depth: i32, varying: i32): void {
  const at = nodes + <usize>node * NODE;
  store<f64>(at, 0);
  store<i32>(at, -1, 8);
  store<i32>(at, -1, 12);
  store<i32>(at, end - start, 16);
  store<i32>(at, 0, 20);
  const own = open + <usize>node * OPEN;
  store<i32>(own, start);
  store<i32>(own, end, 4);
  store<i32>(own, depth, 8);
  store<i32>(own, varying, 12);
}

/** Splits a node at random by a feature that varies in it; gives where its right rows begin, or -1 where none does. */
function split(node: usize, own: usize, start: i32, end: i32): i32 {
  // The features that may vary come first: those not drawn yet, then those that put all rows on one side.
  let varying = load<i32>(own, 12);
  let fruitless = 0;
  let middle = -1;
  while (varying > fruitless) {
    const place = <i32>below(varying - fruitless);
    const feature = load<i32>(features + ((<usize>place) << 2));
    if (!drawThreshold(feature, start, end)) {
      swap(features, place, varying - fruitless - 1);
      swap(features, varying - fruitless - 1, varying - 1);
      varying--;
      continue;
    }
    const hasMissing = goesMissing >= 0;
    const missingLeft = goesMissing > 0;
    const at = divide(feature, start, end, missingLeft);
    if (at == start || at == end) {
      swap(features, place, varying - fruitless - 1);
      fruitless++;
      continue;
    }
    middle = at;
    store<f64>(node, threshold);
    store<i32>(node, feature, 8);
    // Where none was missing, one that is missing later goes with most rows.
    store<i32>(node, i32(hasMissing ? missingLeft : at - start > end - at), 20);
    break;
  }
  store<i32>(own, varying, 12);
  return middle;
}

/** Draws a threshold between a feature's least and greatest value, and which way missing ones go; false where it is constant. */
function drawThreshold(feature: i32, start: i32, end: i32): bool {
  let least = Infinity;
  let most = -Infinity;
  let missing = 0;
  for (let i = start; i < end; i++) {
    const value = valueOf(i, feature);
    missing += i32(value != value);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (missing == end - start || (least == most && missing == 0)) return false;
  threshold = least + uniform() * (most - least);
  if (!(threshold < most)) threshold = least;
  goesMissing = missing > 0 ? <i32>below(2) : -1;
  return true;
}

function valueOf(i: i32, feature: i32): f64 {
  return load<f64>(x + <usize>load<u32>(rows + ((<usize>i) << 2)) * stride + ((<usize>feature) << 3));
}

/** Brings the rows that go left to the front; gives where the others begin. */
function divide(feature: i32, start: i32, end: i32, missingLeft: bool): i32 {
  let middle = start;
  for (let i = start; i < end; i++) {
    const value = valueOf(i, feature);
    if (value <= threshold || (missingLeft && value != value)) swap(rows, middle++, i);
  }
  return middle;
}
