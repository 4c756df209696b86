// Interventional SHAP values of leaves with few features, from tables. Which of the leaf's features a row passes is a set; what
// the leaf gives to each feature depends on that set alone, the background rows being the same for all.

import { arg, shareStart } from "./arguments";
import { PLAN } from "./tree-shap-tables";
import { goesLeft, LEAF_VALUES, NODE, OWN } from "./tree-nodes";

/** Bytes of what is known of an edge: table (0: none), features of the leaf, list of these features; u32 each. */
const LEAF: usize = 16;

/**
 * Fills the tables of this thread's trees: for every set of passed features, a number a feature of the leaf.
 *
 * Arguments: those of `addBackgroundShap`; scratch has room for 2^d numbers for each of 0..d, d being the most features of a
 * leaf with a table. In a node, words of the kernel's own: the bit of its feature among those of its path, and its edge.
 */
export function fillLeafTables(thread: i32, threads: i32): void {
  const count = <i32>arg(1);
  const scratch = arg(6) + <usize>thread * arg(7);
  const end = arg(0) + <usize>shareStart(count, thread + 1, threads) * PLAN;
  for (let plan = arg(0) + <usize>shareStart(count, thread, threads) * PLAN; plan < end; plan += PLAN) {
    const leaves = <usize>load<u32>(plan, 24);
    const edges = ((<usize>load<u32>(plan, 4)) << 1) + 1;
    for (let edge: usize = 1; edge < edges; edge++) {
      if (load<u32>(leaves + edge * LEAF) != 0) fillTable(plan, edge, leaves + edge * LEAF, scratch);
    }
  }
}

function fillTable(plan: usize, edge: usize, leaf: usize, sums: usize): void {
  const d = load<u32>(leaf, 4);
  const sets = (<usize>1) << d;
  countSets(plan, edge, d, sums);
  // Of each size: the share of the background rows that pass at least a set.
  for (let size: usize = 0; size <= d; size++) {
    const list = sums + ((size * sets) << 3);
    for (let bit: usize = 1; bit < sets; bit <<= 1) {
      for (let set: usize = 0; set < sets; set++) {
        if (set & bit) continue;
        const at = list + (set << 3);
        store<f64>(at, load<f64>(at) + load<f64>(list + ((set | bit) << 3)));
      }
    }
  }
  const value = load<f64>(
    <usize>load<u32>(plan, 16) + ((edge - 1) >> 1) * 64 + (((edge & 1) ^ 1) << 3),
    LEAF_VALUES,
  );
  let at = <usize>load<u32>(leaf);
  for (let passed: usize = 0; passed < sets; passed++) {
    const failed = ~passed & (sets - 1);
    const taken = -value * takenBy(failed, d, sets, sums);
    for (let bit: usize = 1; bit < sets; bit <<= 1, at += 8) {
      store<f64>(at, passed & bit ? value * givenBy(failed, bit, d, sets, sums) : taken);
    }
  }
}

/** The share of the background rows that pass each set of the leaf's features, by size of the set. */
function countSets(plan: usize, leaf: usize, d: u32, sums: usize): void {
  const nodes = <usize>load<u32>(plan);
  const width = arg(4) << 3;
  const rows = arg(9);
  memory.fill(sums, 0, (<usize>(d + 1)) << (d + 3));
  for (let row: usize = 0; row < rows; row++) {
    let set: u32 = (1 << d) - 1;
    for (let edge = leaf; edge != 0; ) {
      const node = nodes + ((edge - 1) >> 1) * NODE;
      if (goesLeft(node, arg(8) + row * width) != <u32>(edge & 1)) set &= ~load<u32>(node, OWN);
      edge = <usize>load<u32>(node, OWN + 4);
    }
    const at = sums + ((((<usize>popcnt<u32>(set)) << d) + <usize>set) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(arg(10) + (row << 3)));
  }
}

/** What a leaf of value 1 takes from each failed feature: background rows pass all of these, and all but a of the others. */
function takenBy(failed: usize, d: u32, sets: usize, sums: usize): f64 {
  const c = popcnt<u32>(<u32>failed);
  if (c == 0) return 0;
  let sum: f64 = 0;
  for (let size = c; size <= d; size++) {
    sum += load<f64>(sums + ((<usize>size * sets + failed) << 3)) * weight(d - size, c - 1);
  }
  return sum;
}

/** What it gives to a passed feature: background rows fail this one too. */
function givenBy(failed: usize, bit: usize, d: u32, sets: usize, sums: usize): f64 {
  const c = popcnt<u32>(<u32>failed);
  let sum: f64 = 0;
  for (let size = c; size < d; size++) {
    const list = sums + ((<usize>size * sets) << 3);
    sum +=
      (load<f64>(list + (failed << 3)) - load<f64>(list + ((failed | bit) << 3))) * weight(d - size - 1, c);
  }
  return sum;
}

/** i! j! / (i + j + 1)! */
function weight(i: u32, j: u32): f64 {
  return load<f64>(arg(11) + ((<usize>i * arg(12) + <usize>j) << 3));
}

/** Adds what a tree's tables say of a row; scratch has a word an edge. */
export function addLeafTables(plan: usize, row: usize, out: usize, sets: usize): void {
  const nodes = <usize>load<u32>(plan);
  const count = <usize>load<u32>(plan, 4);
  const leaves = <usize>load<u32>(plan, 24);
  store<u32>(sets, 0xffffffff);
  let edge: usize = 1;
  for (let node = nodes; edge <= 2 * count; node += NODE, edge += 2) {
    const set = load<u32>(sets + ((<usize>load<u32>(node, OWN + 4)) << 2));
    const without = set & ~load<u32>(node, OWN);
    const left = goesLeft(node, row) != 0;
    const at = sets + (edge << 2);
    store<u32>(at, left ? set : without);
    store<u32>(at, left ? without : set, 4);
    const leaf = leaves + edge * LEAF;
    if (load<u32>(leaf) != 0) addLeaf(leaf, load<u32>(at), out);
    if (load<u32>(leaf, LEAF) != 0) addLeaf(leaf + LEAF, load<u32>(at, 4), out);
  }
}

function addLeaf(leaf: usize, set: u32, out: usize): void {
  const d = load<u32>(leaf, 4);
  const own = set & ((1 << d) - 1);
  let value = <usize>load<u32>(leaf) + ((<usize>(own * d)) << 3);
  let feature = <usize>load<u32>(leaf, 8);
  for (const end = feature + ((<usize>d) << 2); feature < end; feature += 4, value += 8) {
    const at = out + ((<usize>load<u32>(feature)) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(value));
  }
}
