// One tree, grown node by node into arrays.

import {
  beginCuts, cutDecrease, cutFeature, cutHigh, cutLow, cutMissingLeft, scanFeature,
} from "./forest-cut";
import { hasCodes, takeRows } from "./forest-draw";
import { highRank, lowRank, pairBits, setPairBits, sortKeys, writeKeys } from "./forest-keys";
import { enterNode, isPure, nodeImpurity, nodeTarget, nodeWeight } from "./forest-node";
import {
  classes, classSums, counts, draws, drawsCuts, featureOrder, features, keys, maxDepth, maxFeatures, maxLeaves, minDecrease,
  minLeaf, minLeafShare, minSplit, missingRank, open, order, passing, rankAt, rankBits, columnOf, rows, rowStride, sorted,
  valueAt,
} from "./forest-plan";
import { cutAtRandom, drawnCut } from "./forest-random-cut";
import { below } from "./forest-random";

/** `feature` and children of a leaf. */
const LEAF: i32 = -1;

let values: usize = 0;
let thresholds: usize = 0;
let impurities: usize = 0;
let nodeWeights: usize = 0;
let nodeFeatures: usize = 0;
let lefts: usize = 0;
let rights: usize = 0;
let nodeCounts: usize = 0;
let cuts: usize = 0;
let missingLefts: usize = 0;
let nodes: i32 = 0;

let totalWeight: f64 = 0;
let minWeight: f64 = 0;

/** Grows a tree into arrays of room for `room` nodes after one another; gives the number of nodes. */
export function growTree(at: usize, room: usize): i32 {
  values = at;
  thresholds = values + room * (<usize>max(classes, 1) << 3);
  impurities = thresholds + (room << 3);
  nodeWeights = impurities + (room << 3);
  nodeFeatures = nodeWeights + (room << 3);
  lefts = nodeFeatures + (room << 2);
  rights = lefts + (room << 2);
  nodeCounts = rights + (room << 2);
  cuts = nodeCounts + (room << 2);
  missingLefts = cuts + (room << 2);
  nodes = 0;
  for (let f = 0; f < features; f++) store<i32>(featureOrder + (<usize>f << 2), f);
  const count = takeRows();
  if (maxLeaves > 0) growBestFirst(count);
  else growDepthFirst(count);
  return nodes;
}

/** Nodes that are still to be added: 24 bytes each. */
function push(top: usize, start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): usize {
  store<i32>(top, start);
  store<i32>(top, end, 4);
  store<i32>(top, depth, 8);
  store<i32>(top, parent, 12);
  store<i32>(top, isLeft ? 1 : 0, 16);
  return top + 24;
}

function growDepthFirst(count: i32): void {
  let top = push(open, 0, count, 0, LEAF, false);
  while (top > open) {
    top -= 24;
    const start = load<i32>(top);
    const end = load<i32>(top, 4);
    const depth = load<i32>(top, 8);
    const node = nodes;
    if (!addNode(start, end, depth, load<i32>(top, 12), load<i32>(top, 16) != 0)) continue;
    const middle = divide(node, start, end);
    top = push(top, middle, end, depth + 1, node, false);
    top = push(top, start, middle, depth + 1, node, true);
  }
}

/** Adds a node; true where it has a cut and may be divided. */
function addNode(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): bool {
  const node = nodes++;
  const count = end - start;
  if (parent != LEAF) store<i32>((isLeft ? lefts : rights) + (<usize>parent << 2), node);
  enterNode(start, end);
  if (node == 0) {
    totalWeight = nodeWeight;
    minWeight = minLeafShare * totalWeight;
  }
  storeLeaf(node, count);
  const mustStay = isPure || depth >= maxDepth || count < minSplit || count < 2 * minLeaf || nodeWeight < 2 * minWeight;
  if (mustStay) return false;
  beginCuts(minWeight);
  if (pairsFit(count)) tryFeatures<u32>(start, count);
  else tryFeatures<u64>(start, count);
  if (cutFeature < 0 || cutDecrease() / totalWeight + f64.EPSILON < minDecrease) return false;
  storeCut(node);
  return true;
}

/** Whether a key of the node fits into 32 bits. */
function pairsFit(count: i32): bool {
  setPairBits(count);
  return rankBits + pairBits <= 32;
}

