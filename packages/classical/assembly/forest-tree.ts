// One tree, grown node by node.

import { beginCuts, cutDecrease, cutFeature } from "./forest-cut";
import { divide } from "./forest-divide";
import { takeRows } from "./forest-draw";
import {
  addOpen,
  clearOpen,
  firstDepth,
  firstEnd,
  firstNode,
  firstStart,
  openNode,
  openNodes,
  takeFirst,
} from "./forest-heap";
import { highRank, lowRank, pairBits, setPairBits, sortKeys, writeKeys } from "./forest-keys";
import { enterNode, isPure, nodeWeight } from "./forest-node";
import { addLeaf, beginNodes, clearCut, LEAF, nodes, storeCut } from "./forest-nodes";
import {
  drawsCuts,
  featureOrder,
  features,
  isLone,
  keys,
  maxDepth,
  maxFeatures,
  maxLeaves,
  minDecrease,
  minLeaf,
  minLeafShare,
  minSplit,
  open,
  rankBits,
  sorted,
} from "./forest-plan";
import { cutAtRandom } from "./forest-random-cut";
import { below } from "./forest-random";
import { scanFeature } from "./forest-scan";

let totalWeight: f64 = 0;
let minWeight: f64 = 0;

/** Where the next node that is still to be added is pushed. */
let top: usize = 0;
/** Leaves of a tree that grows best first. */
let leaves: i32 = 0;
/** Rows that are in a leaf for good. */
export let settled: i32 = 0;

/** Grows a tree into arrays of room for `room` nodes; gives the number of nodes. */
export function growTree(at: usize, room: usize): i32 {
  beginTree(at, room);
  growFor(i64.MAX_VALUE);
  return nodes;
}

/** Draws the rows of a tree and opens its root. */
export function beginTree(at: usize, room: usize): void {
  beginNodes(at, room);
  for (let f = 0; f < features; f++) store<i32>(featureOrder + ((<usize>f) << 2), f);
  settled = 0;
  leaves = 1;
  const count = takeRows();
  clearOpen();
  if (maxLeaves > 0) addToHeap(0, count, 0, LEAF, false);
  else top = push(open, 0, count, 0, LEAF, false);
}

/** Grows the tree that has been begun until nodes of so many rows have been looked at; gives whether it is done. */
export function growFor(most: i64): bool {
  return maxLeaves > 0 ? growBestFirst(most) : growDepthFirst(most);
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

function growDepthFirst(most: i64): bool {
  for (let seen: i64 = 0; top > open; ) {
    if (seen >= most) return false;
    top -= 24;
    const start = load<i32>(top);
    const end = load<i32>(top, 4);
    const depth = load<i32>(top, 8);
    const node = nodes;
    seen += end - start;
    if (!addNode(start, end, depth, load<i32>(top, 12), load<i32>(top, 16) != 0)) continue;
    const middle = divide(node, start, end);
    top = push(top, middle, end, depth + 1, node, false);
    top = push(top, start, middle, depth + 1, node, true);
  }
  return true;
}

/** The best of all open nodes is divided first. */
function growBestFirst(most: i64): bool {
  for (let seen: i64 = 0; leaves < maxLeaves && openNodes > 0; leaves++) {
    if (seen >= most) return false;
    takeFirst();
    seen += firstEnd - firstStart;
    const node = firstNode;
    const start = firstStart;
    const end = firstEnd;
    const depth = firstDepth + 1;
    const middle = divide(node, start, end);
    addToHeap(start, middle, depth, node, true);
    addToHeap(middle, end, depth, node, false);
  }
  // Those that remain stay leaves.
  for (let i = 0; i < openNodes; i++) clearCut(openNode(i));
  return true;
}

function addToHeap(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): void {
  const node = nodes;
  if (addNode(start, end, depth, parent, isLeft)) addOpen(cutDecrease(), node, start, end, depth);
}

/** Adds a node; true where it has a cut and may be divided. */
function addNode(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): bool {
  if (addCut(start, end, depth, parent, isLeft)) return true;
  settled += end - start;
  return false;
}

function addCut(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): bool {
  const count = end - start;
  enterNode(start, end);
  const node = addLeaf(count, parent, isLeft);
  if (node == 0) {
    totalWeight = nodeWeight;
    minWeight = minLeafShare * totalWeight;
  }
  const mustStay =
    isPure || depth >= maxDepth || count < minSplit || count < 2 * minLeaf || nodeWeight < 2 * minWeight;
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

/**
 * Looks at as many features as a split may; constant ones count only after one that is not. In a forest they come in
 * random order even where all are looked at: in small nodes many are equally good, and the first one must not always win.
 */
function tryFeatures<K>(start: i32, count: i32): void {
  const inOrder = isLone && maxFeatures >= features;
  let varying = 0;
  for (let visited = 0; visited < features && (visited < maxFeatures || varying == 0); visited++) {
    const pick =
      featureOrder + ((<usize>(inOrder ? visited : visited + <i32>below(features - visited))) << 2);
    const feature = load<i32>(pick);
    store<i32>(pick, load<i32>(featureOrder + ((<usize>visited) << 2)));
    store<i32>(featureOrder + ((<usize>visited) << 2), feature);
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
