// The best cut of a node: every cut between neighbouring values of the drawn features is tried.
//
// A cut's score grows with the decrease of impurity: squared error and Gini of two classes score
// (left sum - mean * left weight)^2 / (left weight * right weight), others the sum of both sides' own terms.

import { entropyTerm, nodeImpurity, nodeMean, nodeWeight, pairs } from "./forest-node";
import { classes, classSums, criterion, ENTROPY, GINI, minLeaf, missingRank, SUMS } from "./forest-plan";
import { highRank, pairBits } from "./forest-keys";

/** The best cut so far: none while the feature is negative. Rows of a rank up to `cutLow` go left. */
export let cutFeature: i32 = -1;
export let cutLow: u32 = 0;
/** Rank of the least value on the right. */
export let cutHigh: u32 = 0;
export let cutMissingLeft: bool = false;
let bestScore: f64 = 0;
/** What a score must exceed: the best one, and what rounding may add to an equal one. */
export let scoreToBeat: f64 = 0;
let rounding: f64 = 0;
export let minWeight: f64 = 0;

/** Sums of the side that the scan begins with. */
export let leftWeight: f64 = 0;
export let leftSum: f64 = 0;
/** The same by class, and entropies' terms, under the other criteria: behind the node's own class sums. */
export let leftSums: usize = 0;
export let rightSums: usize = 0;
let leftTerms: usize = 0;
let rightTerms: usize = 0;

export function beginCuts(minLeafWeight: f64): void {
  cutFeature = -1;
  scoreToBeat = -Infinity;
  minWeight = minLeafWeight;
  rounding = 1e-12 * nodeImpurity;
  if (criterion == SUMS && classes == 2) rounding *= 0.5;
  else if (criterion != SUMS) rounding *= nodeWeight;
  const size = <usize>classes << 3;
  leftSums = classSums + size;
  rightSums = leftSums + size;
  leftTerms = rightSums + size;
  rightTerms = leftTerms + size;
}

export function takeCut(feature: i32, low: u32, high: u32, missingLeft: bool): void {
  cutFeature = feature;
  cutLow = low;
  cutHigh = high;
  cutMissingLeft = missingLeft;
}

export function takeScore(score: f64): void {
  bestScore = score;
  scoreToBeat = score + rounding;
}

/** Weighted decrease of impurity of the best cut: never less than nothing, but for rounding. */
export function cutDecrease(): f64 {
  if (criterion == SUMS) return bestScore * nodeWeight * (classes == 2 ? 2 : 1);
  const own = nodeWeight * nodeImpurity;
  return max(0, criterion == GINI ? bestScore - (nodeWeight - own) : bestScore + own);
}

/** Tries all cuts of a feature's sorted keys. */
export function scanFeature<K>(feature: i32, keys: usize, count: i32): void {
  let present = count;
  const missing = missingRank(feature);
  if (highRank == missing) while (rankOf<K>(keys, present - 1) == missing) present--;
  scanSide<K>(feature, keys, present, count, false);
  if (present < count) scanSide<K>(feature, keys, present, count, true);
}

// @ts-ignore: decorator
@inline
export function rankOf<K>(keys: usize, i: i32): u32 {
  return <u32>(load<K>(keys + <usize>i * sizeof<K>()) >> <K>pairBits);
}

// @ts-ignore: decorator
@inline
export function pairOf<K>(key: K, mask: K): usize {
  return pairs + (<usize>(key & mask) << 4);
}

function scanSide<K>(feature: i32, keys: usize, present: i32, count: i32, missingLeft: bool): void {
  const already = missingLeft ? count - present : 0;
  // Present values left and missing ones right is a cut of its own.
  const last = present < count && !missingLeft ? present : present - 1;
  const stop = min(last, count - already - minLeaf);
  const first = max(0, minLeaf - already - 1);
  if (first >= stop) return;
  clearLeft();
  if (missingLeft) addLeft<K>(keys, present, count);
  addLeft<K>(keys, 0, first);
  let at = -1;
  if (criterion == SUMS) at = scanSums<K>(keys, first, stop);
  else if (criterion == GINI) at = scanGini<K>(keys, first, stop);
  else at = scanEntropy<K>(keys, first, stop);
  if (at < 0) return;
  const onLeft = at + 1 + already;
  takeCut(
    feature,
    rankOf<K>(keys, at),
    rankOf<K>(keys, at + 1),
    // Where none is missing, those to come go to the larger side.
    present < count ? missingLeft : onLeft > count - onLeft,
  );
}

export function clearLeft(): void {
  leftWeight = 0;
  leftSum = 0;
  if (criterion != SUMS) memory.fill(leftSums, 0, <usize>classes << 3);
}

/** Counts what is on the left besides class sums. */
export function moveLeft(weight: f64, sum: f64): void {
  leftWeight += weight;
  leftSum += sum;
}

export function addLeft<K>(keys: usize, from: i32, to: i32): void {
  const mask = (<K>1 << <K>pairBits) - 1;
  for (let i = from; i < to; i++) {
    const pair = pairOf<K>(load<K>(keys + <usize>i * sizeof<K>()), mask);
    const weight = load<f64>(pair);
    leftWeight += weight;
    if (criterion == SUMS) leftSum += load<f64>(pair, 8);
    else {
      const sum = leftSums + (<usize>load<i32>(pair, 8) << 3);
      store<f64>(sum, load<f64>(sum) + weight);
    }
  }
}

