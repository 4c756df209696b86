// The rows of a node, divided by its cut.

import { cutOf, featureOf, sendsMissingLeft, thresholdOf } from "./forest-nodes";
import { cellBytes, columnOf, drawsCuts, missingRank, order, passing } from "./forest-plan";

/** Orders the rows of a node by its cut, left ones first; gives where right ones begin. */
export function divide(node: i32, start: i32, end: i32): i32 {
  const feature = featureOf(node);
  const missingLeft = sendsMissingLeft(node);
  const from = order + ((<usize>start) << 3);
  const to = order + ((<usize>end) << 3);
  const column = columnOf(feature);
  const cut = cutOf(node);
  // No rank is above the one of missing values, so this sends it left.
  const least = missingLeft ? missingRank(feature) : 0xffffffff;
  if (drawsCuts) divideByValue(column, thresholdOf(node), missingLeft, from, to);
  else if (cellBytes == 2) divideByRank<u16>(column, cut, least, from, to);
  else divideByRank<u32>(column, cut, least, from, to);
  copyWords(dividedLeft, passing, to - dividedLeft);
  return <i32>((dividedLeft - order) >> 3);
}

/** Where the left rows end; right ones stand in `passing` then. */
let dividedLeft: usize = 0;

function divideByRank<R>(column: usize, cut: u32, least: u32, from: usize, to: usize): void {
  let left = from;
  let right = passing;
  for (let p = from; p < to; p += 8) {
    const entry = load<u64>(p);
    const rank = <u32>load<R>(column + <usize>(entry & 0xffffffff) * sizeof<R>());
    const step: usize = rank <= cut || rank >= least ? 8 : 0;
    // Both are written and one pointer moves, so that no branch depends on the data.
    store<u64>(left, entry);
    store<u64>(right, entry);
    left += step;
    right += 8 - step;
  }
  dividedLeft = left;
}

function divideByValue(column: usize, threshold: f64, missingLeft: bool, from: usize, to: usize): void {
  let left = from;
  let right = passing;
  for (let p = from; p < to; p += 8) {
    const entry = load<u64>(p);
    const value = load<f64>(column + ((<usize>(entry & 0xffffffff)) << 3));
    const step: usize = value <= threshold || (missingLeft && value != value) ? 8 : 0;
    store<u64>(left, entry);
    store<u64>(right, entry);
    left += step;
    right += 8 - step;
  }
  dividedLeft = left;
}

function copyWords(to: usize, from: usize, bytes: usize): void {
  // A call for each of many small nodes would cost more than the copy.
  if (bytes > 256) memory.copy(to, from, bytes);
  else for (let at: usize = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at));
}