function storeLeaf(node: i32, count: i32): void {
  const at = <usize>node << 2;
  store<i32>(nodeFeatures + at, LEAF);
  store<f64>(thresholds + (at << 1), 0);
  store<i32>(lefts + at, LEAF);
  store<i32>(rights + at, LEAF);
  store<u8>(missingLefts + <usize>node, 0);
  store<i32>(nodeCounts + at, count);
  store<f64>(impurities + (at << 1), nodeImpurity);
  store<f64>(nodeWeights + (at << 1), nodeWeight);
  if (classes == 0) {
    store<f64>(values + (at << 1), nodeTarget);
    return;
  }
  const value = values + <usize>node * (<usize>classes << 3);
  for (let k: usize = 0; k < <usize>classes << 3; k += 8) {
    store<f64>(value + k, load<f64>(classSums + k) / nodeWeight);
  }
}

function storeCut(node: i32): void {
  const at = <usize>node << 2;
  store<i32>(nodeFeatures + at, cutFeature);
  store<u32>(cuts + at, cutLow);
  store<u8>(missingLefts + <usize>node, cutMissingLeft ? 1 : 0);
  let threshold = drawnCut;
  if (!drawsCuts) {
    const isLast = cutHigh == missingRank(cutFeature);
    threshold = isLast ? Infinity : midpoint(valueAt(cutFeature, cutLow), valueAt(cutFeature, cutHigh));
  }
  store<f64>(thresholds + (at << 1), threshold);
}

/** A number t with a <= t < b, half way between them where that is so after rounding. */
function midpoint(a: f64, b: f64): f64 {
  const middle = a / 2 + b / 2;
  return middle < b && middle >= a ? middle : a;
}

/**
 * Looks at as many features as a split may; constant ones count only after one that is not. They come in random order even
 * where all are looked at: in small nodes many are equally good, and the first one must not always win.
 */
function tryFeatures<K>(start: i32, count: i32): void {
  let varying = 0;
  for (let visited = 0; visited < features && (visited < maxFeatures || varying == 0); visited++) {
    const pick = featureOrder + (<usize>(visited + <i32>below(features - visited)) << 2);
    const feature = load<i32>(pick);
    store<i32>(pick, load<i32>(featureOrder + (<usize>visited << 2)));
    store<i32>(featureOrder + (<usize>visited << 2), feature);
    if (tryFeature<K>(feature, start, count)) varying++;
  }
}

/** Tries the cuts of a feature; false where all rows have the same value. */
function tryFeature<K>(feature: i32, start: i32, count: i32): bool {
  if (drawsCuts) return cutAtRandom(feature, start, count);
  writeKeys<K>(feature, start, count, keys);
  if (lowRank == highRank) return false;
  scanFeature<K>(feature, sortKeys<K>(keys, sorted, count), count);
  return true;
}

function copyWords(to: usize, from: usize, bytes: usize): void {
  // A call for each of many small nodes would cost more than the copy.
  if (bytes > 256) memory.copy(to, from, bytes);
  else for (let at: usize = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at));
}

/** Orders the rows of a node by its cut, left ones first; gives where right ones begin. */
function divide(node: i32, start: i32, end: i32): i32 {
  const feature = load<i32>(nodeFeatures + (<usize>node << 2));
  const missingLeft = load<u8>(missingLefts + <usize>node) != 0;
  const from = order + (<usize>start << 3);
  const to = order + (<usize>end << 3);
  if (drawsCuts) divideByValue(columnOf(feature), load<f64>(thresholds + (<usize>node << 3)), missingLeft, from, to);
  // No rank is above the one of missing values, so this sends it left.
  else divideByRank(columnOf(feature), load<u32>(cuts + (<usize>node << 2)), missingLeft ? missingRank(feature) : 0xffffffff, from, to);
  copyWords(dividedLeft, passing, to - dividedLeft);
  return <i32>((dividedLeft - order) >> 3);
}

/** Where the left rows end; right ones stand in `passing` then. */
let dividedLeft: usize = 0;

function divideByRank(column: usize, cut: u32, least: u32, from: usize, to: usize): void {
  let left = from;
  let right = passing;
  for (let p = from; p < to; p += 8) {
    const entry = load<u64>(p);
    const rank = rankAt(column + <usize>(entry & 0xffffffff) * rowStride);
    const step: usize = rank <= cut || rank >= least ? 8 : 0;
    // Both are written and one pointer moves, so that no branch depends on the data.
    store<u64>(left, entry);
    store<u64>(right, entry);
    left += step;
    right += 8 - step;
  }
  dividedLeft = left;
}

