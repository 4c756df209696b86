// Exact interventional TreeSHAP (Lundberg and others, 2020): features that are left out take their value from a background
// row. A walk through the tree follows both rows at once. A feature is the row's where only the row passes its tests, and the
// background's where only that passes them; a leaf with a of the first and c of the second gives
//   value * (a - 1)! c! / (a + c)! to each of the first, and takes value * a! (c - 1)! / (a + c)! from each of the second.

import { arg, shareStart } from "./arguments";
import { addLeafTables } from "./tree-shap-leaves";
import { PLAN } from "./tree-shap-tables";
import { EDGE_ABOVE, goesLeft, LEAF_VALUES, LEFT, NODE, OWN } from "./tree-nodes";

/** Bytes of a visit: node, visit of the parent, a, c, then what its leaves give and take (f64). */
const VISIT: usize = 32;

let weights: usize = 0;
let weightWidth: usize = 0;
let scratch: usize = 0;
let states: usize = 0;
let pairs: usize = 0;
let columns: usize = 0;

/**
 * Adds the SHAP values of this thread's share of the rows, or their interactions as `addShapInteractions` does.
 *
 * Arguments: plans, plans' count, x (f64, rows x features), rows, features, values, scratch, bytes of a thread's scratch,
 * background (f64, rows x features), its rows, their shares (f64), weights (f64: i! j! / (i + j + 1)! at (i, j)), their width,
 * interactions (1 or 0). In a node `left` and `right` are the inner nodes below; the last word of its own has 1 where the left
 * child is a leaf, 2 where the right one is, and 4 and 8 where tables say all of what is below it.
 */
export function addBackgroundShap(thread: i32, threads: i32): void {
  const planEnd = arg(0) + arg(1) * PLAN;
  const rows = <i32>arg(3);
  const width = arg(4) << 3;
  const background = arg(8);
  const backgroundRows = arg(9);
  const isPairs = arg(13) != 0;
  columns = arg(4);
  scratch = arg(6) + <usize>thread * arg(7);
  weights = arg(11);
  weightWidth = arg(12);
  const block = isPairs ? columns * width : width;
  const first = shareStart(rows, thread, threads);
  const end = shareStart(rows, thread + 1, threads);
  for (let plan = arg(0); plan < planEnd; plan += PLAN) {
    const count = <usize>load<u32>(plan, 4);
    const values = arg(5) + <usize>load<u32>(plan, 12) * <usize>rows * block;
    const parts = load<u32>(plan, 28);
    states = scratch + (count + 1) * VISIT;
    for (let row = first; row < end; row++) {
      const x = arg(2) + <usize>row * width;
      const out = values + <usize>row * block;
      pairs = isPairs ? out : 0;
      if (parts & 2) addLeafTables(plan, x, out, scratch);
      if ((parts & 1) == 0) continue;
      const step = isPairs ? width + 8 : 8;
      for (let b: usize = 0; b < backgroundRows; b++)
        walkBoth(plan, x, background + b * width, load<f64>(arg(10) + (b << 3)), out, step);
    }
  }
}

/** Follows a row and a background row through a tree; feature f's value is at `out + f * step`. */
function walkBoth(plan: usize, x: usize, b: usize, share: f64, out: usize, step: usize): void {
  const nodes = <usize>load<u32>(plan);
  const shares = <usize>load<u32>(plan, 16);
  store<u8>(states, 0);
  open(scratch, nodes, 0, 0, 0);
  let last = scratch + VISIT;
  for (let visit = scratch; visit < last; visit += VISIT) {
    const node = <usize>load<u32>(visit);
    const edge = 2 * ((node - nodes) / NODE) + 1;
    const state = load<u8>(states + <usize>load<u32>(node, EDGE_ABOVE));
    const xLeft = state == 2 ? 0 : goesLeft(node, x);
    const bLeft = state == 1 ? xLeft : goesLeft(node, b);
    const way = state == 2 ? bLeft : xLeft;
    const isNew = state == 0 && xLeft != bLeft;
    last = follow(
      nodes,
      shares,
      visit,
      edge + <usize>(way ^ 1),
      isNew ? 1 : state,
      isNew,
      share,
      out,
      step,
      last,
    );
    if (isNew)
      last = follow(nodes, shares, visit, edge + <usize>(bLeft ^ 1), 2, true, share, out, step, last);
  }
  for (let visit = last - VISIT; visit > scratch; visit -= VISIT) {
    const parent = <usize>load<u32>(visit, 4);
    const above = parent & ~3;
    const feature = <usize>load<u32>(<usize>load<u32>(above));
    credit(parent & 3, load<f64>(visit, 16), load<f64>(visit, 24), out + feature * step);
    store<f64>(above, load<f64>(above, 16) + load<f64>(visit, 16), 16);
    store<f64>(above, load<f64>(above, 24) + load<f64>(visit, 24), 24);
  }
}

