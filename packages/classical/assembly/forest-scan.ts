// Every cut between neighbouring values of a feature.

import {
  clearLeft,
  entropyScore,
  leftSum,
  leftSums,
  leftTerms,
  leftWeight,
  minWeight,
  moveLeft,
  rightSums,
  rightTerms,
  scoreToBeat,
  squaresOf,
  takeCut,
  takeRight,
  takeScore,
  termsOf,
} from "./forest-cut";
import { highRank, pairBits } from "./forest-keys";
import { entropyTerm, nodeMean, nodeWeight, pairOf } from "./forest-node";
import { addRow } from "./forest-outputs";
import { classes, criterion, GINI, hasSums, minLeaf, missingRank, outputs, SQUARES } from "./forest-plan";
import { scanOutputs } from "./forest-scan-outputs";

/** Tries all cuts of a feature's sorted keys. */
export function scanFeature<K>(feature: i32, keys: usize, count: i32): void {
  let present = count;
  const missing = missingRank(feature);
  if (highRank == missing) while (rankOf<K>(keys, present - 1) == missing) present--;
  scanSide<K>(feature, keys, present, count, false);
  if (present < count) scanSide<K>(feature, keys, present, count, true);
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
  if (outputs > 1) at = scanOutputs<K>(keys, first, stop);
  else if (criterion == SQUARES) at = scanSums<K>(keys, first, stop);
  else if (hasSums) at = scanTwoClasses<K>(keys, first, stop);
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

function rankOf<K>(keys: usize, i: i32): u32 {
  return <u32>(load<K>(keys + <usize>i * sizeof<K>()) >> <K>pairBits);
}

function addLeft<K>(keys: usize, from: i32, to: i32): void {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
  let weight: f64 = 0;
  let total: f64 = 0;
  for (let i = from; i < to; i++) {
    const pair = pairOf<K>(load<K>(keys + <usize>i * sizeof<K>()), mask);
    const one = load<f64>(pair);
    weight += one;
    if (hasSums) total += load<f64>(pair, 8);
    else if (outputs > 1) addRow(leftSums, pair);
    else {
      const sum = leftSums + ((<usize>load<i32>(pair, 8)) << 3);
      store<f64>(sum, load<f64>(sum) + one);
    }
  }
  moveLeft(weight, total);
}

/**
 * Moves keys `first` to `stop` left one by one; gives the last one of the best cut that beats the best so far, or -1.
 *
 * So do the three below. Each is the inner loop of a fit and keeps its sums in registers, which a loop shared by all of
 * them, with the sums behind a call, doesn't.
 */
function scanSums<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
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

function scanGini<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
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
    const at = (<usize>load<i32>(pair, 8)) << 3;
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

/** Entropy of two classes. */
function scanTwoClasses<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
  const own = nodeWeight;
  const least = minWeight;
  let weight = leftWeight;
  let ones = leftSum;
  let toBeat = scoreToBeat;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    weight += load<f64>(pair);
    ones += load<f64>(pair, 8);
    const next = load<K>(keys + <usize>(i + 1) * sizeof<K>());
    const differ = (key ^ next) > mask;
    key = next;
    const rest = own - weight;
    if (!differ || weight < least || rest < least || !(rest > 0)) continue;
    const score = entropyScore(weight, ones);
    if (score > toBeat) {
      takeScore(score);
      toBeat = scoreToBeat;
      best = i;
    }
  }
  return best;
}

function scanEntropy<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
  const own = nodeWeight;
  const least = minWeight;
  takeRight();
  for (let k = 0; k < classes << 1; k++) {
    const at = (<usize>k) << 3;
    store<f64>(leftTerms + at, entropyTerm(load<f64>(leftSums + at)));
  }
  let weight = leftWeight;
  let toBeat = scoreToBeat;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    const one = load<f64>(pair);
    const at = (<usize>load<i32>(pair, 8)) << 3;
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
