// The rows of a node: their weight, their impurity, and the pairs that splits are judged by.

import {
  classes,
  classSums,
  codePairs,
  criterion,
  entropies,
  ENTROPY,
  hasSums,
  nodePairs,
  order,
  outputs,
  targets,
  treeWeights,
} from "./forest-plan";
import { hasCodes, storePair } from "./forest-draw";
import { entropyOf, giniOf } from "./forest-impurity";
import { arePure, enterOutputs, impurityOfRows, weightOfRows } from "./forest-outputs";

export let nodeWeight: f64 = 0;
export let nodeImpurity: f64 = 0;
/** With sums: what the second numbers of the pairs are on average. */
export let nodeMean: f64 = 0;
/** A regression's mean target. */
export let nodeTarget: f64 = 0;
/** Whether no split can make the node purer. */
export let isPure: bool = false;
/** Where the pairs begin: by code, or by position in the node. */
export let pairs: usize = 0;

/** The pair that a key finds by the bits below its rank. */
export function pairOf<K>(key: K, mask: K): usize {
  return pairs + ((<usize>(key & mask)) << 4);
}

/** Takes rows `start` to `end` of the order as the node. */
export function enterNode(start: i32, end: i32): void {
  const from = order + ((<usize>start) << 3);
  const to = order + ((<usize>end) << 3);
  pairs = hasCodes ? codePairs : nodePairs;
  if (outputs > 1) {
    enterOutputs(from, to);
    nodeWeight = weightOfRows;
    nodeImpurity = impurityOfRows;
    isPure = arePure;
  } else if (classes == 0) enterTargets(from, to);
  else {
    if (!hasCodes) writeClassPairs(from, to);
    if (hasSums) sumTwoClasses(from, to);
    else sumClasses(from, to);
    enterClasses();
  }
}

/** Where a row's pair stands. */
function pairAt(from: usize, at: usize): usize {
  return hasCodes ? codePairs + ((<usize>load<u32>(at, 4)) << 4) : nodePairs + ((at - from) << 1);
}

function writeClassPairs(from: usize, to: usize): void {
  for (let at = from; at < to; at += 8) {
    const row = <usize>load<u32>(at);
    storePair(
      nodePairs + ((at - from) << 1),
      load<f64>(treeWeights + (row << 3)),
      load<i32>(targets + (row << 2)),
    );
  }
}

function sumTwoClasses(from: usize, to: usize): void {
  let zeros: f64 = 0;
  let ones: f64 = 0;
  for (let at = from; at < to; at += 8) {
    const pair = pairAt(from, at);
    const one = load<f64>(pair, 8);
    zeros += load<f64>(pair) - one;
    ones += one;
  }
  store<f64>(classSums, zeros);
  store<f64>(classSums, ones, 8);
}

function sumClasses(from: usize, to: usize): void {
  memory.fill(classSums, 0, (<usize>classes) << 3);
  for (let at = from; at < to; at += 8) {
    const pair = pairAt(from, at);
    const sum = classSums + ((<usize>load<i32>(pair, 8)) << 3);
    store<f64>(sum, load<f64>(sum) + load<f64>(pair));
  }
}

/** Weight and impurity from the class sums. */
function enterClasses(): void {
  let weight: f64 = 0;
  let present = 0;
  for (let k = 0; k < classes; k++) {
    const sum = load<f64>(classSums + ((<usize>k) << 3));
    weight += sum;
    if (sum > 0) present++;
  }
  nodeWeight = weight;
  isPure = present < 2;
  nodeMean = load<f64>(classSums, 8) / weight;
  nodeImpurity = criterion == ENTROPY ? entropyOf(classSums, weight) : giniOf(classSums, weight);
}

/** x log2 x. */
export function entropyTerm(x: f64): f64 {
  if (hasCodes && entropies != 0) return load<f64>(entropies + ((<usize>(<u32>x)) << 3));
  return x > 0 ? x * Math.log2(x) : 0;
}

/** Pairs of a regression: the weight, and the weighted deviation from the node's mean, which keeps sums precise. */
function enterTargets(from: usize, to: usize): void {
  let weight: f64 = 0;
  let total: f64 = 0;
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  let pair = nodePairs;
  for (let at = from; at < to; at += 8, pair += 16) {
    const row = (<usize>load<u32>(at)) << 3;
    const own = load<f64>(treeWeights + row);
    const y = load<f64>(targets + row);
    weight += own;
    total += own * y;
    least = min(least, y);
    most = max(most, y);
    store<f64>(pair, own);
    store<f64>(pair, y, 8);
  }
  isPure = least == most;
  // The mean of equal values is that value, also where its sum is rounded.
  const mean = isPure ? least : total / weight;
  let squares: f64 = 0;
  for (let at = nodePairs; at < pair; at += 16) {
    const own = load<f64>(at);
    const off = load<f64>(at, 8) - mean;
    squares += own * (off * off);
    store<f64>(at, own * off, 8);
  }
  nodeWeight = weight;
  nodeImpurity = squares / weight;
  nodeTarget = mean;
  nodeMean = 0;
}