/** Moves keys `first` to `stop` left one by one; gives the last one of the best cut that beats the best so far, or -1. */
function scanSums<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = (<K>1 << <K>pairBits) - 1;
  const own = nodeWeight;
  const mean = nodeMean;
  const least = minWeight;
  let weight = leftWeight;
  let sum = leftSum;
  let toBeat = scoreToBeat;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    weight += load<f64>(pair);
    sum += load<f64>(pair, 8);
    const next = load<K>(keys + <usize>(i + 1) * sizeof<K>());
    const differ = (key ^ next) > mask;
    key = next;
    if (!differ) continue;
    const rest = own - weight;
    const off = sum - mean * weight;
    const product = weight * rest;
    if (off * off > toBeat * product && product > 0 && weight >= least && rest >= least) {
      takeScore((off * off) / product);
      toBeat = scoreToBeat;
      best = i;
    }
  }
  return best;
}

/** Sum of squares of a side's class sums. */
export function squaresOf(sums: usize): f64 {
  let out: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const sum = load<f64>(sums + (<usize>k << 3));
    out += sum * sum;
  }
  return out;
}

/** The right side is what the left one lacks. */
export function takeRight(): void {
  for (let k = 0; k < classes; k++) {
    const at = <usize>k << 3;
    store<f64>(rightSums + at, load<f64>(classSums + at) - load<f64>(leftSums + at));
  }
}

function scanGini<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = (<K>1 << <K>pairBits) - 1;
  const own = nodeWeight;
  const least = minWeight;
  takeRight();
  let leftSquares = squaresOf(leftSums);
  let rightSquares = squaresOf(rightSums);
  let weight = leftWeight;
  let toBeat = scoreToBeat;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    const one = load<f64>(pair);
    const at = <usize>load<i32>(pair, 8) << 3;
    const left = load<f64>(leftSums + at);
    const right = load<f64>(rightSums + at);
    store<f64>(leftSums + at, left + one);
    store<f64>(rightSums + at, right - one);
    leftSquares += one * (left + left + one);
    rightSquares -= one * (right + right - one);
    weight += one;
    const next = load<K>(keys + <usize>(i + 1) * sizeof<K>());
    const differ = (key ^ next) > mask;
    key = next;
    if (!differ) continue;
    const rest = own - weight;
    const product = weight * rest;
    const score = leftSquares * rest + rightSquares * weight;
    if (score > toBeat * product && product > 0 && weight >= least && rest >= least) {
      takeScore(score / product);
      toBeat = scoreToBeat;
      best = i;
    }
  }
  return best;
}

/** Sum of the terms of a side's classes. */
function termsOf(terms: usize): f64 {
  let out: f64 = 0;
  for (let k = 0; k < classes; k++) out += load<f64>(terms + (<usize>k << 3));
  return out;
}

function scanEntropy<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = (<K>1 << <K>pairBits) - 1;
  const own = nodeWeight;
  const least = minWeight;
  takeRight();
  for (let k = 0; k < classes << 1; k++) {
    const at = <usize>k << 3;
    store<f64>(leftTerms + at, entropyTerm(load<f64>(leftSums + at)));
  }
  let weight = leftWeight;
  let toBeat = scoreToBeat;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    const one = load<f64>(pair);
    const at = <usize>load<i32>(pair, 8) << 3;
    const left = load<f64>(leftSums + at) + one;
    const right = load<f64>(rightSums + at) - one;
    store<f64>(leftSums + at, left);
    store<f64>(rightSums + at, right);
    store<f64>(leftTerms + at, entropyTerm(left));
    store<f64>(rightTerms + at, entropyTerm(right));
    weight += one;
    const next = load<K>(keys + <usize>(i + 1) * sizeof<K>());
    const differ = (key ^ next) > mask;
    key = next;
    if (!differ) continue;
    const rest = own - weight;
    if (weight < least || rest < least || !(rest > 0)) continue;
    const score = termsOf(leftTerms) - entropyTerm(weight) + termsOf(rightTerms) - entropyTerm(rest);
    if (score > toBeat) {
      takeScore(score);
      toBeat = scoreToBeat;
      best = i;
    }
  }
  return best;
}

/** The score of the left side that has been added, on its own; NaN where its weight is not allowed. */
export function scoreOfLeft(): f64 {
  const rest = nodeWeight - leftWeight;
  if (!(leftWeight > 0 && rest > 0 && leftWeight >= minWeight && rest >= minWeight)) return NaN;
  if (criterion == SUMS) {
    const off = leftSum - nodeMean * leftWeight;
    return (off * off) / (leftWeight * rest);
  }
  takeRight();
  if (criterion == GINI) return squaresOf(leftSums) / leftWeight + squaresOf(rightSums) / rest;
  let out = -entropyTerm(leftWeight) - entropyTerm(rest);
  for (let k = 0; k < classes << 1; k++) out += entropyTerm(load<f64>(leftSums + (<usize>k << 3)));
  return out;
}
