// Extremely randomised trees: one cut a feature, at a threshold drawn between its least and greatest value. Nothing is
// sorted, so values serve as they are.

import { clearLeft, leftSums, moveLeft, scoreOfLeft, scoreToBeat, takeCut, takeScore } from "./forest-cut";
import { hasCodes } from "./forest-draw";
import { addRow } from "./forest-outputs";
import { codePairs, columnOf, hasSums, keys, minLeaf, nodePairs, order, outputs } from "./forest-plan";
import { uniform } from "./forest-random";

/** Threshold of the best cut. */
export let drawnCut: f64 = 0;

let least: f64 = 0;
let most: f64 = 0;
let missed: i32 = 0;

/** Tries a random cut of a feature, with missing values on either side; false where all rows have the same value. */
export function cutAtRandom(feature: i32, start: i32, count: i32): bool {
  readValues(feature, start, count);
  if (missed == count || (least == most && missed == 0)) return false;
  // With one present value alone, missing ones go the other way.
  const threshold = least < most ? drawBetween(least, most) : Infinity;
  clearLeft();
  const onLeft = addUpTo(threshold, start, count);
  offer(feature, threshold, missed == 0 && onLeft > count - onLeft, onLeft, count);
  if (missed > 0 && least < most) {
    addMissing(start, count);
    offer(feature, threshold, true, onLeft + missed, count);
  }
  return true;
}

function offer(feature: i32, threshold: f64, missingLeft: bool, onLeft: i32, count: i32): void {
  if (onLeft < minLeaf || count - onLeft < minLeaf) return;
  const score = scoreOfLeft();
  if (!(score > scoreToBeat)) return;
  takeScore(score);
  takeCut(feature, 0, 0, missingLeft);
  drawnCut = threshold;
}

/** A number t with a <= t < b. */
function drawBetween(a: f64, b: f64): f64 {
  const u = uniform();
  const drawn = a * (1 - u) + b * u;
  return drawn < b && drawn >= a ? drawn : a;
}

/**
 * Copies a feature's values in the order of the rows. In vectors, since a branch would have to wait for each value to
 * come from memory.
 */
function readValues(feature: i32, start: i32, count: i32): void {
  const column = columnOf(feature);
  let at = order + ((<usize>start) << 3);
  const end = at + ((<usize>count) << 3);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let missing = i64x2.splat(0);
  let to = keys;
  for (; at + 8 < end; at += 16, to += 16) {
    let pair = v128.load64_splat(column + ((<usize>load<u32>(at)) << 3));
    pair = v128.load64_lane(column + ((<usize>load<u32>(at, 8)) << 3), pair, 1);
    low = f64x2.pmin(low, pair);
    high = f64x2.pmax(high, pair);
    missing = i64x2.sub(missing, f64x2.ne(pair, pair));
    v128.store(to, pair);
  }
  if (at < end) {
    const last = v128.load64_splat(column + ((<usize>load<u32>(at)) << 3));
    low = f64x2.pmin(low, last);
    high = f64x2.pmax(high, last);
    missing = i64x2.sub(missing, i64x2.replace_lane(f64x2.ne(last, last), 1, 0));
    store<f64>(to, f64x2.extract_lane(last, 0));
  }
  least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  most = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  missed = <i32>(i64x2.extract_lane(missing, 0) + i64x2.extract_lane(missing, 1));
}

/** Where the pair of the row at a position of the order stands. */
function pairAt(entries: usize, i: usize): usize {
  return hasCodes ? codePairs + ((<usize>load<u32>(entries + (i << 3), 4)) << 4) : nodePairs + (i << 4);
}

/** Adds the rows with values up to the threshold to the left side; gives their number. */
function addUpTo(threshold: f64, start: i32, count: i32): i32 {
  if (!hasSums) return addClasses(threshold, start, count);
  const entries = order + ((<usize>start) << 3);
  const splat = f64x2.splat(threshold);
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let onLeft = i64x2.splat(0);
  const pairsEnd = <usize>count & ~1;
  for (let i: usize = 0; i < pairsEnd; i += 2) {
    const isLeft = f64x2.le(v128.load(keys + (i << 3)), splat);
    onLeft = i64x2.sub(onLeft, isLeft);
    even = f64x2.add(even, v128.and(v128.load(pairAt(entries, i)), i64x2.shuffle(isLeft, isLeft, 0, 0)));
    odd = f64x2.add(odd, v128.and(v128.load(pairAt(entries, i + 1)), i64x2.shuffle(isLeft, isLeft, 1, 1)));
  }
  let total = <i32>(i64x2.extract_lane(onLeft, 0) + i64x2.extract_lane(onLeft, 1));
  let sums = f64x2.add(even, odd);
  if (count & 1 && load<f64>(keys + (pairsEnd << 3)) <= threshold) {
    sums = f64x2.add(sums, v128.load(pairAt(entries, pairsEnd)));
    total++;
  }
  moveLeft(f64x2.extract_lane(sums, 0), f64x2.extract_lane(sums, 1));
  return total;
}

function addClasses(threshold: f64, start: i32, count: i32): i32 {
  const entries = order + ((<usize>start) << 3);
  let weight: f64 = 0;
  let onLeft = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const isLeft = load<f64>(keys + (i << 3)) <= threshold;
    const pair = pairAt(entries, i);
    const own = isLeft ? load<f64>(pair) : 0;
    weight += own;
    onLeft += i32(isLeft);
    if (outputs > 1) {
      if (isLeft) addRow(leftSums, pair);
      continue;
    }
    const sum = leftSums + ((<usize>load<i32>(pair, 8)) << 3);
    store<f64>(sum, load<f64>(sum) + own);
  }
  moveLeft(weight, 0);
  return onLeft;
}

function addMissing(start: i32, count: i32): void {
  const entries = order + ((<usize>start) << 3);
  let weight: f64 = 0;
  let total: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = load<f64>(keys + (i << 3));
    if (value == value) continue;
    const pair = pairAt(entries, i);
    weight += load<f64>(pair);
    if (hasSums) total += load<f64>(pair, 8);
    else if (outputs > 1) addRow(leftSums, pair);
    else {
      const sum = leftSums + ((<usize>load<i32>(pair, 8)) << 3);
      store<f64>(sum, load<f64>(sum) + load<f64>(pair));
    }
  }
  moveLeft(weight, total);
}
