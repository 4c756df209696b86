// The best split of each feature of each node of a job.

import { scanCategories } from "./category-split";
import {
  addSlot,
  beginFeature,
  bestHoldsMost,
  clearImproved,
  improved,
  isEmpty,
  isQuick,
  loadLimits,
  loadNode,
  NODE_BYTES,
  RECORD_BYTES,
  scanFrom,
  scanPlainPacked,
  slotOf,
  storeBest,
  storeNone,
  tryCut,
} from "./node";
import { arg, shareStart } from "./arguments";

export const MISSING: i32 = 255;

/**
 * Looks for the best split of every feature; of equally good ones the lowest bin wins.
 *
 * Arguments: nodes (see {@link loadNode}, at 32 the features allowed: u8 each, 0 for all, and at 36 where its records
 * go), how many, features, their descriptions (8 bytes: bins i32, kind u8, missing u8, monotone i8,
 * whether categories share the last bin u8), then those of
 * {@link loadLimits}, at 13 scratch (8 KiB a thread), and at 14 most categories of a
 * side.
 */
export function findSplits(thread: i32, threads: i32): void {
  loadLimits();
  const nodes = <i32>arg(1);
  const features = <i32>arg(2);
  const scratch = arg(13) + ((<usize>thread) << 13);
  const from = shareStart(nodes * features, thread, threads);
  const to = shareStart(nodes * features, thread + 1, threads);
  let loaded = -1;
  for (let item = from; item < to; item++) {
    const node = item / features;
    const feature = item - node * features;
    const at = arg(0) + <usize>node * NODE_BYTES;
    const record = <usize>load<u32>(at, 36) + <usize>feature * RECORD_BYTES;
    const allowed = <usize>load<u32>(at, 32);
    if (allowed != 0 && load<u8>(allowed + <usize>feature) == 0) {
      storeNone(record);
      continue;
    }
    if (node != loaded) {
      loadNode(at);
      loaded = node;
    }
    const about = arg(3) + ((<usize>feature) << 3);
    const bins = load<i32>(about);
    const misses = load<u8>(about, 5) != 0;
    beginFeature(<i32>load<i8>(about, 6));
    if (load<u8>(about, 4) == 0) scanNumbers(<usize>feature, bins, misses, record);
    else scanCategories(<usize>feature, bins, load<u8>(about, 7) != 0, misses, record, scratch);
  }
}

function scanNumbers(feature: usize, bins: i32, misses: bool, record: usize): void {
  let bin = -1;
  let missingLeft = false;
  if (isQuick()) {
    scanQuickly(feature, bins, misses, record);
    return;
  }
  // Missing values right. With some there, the last bin is a candidate too: all present values left.
  scanFrom(true);
  const last = misses ? bins : bins - 1;
  for (let b = 0; b < last; b++) {
    const slot = slotOf(feature, b);
    if (isEmpty(slot)) continue;
    addSlot(slot);
    clearImproved();
    const state = tryCut();
    if (improved) bin = b;
    if (state == 2) break;
  }
  // Missing values left. In a node that misses none this is the same once more.
  let nearIsLeft = true;
  if (misses && !isEmpty(slotOf(feature, MISSING))) {
    scanFrom(false);
    for (let b = bins - 1; b > 0; b--) {
      const slot = slotOf(feature, b);
      if (isEmpty(slot)) continue;
      addSlot(slot);
      clearImproved();
      const state = tryCut();
      if (improved) {
        bin = b - 1;
        missingLeft = true;
        nearIsLeft = false;
      }
      if (state == 2) break;
    }
  }
  if (bin < 0) {
    storeNone(record);
    return;
  }
  // A feature that no row misses sends missing values to the larger side.
  if (!misses) missingLeft = bestHoldsMost();
  storeBest(record, bin, missingLeft, nearIsLeft);
}

/** The same on packed slots without penalties and bounds. */
function scanQuickly(feature: usize, bins: i32, misses: bool, record: usize): void {
  const rightward = scanPlainPacked(feature, 0, misses ? bins : bins - 1, true);
  let leftward = -1;
  if (misses && !isEmpty(slotOf(feature, MISSING)))
    leftward = scanPlainPacked(feature, bins - 1, bins - 1, false);
  if (leftward >= 0) storeBest(record, leftward - 1, true, false);
  else if (rightward >= 0) storeBest(record, rightward, !misses && bestHoldsMost(), true);
  else storeNone(record);
}
