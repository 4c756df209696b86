// The best set of a feature's categories to go left.

import { arg } from "./arguments";
import {
  addSlot,
  bestHoldsMost,
  clearImproved,
  improved,
  isEmpty,
  scanFrom,
  slotGradient,
  slotHessian,
  slotOf,
  slotRows,
  storeBest,
  storeNone,
  tryCut,
} from "./node";

const MISSING: i32 = 255;
/** Categories need about this many rows to be ordered; it also smooths their order (LightGBM's cat_smooth). */
const MIN_SUPPORT: f64 = 10;

/**
 * Orders categories by gradient over hessian and tries every cut of that order (Fisher 1958), from both ends to the
 * middle, or as far as so many categories go. Missing is a category like others. Rare categories, and those that share the
 * last bin, go right, the side of at least half of them.
 */
export function scanCategories(
  feature: usize,
  bins: i32,
  sharesLast: bool,
  misses: bool,
  record: usize,
  scratch: usize,
): void {
  const count = orderOf(feature, bins, sharesLast, misses, scratch);
  const fewest = sharesLast ? 1 : 2;
  if (count < fewest) {
    storeNone(record);
    return;
  }
  const at = ordered;
  const half = (count + 1) >> 1;
  const limit = <i32>arg(14);
  const first = min(half, limit);
  let bestSize = 0;
  let fromEnd = false;
  scanFrom(true);
  for (let i = 0; i < first; i++) {
    addSlot(slotOf(feature, <i32>load<u16>(at + ((<usize>i) << 1))));
    clearImproved();
    const state = tryCut();
    if (improved) bestSize = i + 1;
    if (state == 2) break;
  }
  scanFrom(true);
  // One less from the end: the middle cut would come twice.
  const most = min(min(count - half, half - 1), limit);
  for (let i = 0; i < most; i++) {
    addSlot(slotOf(feature, <i32>load<u16>(at + ((<usize>(count - 1 - i)) << 1))));
    clearImproved();
    const state = tryCut();
    if (improved) {
      bestSize = i + 1;
      fromEnd = true;
    }
    if (state == 2) break;
  }
  if (bestSize == 0) {
    storeNone(record);
    return;
  }
  memory.fill(record + 56, 0, 32);
  let missingLeft = false;
  for (let i = 0; i < bestSize; i++) {
    const bin = <usize>load<u16>(at + ((<usize>(fromEnd ? count - 1 - i : i)) << 1));
    const byte = record + 56 + (bin >> 3);
    store<u8>(byte, load<u8>(byte) | (1 << (<u8>(bin & 7))));
    if (bin == MISSING) missingLeft = true;
  }
  if (!misses) missingLeft = bestHoldsMost();
  storeBest(record, -1, missingLeft, true);
}

/** Where {@link orderOf} left its order. */
let ordered: usize = 0;

/** Puts the bins of categories with support in the order of the values that leaves of their own would have; gives their number. */
function orderOf(feature: usize, bins: i32, sharesLast: bool, misses: bool, scratch: usize): i32 {
  const keys = scratch;
  let order = scratch + 2048;
  let other = scratch + 2560;
  let count = 0;
  for (let b = 0; b <= bins; b++) {
    if (b == bins && !misses) break;
    if (sharesLast && b == bins - 1) continue;
    const bin = b == bins ? MISSING : b;
    const slot = slotOf(feature, bin);
    if (isEmpty(slot) || slotRows(slot) < MIN_SUPPORT) continue;
    store<f64>(keys + ((<usize>bin) << 3), slotGradient(slot) / (slotHessian(slot) + MIN_SUPPORT));
    store<u16>(order + ((<usize>count) << 1), <u16>bin);
    count++;
  }
  // Merge sort from below, which keeps the order of equals.
  for (let width = 1; width < count; width <<= 1) {
    for (let start = 0; start < count; start += width << 1) {
      const middle = min(start + width, count);
      merge(keys, order, other, start, middle, min(middle + width, count));
    }
    const swap = order;
    order = other;
    other = swap;
  }
  ordered = order;
  return count;
}

function merge(keys: usize, from: usize, to: usize, start: i32, middle: i32, end: i32): void {
  let a = start;
  let b = middle;
  for (let i = start; i < end; i++) {
    const takeA = a < middle && (b == end || keyAt(keys, from, a) <= keyAt(keys, from, b));
    store<u16>(to + ((<usize>i) << 1), load<u16>(from + ((<usize>(takeA ? a++ : b++)) << 1)));
  }
}

function keyAt(keys: usize, order: usize, i: i32): f64 {
  return load<f64>(keys + ((<usize>load<u16>(order + ((<usize>i) << 1))) << 3));
}