/** Begins the visit of an inner node; the low bits of `parent` say whose the edge's feature has just become. */
function open(visit: usize, node: usize, parent: usize, a: u32, c: u32): void {
  store<u32>(visit, <u32>node);
  store<u32>(visit, <u32>parent, 4);
  store<u32>(visit, a, 8);
  store<u32>(visit, c, 12);
  store<f64>(visit, 0, 16);
  store<f64>(visit, 0, 24);
}

/** Goes along an edge: opens the inner node there, or counts the leaf. Gives where the next visit begins. */
function follow(
  nodes: usize,
  shares: usize,
  visit: usize,
  edge: usize,
  state: u32,
  isNew: bool,
  share: f64,
  out: usize,
  step: usize,
  last: usize,
): usize {
  const node = <usize>load<u32>(visit);
  const side = (edge & 1) ^ 1;
  const kinds = load<u32>(node, OWN + 12);
  if (kinds & <u32>(4 << side)) return last;
  const owner = isNew ? state : 0;
  const a = load<u32>(visit, 8) + u32(owner == 1);
  const c = load<u32>(visit, 12) + u32(owner == 2);
  if ((kinds & <u32>(1 << side)) == 0) {
    store<u8>(states + edge, state);
    open(last, nodes + <usize>load<u32>(node + (side << 2), LEFT) * NODE, visit | owner, a, c);
    return last + VISIT;
  }
  const value = share * load<f64>(shares + ((edge - 1) >> 1) * 64 + (side << 3), LEAF_VALUES);
  const give = a == 0 ? 0 : value * weight(a - 1, c);
  const take = c == 0 ? 0 : value * weight(a, c - 1);
  credit(owner, give, take, out + <usize>load<u32>(node) * step);
  store<f64>(visit, load<f64>(visit, 16) + give, 16);
  store<f64>(visit, load<f64>(visit, 24) + take, 24);
  if (pairs != 0) addPairs(visit, owner, a, c, value);
  return last;
}

function weight(i: u32, j: u32): f64 {
  return load<f64>(weights + ((<usize>i * weightWidth + <usize>j) << 3));
}

function credit(owner: usize, give: f64, take: f64, at: usize): void {
  if (owner == 1) store<f64>(at, load<f64>(at) + give);
  else if (owner == 2) store<f64>(at, load<f64>(at) - take);
}

/** Adds a leaf's share in the interaction of each two features of its path that tell both rows apart. */
function addPairs(visit: usize, owner: usize, a: u32, c: u32, value: f64): void {
  let mine = visit | owner;
  while (true) {
    const first = mine & 3;
    const at = mine & ~3;
    let next = <usize>load<u32>(at, 4);
    if (first != 0) {
      const row = pairs + <usize>load<u32>(<usize>load<u32>(at)) * (columns << 3);
      for (let other = next; other != 0; other = <usize>load<u32>(other & ~3, 4)) {
        const second = other & 3;
        if (second == 0) continue;
        const pair = row + ((<usize>load<u32>(<usize>load<u32>(other & ~3))) << 3);
        const both =
          first != second ? -weight(a - 1, c - 1) : first == 1 ? weight(a - 2, c) : weight(a, c - 2);
        store<f64>(pair, load<f64>(pair) + value * both);
      }
    }
    if (next == 0) return;
    mine = next;
  }
}
