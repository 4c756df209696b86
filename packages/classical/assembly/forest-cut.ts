// The best cut of a node so far, and the left side of the one that is being looked at.
//
// A cut's score grows with the decrease of impurity: squared error and Gini of two classes score
// (left sum - mean * left weight)^2 / (left weight * right weight), others the sum of both sides' own terms. Of several
// outputs the scores add up.

import { entropyTerm, nodeImpurity, nodeMean, nodeWeight } from "./forest-node";
import { classes, classSums, criterion, GINI, hasSums, outputs, SQUARES, sumCount } from "./forest-plan";

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
/**
 * The same by class, and terms of their entropies, under the other criteria, or by output. All stand behind the node's own
 * class sums.
 */
export let leftSums: usize = 0;
export let rightSums: usize = 0;
export let leftTerms: usize = 0;
export let rightTerms: usize = 0;

export function beginCuts(minLeafWeight: f64): void {
  cutFeature = -1;
  scoreToBeat = -Infinity;
  minWeight = minLeafWeight;
  rounding = 1e-12 * nodeImpurity * outputs;
  if (criterion == SQUARES && classes == 2) rounding *= 0.5;
  else if (criterion != SQUARES) rounding *= nodeWeight;
  const size = (<usize>sumCount) << 3;
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
  const score = bestScore / outputs;
  if (criterion == SQUARES) return score * nodeWeight * (classes == 2 ? 2 : 1);
  const own = nodeWeight * nodeImpurity;
  return max(0, criterion == GINI ? score - (nodeWeight - own) : score + own);
}

export function clearLeft(): void {
  leftWeight = 0;
  leftSum = 0;
  if (!hasSums) memory.fill(leftSums, 0, (<usize>sumCount) << 3);
}

/** Counts what is on the left besides class sums. */
export function moveLeft(weight: f64, sum: f64): void {
  leftWeight += weight;
  leftSum += sum;
}

/** Sum of squares of a side's sums. */
export function squaresOf(sums: usize): f64 {
  let out: f64 = 0;
  for (let k = 0; k < sumCount; k++) {
    const sum = load<f64>(sums + ((<usize>k) << 3));
    out += sum * sum;
  }
  return out;
}

/** Sum of the terms of a side's classes. */
export function termsOf(terms: usize): f64 {
  let out: f64 = 0;
  for (let k = 0; k < classes; k++) out += load<f64>(terms + ((<usize>k) << 3));
  return out;
}

/** The right side is what the left one lacks. */
export function takeRight(): void {
  for (let k = 0; k < classes; k++) {
    const at = (<usize>k) << 3;
    store<f64>(rightSums + at, load<f64>(classSums + at) - load<f64>(leftSums + at));
  }
}

/** The score under entropy of a left side of two classes. */
export function entropyScore(weight: f64, ones: f64): f64 {
  const zeros = weight - ones;
  const left = entropyTerm(zeros) + entropyTerm(ones) - entropyTerm(weight);
  const right = entropyTerm(load<f64>(classSums) - zeros) + entropyTerm(load<f64>(classSums, 8) - ones);
  return left + right - entropyTerm(nodeWeight - weight);
}

/** The score of the left side that has been added, on its own; NaN where its weight is not allowed. */
export function scoreOfLeft(): f64 {
  const rest = nodeWeight - leftWeight;
  if (!(leftWeight > 0 && rest > 0 && leftWeight >= minWeight && rest >= minWeight)) return NaN;
  if (criterion == SQUARES && !hasSums) return squaresOf(leftSums) / (leftWeight * rest);
  if (criterion == SQUARES) {
    const off = leftSum - nodeMean * leftWeight;
    return (off * off) / (leftWeight * rest);
  }
  if (hasSums) return entropyScore(leftWeight, leftSum);
  takeRight();
  if (criterion == GINI) return squaresOf(leftSums) / leftWeight + squaresOf(rightSums) / rest;
  let out = -outputs * (entropyTerm(leftWeight) + entropyTerm(rest));
  for (let k = 0; k < classes << 1; k++) out += entropyTerm(load<f64>(leftSums + ((<usize>k) << 3)));
  return out;
}
