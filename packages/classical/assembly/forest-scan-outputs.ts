// Every cut between neighbouring values of a feature, where rows have several targets: their scores add up.

import {
  leftSums,
  leftTerms,
  leftWeight,
  minWeight,
  rightSums,
  rightTerms,
  scoreToBeat,
  squaresOf,
  takeRight,
  takeScore,
  termsOf,
} from "./forest-cut";
import { pairBits } from "./forest-keys";
import { entropyTerm, nodeWeight, pairOf } from "./forest-node";
import { addRow } from "./forest-outputs";
import { classes, criterion, GINI, outputs, SQUARES, targets } from "./forest-plan";

/** Sums of squares of the class sums. */
let leftSquares: f64 = 0;
let rightSquares: f64 = 0;

/**
 * Moves keys `first` to `stop` left one by one; gives the last one of the best cut that beats the best so far, or -1.
 */
export function scanOutputs<K>(keys: usize, first: i32, stop: i32): i32 {
  const mask = ((<K>1) << (<K>pairBits)) - 1;
  const least = minWeight;
  begin();
  let weight = leftWeight;
  let best = -1;
  let key = load<K>(keys + <usize>first * sizeof<K>());
  for (let i = first; i < stop; i++) {
    const pair = pairOf<K>(key, mask);
    weight += load<f64>(pair);
    if (criterion == SQUARES) addRow(leftSums, pair);
    else moveClasses(pair);
    const next = load<K>(keys + <usize>(i + 1) * sizeof<K>());
    const differ = (key ^ next) > mask;
    key = next;
    if (!differ) continue;
    const rest = nodeWeight - weight;
    if (weight < least || rest < least || !(weight > 0 && rest > 0)) continue;
    const score = scoreOf(weight, rest);
    if (score > scoreToBeat) {
      takeScore(score);
      best = i;
    }
  }
  return best;
}

function begin(): void {
  if (criterion == SQUARES) return;
  takeRight();
  leftSquares = squaresOf(leftSums);
  rightSquares = squaresOf(rightSums);
  if (criterion == GINI) return;
  for (let at: usize = 0; at < (<usize>classes) << 3; at += 8) {
    store<f64>(leftTerms + at, entropyTerm(load<f64>(leftSums + at)));
    store<f64>(rightTerms + at, entropyTerm(load<f64>(rightSums + at)));
  }
}

/** Moves a row's weight from the right to the left in its class of each output. */
function moveClasses(pair: usize): void {
  const own = load<f64>(pair);
  const row = targets + ((load<usize>(pair, 8) * outputs) << 2);
  for (let k: usize = 0; k < (<usize>outputs) << 2; k += 4) {
    const at = (<usize>load<i32>(row + k)) << 3;
    const left = load<f64>(leftSums + at);
    const right = load<f64>(rightSums + at);
    store<f64>(leftSums + at, left + own);
    store<f64>(rightSums + at, right - own);
    leftSquares += own * (left + left + own);
    rightSquares -= own * (right + right - own);
    if (criterion == GINI) continue;
    store<f64>(leftTerms + at, entropyTerm(left + own));
    store<f64>(rightTerms + at, entropyTerm(right - own));
  }
}

function scoreOf(weight: f64, rest: f64): f64 {
  if (criterion == SQUARES) return squaresOf(leftSums) / (weight * rest);
  if (criterion == GINI) return leftSquares / weight + rightSquares / rest;
  const own = outputs * (entropyTerm(weight) + entropyTerm(rest));
  return termsOf(leftTerms) + termsOf(rightTerms) - own;
}
