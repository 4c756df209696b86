// The nodes of the tree that is being grown, in arrays.

import { cutFeature, cutHigh, cutLow, cutMissingLeft } from "./forest-cut";
import { nodeImpurity, nodeTarget, nodeWeight } from "./forest-node";
import {
  cellBytes,
  classes,
  classSums,
  columnOf,
  drawsCuts,
  missingRank,
  outputs,
  sumCount,
  valueAt,
} from "./forest-plan";
import { drawnCut } from "./forest-random-cut";

/** `feature` and children of a leaf. */
export const LEAF: i32 = -1;

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
/** How many there are. */
export let nodes: i32 = 0;

/** Begins a tree in arrays of room for `room` nodes, one after another. */
export function beginNodes(at: usize, room: usize): void {
  values = at;
  thresholds = values + room * ((<usize>sumCount) << 3);
  impurities = thresholds + (room << 3);
  nodeWeights = impurities + (room << 3);
  nodeFeatures = nodeWeights + (room << 3);
  lefts = nodeFeatures + (room << 2);
  rights = lefts + (room << 2);
  nodeCounts = rights + (room << 2);
  cuts = nodeCounts + (room << 2);
  missingLefts = cuts + (room << 2);
  nodes = 0;
}

/** Adds the node that has been entered, as a leaf; gives its number. */
export function addLeaf(count: i32, parent: i32, isLeft: bool): i32 {
  const node = nodes++;
  if (parent != LEAF) store<i32>((isLeft ? lefts : rights) + ((<usize>parent) << 2), node);
  const at = (<usize>node) << 2;
  store<i32>(nodeFeatures + at, LEAF);
  store<f64>(thresholds + (at << 1), 0);
  store<i32>(lefts + at, LEAF);
  store<i32>(rights + at, LEAF);
  store<u8>(missingLefts + <usize>node, 0);
  store<i32>(nodeCounts + at, count);
  store<f64>(impurities + (at << 1), nodeImpurity);
  store<f64>(nodeWeights + (at << 1), nodeWeight);
  if (classes == 0 && outputs == 1) {
    store<f64>(values + (at << 1), nodeTarget);
    return node;
  }
  const value = values + <usize>node * ((<usize>sumCount) << 3);
  if (classes == 0) memory.copy(value, classSums, (<usize>sumCount) << 3);
  for (let k: usize = 0; k < (<usize>classes) << 3; k += 8) {
    store<f64>(value + k, load<f64>(classSums + k) / nodeWeight);
  }
  return node;
}

/** Gives a node the best cut. */
export function storeCut(node: i32): void {
  const at = (<usize>node) << 2;
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

/** Makes it a leaf again. */
export function clearCut(node: i32): void {
  store<i32>(nodeFeatures + ((<usize>node) << 2), LEAF);
  store<f64>(thresholds + ((<usize>node) << 3), 0);
  store<u8>(missingLefts + <usize>node, 0);
}

export function featureOf(node: i32): i32 {
  return load<i32>(nodeFeatures + ((<usize>node) << 2));
}

export function thresholdOf(node: i32): f64 {
  return load<f64>(thresholds + ((<usize>node) << 3));
}

/** The greatest rank that goes left. */
export function cutOf(node: i32): u32 {
  return load<u32>(cuts + ((<usize>node) << 2));
}

export function sendsMissingLeft(node: i32): bool {
  return load<u8>(missingLefts + <usize>node) != 0;
}

/** The leaf that a row falls into. */
export function leafOf(row: i32): i32 {
  let node = 0;
  while (true) {
    const feature = featureOf(node);
    if (feature == LEAF) return node;
    // By value, for a row that the tree did not learn from may be on either side of a threshold between two ranks.
    const value = valueOf(feature, row);
    const goesLeft = value <= thresholdOf(node) || (value != value && sendsMissingLeft(node));
    node = load<i32>((goesLeft ? lefts : rights) + ((<usize>node) << 2));
  }
}

function valueOf(feature: i32, row: i32): f64 {
  const cell = columnOf(feature) + <usize>row * cellBytes;
  if (drawsCuts) return load<f64>(cell);
  const rank = cellBytes == 2 ? <u32>load<u16>(cell) : load<u32>(cell);
  return rank == missingRank(feature) ? NaN : valueAt(feature, rank);
}
