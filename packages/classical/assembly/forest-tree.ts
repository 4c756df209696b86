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

/** Grows a tree into arrays of room for `room` nodes; gives the number of nodes. */
export function growTree(at: usize, room: usize): i32 {
  beginNodes(at, room);
  for (let f = 0; f < features; f++) store<i32>(featureOrder + ((<usize>f) << 2), f);
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

/** The best of all open nodes is divided first. */
function growBestFirst(count: i32): void {
  clearOpen();
  addToHeap(0, count, 0, LEAF, false);
  for (let leaves = 1; leaves < maxLeaves && openNodes > 0; leaves++) {
    takeFirst();
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
}

function addToHeap(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): void {
  const node = nodes;
  if (addNode(start, end, depth, parent, isLeft)) addOpen(cutDecrease(), node, start, end, depth);
}

/** Adds a node; true where it has a cut and may be divided. */
function addNode(start: i32, end: i32, depth: i32, parent: i32, isLeft: bool): bool {
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
 * Looks at as many features as a split may; constant ones count only after one that is not. They come in random order
 * even where all are looked at: in small nodes many are equally good, and the first one must not always win.
 */
function tryFeatures<K>(start: i32, count: i32): void {
  let varying = 0;
  for (let visited = 0; visited < features && (visited < maxFeatures || varying == 0); visited++) {
    const pick = featureOrder + ((<usize>(visited + <i32>below(features - visited))) << 2);
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
