// The rows of a node where each has several targets.

import { entropyOf, giniOf } from "./forest-impurity";
import {
  classes,
  classSums,
  criterion,
  ENTROPY,
  nodePairs,
  outputs,
  targets,
  treeWeights,
} from "./forest-plan";

/** Of the rows that were entered last: their weight, their impurity on average over the outputs, whether all are pure. */
export let weightOfRows: f64 = 0;
export let impurityOfRows: f64 = 0;
export let arePure: bool = false;

/** Takes these entries of the order as the node. */
export function enterOutputs(from: usize, to: usize): void {
  writeRowPairs(from, to);
  if (classes == 0) enterManyTargets(from, to);
  else enterManyClasses(from, to);
}

/** Pairs of several outputs: the weight, and the row, where its targets are found. */
function writeRowPairs(from: usize, to: usize): void {
  let weight: f64 = 0;
  let pair = nodePairs;
  for (let at = from; at < to; at += 8, pair += 16) {
    const row = <usize>load<u32>(at);
    const own = load<f64>(treeWeights + (row << 3));
    weight += own;
    store<f64>(pair, own);
    store<i64>(pair, row, 8);
  }
  weightOfRows = weight;
}

function enterManyClasses(from: usize, to: usize): void {
  memory.fill(classSums, 0, (<usize>classes) << 3);
  const end = nodePairs + ((to - from) << 1);
  for (let pair = nodePairs; pair < end; pair += 16) addRow(classSums, pair);
  let present = 0;
  for (let k = 0; k < classes; k++) if (load<f64>(classSums + ((<usize>k) << 3)) > 0) present++;
  arePure = present == outputs;
  impurityOfRows =
    criterion == ENTROPY ? entropyOf(classSums, weightOfRows) : giniOf(classSums, weightOfRows);
}

/** The mean of each output stands in the class sums. */
function enterManyTargets(from: usize, to: usize): void {
  const end = nodePairs + ((to - from) << 1);
  arePure = true;
  let squares: f64 = 0;
  for (let k = 0; k < outputs; k++) {
    const own = targets + ((<usize>k) << 3);
    let total: f64 = 0;
    let least: f64 = Infinity;
    let most: f64 = -Infinity;
    for (let pair = nodePairs; pair < end; pair += 16) {
      const y = load<f64>(own + ((load<usize>(pair, 8) * outputs) << 3));
      total += load<f64>(pair) * y;
      least = min(least, y);
      most = max(most, y);
    }
    // The mean of equal values is that value, also where its sum is rounded.
    const mean = least == most ? least : total / weightOfRows;
    store<f64>(classSums + ((<usize>k) << 3), mean);
    if (least == most) continue;
    arePure = false;
    for (let pair = nodePairs; pair < end; pair += 16) {
      const off = load<f64>(own + ((load<usize>(pair, 8) * outputs) << 3)) - mean;
      squares += load<f64>(pair) * (off * off);
    }
  }
  impurityOfRows = squares / (weightOfRows * outputs);
}

/** Adds a row of several outputs to sums: its weight to its classes, or its weighted deviations from the node's means. */
export function addRow(sums: usize, pair: usize): void {
  const own = load<f64>(pair);
  const row = load<usize>(pair, 8) * outputs;
  if (classes == 0) {
    for (let k: usize = 0; k < <usize>outputs; k++) {
      const sum = sums + (k << 3);
      const off = load<f64>(targets + ((row + k) << 3)) - load<f64>(classSums + (k << 3));
      store<f64>(sum, load<f64>(sum) + own * off);
    }
    return;
  }
  for (let at = targets + (row << 2); at < targets + ((row + outputs) << 2); at += 4) {
    const sum = sums + ((<usize>load<i32>(at)) << 3);
    store<f64>(sum, load<f64>(sum) + own);
  }
}
