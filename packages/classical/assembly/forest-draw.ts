// The rows that a tree learns from, and what each of them weighs.

import {
  balances,
  classes,
  codePairs,
  codeRoom,
  counts,
  draws,
  hasSums,
  order,
  outputs,
  rankBits,
  rows,
  targets,
  treeWeights,
  upTo,
  weighing,
  weighingCount,
  weights,
} from "./forest-plan";
import { below, uniform } from "./forest-random";

/** Whether the tree's rows carry codes of pairs of a weight and a class; else pairs are made node by node. */
export let hasCodes: bool = false;
/** Bits that hold every code. */
export let codeBits: i32 = 0;

/**
 * Draws the rows of a tree and puts them in `order`, ascending: the row in the lower 32 bits, its code in the upper
 * ones. Gives their number.
 */
export function takeRows(): i32 {
  let largest: u32 = 1;
  if (draws > 0) largest = drawCounts();
  const isWhole = draws > 0 || weights == 0;
  const codes = (<i64>largest + 1) * classes;
  codeBits = 64 - <i32>clz<i64>(max(codes - 1, 1));
  hasCodes = isWhole && classes > 0 && outputs == 1 && codes <= codeRoom && rankBits + codeBits <= 32;
  if (hasCodes) writeCodePairs(<i32>largest);
  else writeTreeWeights();
  return writeOrder();
}

/** How often each row is drawn; gives the largest count. */
function drawCounts(): u32 {
  memory.fill(counts, 0, (<usize>rows) << 2);
  let total: f64 = 0;
  if (upTo != 0) total = load<f64>(upTo + ((<usize>(weighingCount - 1)) << 3));
  let largest: u32 = 0;
  for (let draw = 0; draw < draws; draw++) {
    const i = upTo == 0 ? <i32>below(weighingCount) : firstAbove(uniform() * total);
    const at = counts + ((<usize>load<i32>(weighing + ((<usize>i) << 2))) << 2);
    const count = load<u32>(at) + 1;
    store<u32>(at, count);
    largest = max(largest, count);
  }
  return largest;
}

/** Position of the first sum that is greater, or the last position. */
function firstAbove(value: f64): i32 {
  let low = 0;
  let high = weighingCount - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(upTo + ((<usize>middle) << 3)) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The weight of a class's rows beside their count: 1, or what makes all classes equal. */
function classFactor(k: i32): f64 {
  if (!balances) return 1;
  let total: f64 = 0;
  let own: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const count = <f64>load<u32>(counts + ((<usize>i) << 2));
    total += count;
    if (load<i32>(targets + ((<usize>i) << 2)) == k) own += count;
  }
  return own > 0 ? total / (<f64>classes * own) : 0;
}

/** A pair for each count and class: the weight, then the class, or where sums suffice the weight if it is class 1. */
function writeCodePairs(largest: i32): void {
  for (let k = 0; k < classes; k++) {
    const factor = classFactor(k);
    for (let count = 0; count <= largest; count++) {
      storePair(codePairs + ((<usize>(count * classes + k)) << 4), <f64>count * factor, k);
    }
  }
}

export function storePair(at: usize, weight: f64, k: i32): void {
  store<f64>(at, weight);
  if (hasSums) store<f64>(at, k == 1 ? weight : 0, 8);
  else store<i64>(at, k, 8);
}

function writeTreeWeights(): void {
  if (draws == 0) {
    for (let i: usize = 0; i < <usize>rows; i++) {
      store<f64>(treeWeights + (i << 3), weights == 0 ? 1 : load<f64>(weights + (i << 3)));
    }
    return;
  }
  for (let i: usize = 0; i < <usize>rows; i++) {
    store<f64>(treeWeights + (i << 3), <f64>load<u32>(counts + (i << 2)));
  }
  if (!balances) return;
  for (let k = 0; k < classes; k++) {
    const factor = classFactor(k);
    for (let i: usize = 0; i < <usize>rows; i++) {
      if (load<i32>(targets + (i << 2)) != k) continue;
      store<f64>(treeWeights + (i << 3), load<f64>(treeWeights + (i << 3)) * factor);
    }
  }
}

function writeOrder(): i32 {
  let at = order;
  for (let i = 0; i < weighingCount; i++) {
    const row = <usize>load<i32>(weighing + ((<usize>i) << 2));
    const count: u32 = draws == 0 ? 1 : load<u32>(counts + (row << 2));
    if (count == 0) continue;
    const code: u32 = hasCodes ? count * <u32>classes + load<u32>(targets + (row << 2)) : 0;
    store<u64>(at, <u64>row | ((<u64>code) << 32));
    at += 8;
  }
  return <i32>((at - order) >> 3);
}

/** Whether the tree learns from the row. */
export function drawsRow(row: i32): bool {
  return draws == 0 || load<u32>(counts + ((<usize>row) << 2)) > 0;
}