function divideByValue(column: usize, threshold: f64, missingLeft: bool, from: usize, to: usize): void {
  let left = from;
  let right = passing;
  for (let p = from; p < to; p += 8) {
    const entry = load<u64>(p);
    const value = load<f64>(column + <usize>(entry & 0xffffffff) * rowStride);
    const step: usize = value <= threshold || (missingLeft && value != value) ? 8 : 0;
    store<u64>(left, entry);
    store<u64>(right, entry);
    left += step;
    right += 8 - step;
  }
  dividedLeft = left;
}

/** The best of all open nodes is divided first: a heap of them, by decrease of impurity, then by node. */
function growBestFirst(count: i32): void {
  let size = 0;
  size = addOpen(size, 0, count, 0, LEAF, false);
  let leaves = 1;
  for (; leaves < maxLeaves && size > 0; leaves++) {
    const node = load<i32>(open, 8);
    const start = load<i32>(open, 12);
    const end = load<i32>(open, 16);
    const depth = load<i32>(open, 20);
    size--;
    sinkFirst(size);
    const middle = divide(node, start, end);
    size = addOpen(size, start, middle, depth + 1, node, true);
    size = addOpen(size, middle, end, depth + 1, node, false);
  }
  // Those that remain stay leaves.
  for (let i = 0; i < size; i++) clearCut(load<i32>(open + <usize>i * OPEN_BYTES, 8));
}

/** A heap's entry: decrease (f64), node, start, end, depth (i32). */
const OPEN_BYTES: usize = 24;

function clearCut(node: i32): void {
  store<i32>(nodeFeatures + (<usize>node << 2), LEAF);
  store<f64>(thresholds + (<usize>node << 3), 0);
  store<u8>(missingLefts + <usize>node, 0);
}

/** Adds a node, and to the heap if it may be divided; gives the heap's size. */
function addOpen(size: i32, start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): i32 {
  const node = nodes;
  if (!addNode(start, end, depth, parent, isLeft)) return size;
  const decrease = cutDecrease();
  let at = size;
  while (at > 0) {
    const above = (at - 1) >> 1;
    // An equal one that is there already came first.
    if (load<f64>(open + <usize>above * OPEN_BYTES) >= decrease) break;
    memory.copy(open + <usize>at * OPEN_BYTES, open + <usize>above * OPEN_BYTES, OPEN_BYTES);
    at = above;
  }
  const entry = open + <usize>at * OPEN_BYTES;
  store<f64>(entry, decrease);
  store<i32>(entry, node, 8);
  store<i32>(entry, start, 12);
  store<i32>(entry, end, 16);
  store<i32>(entry, depth, 20);
  return size + 1;
}

function isBefore(a: usize, b: usize): bool {
  const x = load<f64>(a);
  const y = load<f64>(b);
  return x > y || (x == y && load<i32>(a, 8) < load<i32>(b, 8));
}

/** Puts the entry behind the heap into the place of the first one, and down to where it belongs. */
function sinkFirst(size: i32): void {
  const last = open + <usize>size * OPEN_BYTES;
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const left = open + <usize>child * OPEN_BYTES;
    if (child + 1 < size && isBefore(left + OPEN_BYTES, left)) child++;
    const entry = open + <usize>child * OPEN_BYTES;
    if (!isBefore(entry, last)) break;
    memory.copy(open + <usize>at * OPEN_BYTES, entry, OPEN_BYTES);
    at = child;
  }
  if (size > 0) memory.copy(open + <usize>at * OPEN_BYTES, last, OPEN_BYTES);
}

/** The leaf that a row falls into. */
export function leafOf(row: i32): i32 {
  const own = <usize>row * rowStride;
  let node = 0;
  while (true) {
    const at = <usize>node << 2;
    const feature = load<i32>(nodeFeatures + at);
    if (feature == LEAF) return node;
    // By value, for a row that the tree did not learn from may be on either side of a threshold between two ranks.
    const value = valueOf(feature, columnOf(feature) + own);
    const goesLeft = value <= load<f64>(thresholds + (at << 1)) ||
      (value != value && load<u8>(missingLefts + <usize>node) != 0);
    node = load<i32>((goesLeft ? lefts : rights) + at);
  }
}

function valueOf(feature: i32, cell: usize): f64 {
  if (drawsCuts) return load<f64>(cell);
  const rank = rankAt(cell);
  return rank == missingRank(feature) ? NaN : valueAt(feature, rank);
}
