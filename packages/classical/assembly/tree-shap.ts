// Exact path-dependent TreeSHAP. A leaf's share in the value of feature i is the integral over t of
//   value * (o_i - p_i) * product over the path's other features j of (p_j (1 - t) + o_j t),
// where p_j is the share of training rows that would pass all tests of j on the path, and o_j whether this row does.
// It is a polynomial, so that Gauss-Legendre points give it exactly: each node carries the product at every point down,
// and the sum of its leaves up, as Linear TreeSHAP (Yu and others, 2022) does with interpolation.

import { arg, shareStart } from "./arguments";
import { PLAN } from "./tree-shap-tables";
import { EDGE_ABOVE, goesLeft, LEFT, NODE, OWN, RIGHT } from "./tree-nodes";

/** Rows that pass through one tree before the next, so that its tables stay in the cache. */
const BLOCK: i32 = 128;

/**
 * Adds the SHAP values of this thread's share of the rows.
 *
 * Arguments: plans (see `fillShapTables`), plans' count, x (f64, rows x features), rows, features, values (f64, outputs x rows x features), scratch, bytes of a thread's scratch.
 */
export function addShapValues(thread: i32, threads: i32): void {
  const plans = arg(0);
  const planEnd = plans + arg(1) * PLAN;
  const x = arg(2);
  const rows = <i32>arg(3);
  const width = arg(4) << 3;
  const values = arg(5);
  const scratch = arg(6) + <usize>thread * arg(7);
  const end = shareStart(rows, thread + 1, threads);
  for (let start = shareStart(rows, thread, threads); start < end; start += BLOCK) {
    const stop = min(end, start + BLOCK);
    for (let plan = plans; plan < planEnd; plan += PLAN) {
      const nodes = <usize>load<u32>(plan);
      const count = <usize>load<u32>(plan, 4);
      const points = (<usize>load<u32>(plan, 8)) << 4;
      const out = values + <usize>load<u32>(plan, 12) * <usize>rows * width;
      for (let row = start; row < stop; row++) {
        const at = <usize>row * width;
        addTree(nodes, count, points, x + at, out + at, scratch);
      }
    }
  }
}

/**
 * Adds one tree's values of one row. A node's words of its own: address of its tables, bytes of one table, kind (how many of
 * its children are inner nodes), and for each of those the place of its products in `left`, `right` (the first is in `left`).
 * There is a table for going left, for going right, and for a row that failed a test of this feature above.
 */
function addTree(nodes: usize, count: usize, points: usize, row: usize, out: usize, scratch: usize): void {
  const products = scratch;
  const chosen = products + count * points;
  const alive = chosen + (count << 2);
  const nodesEnd = nodes + count * NODE;
  for (let k: usize = 0; k < points; k += 16) v128.store(products + k, f64x2.splat(1));
  store<u8>(alive, 1);
  let own = products;
  let edge = alive;
  let pick = chosen;
  for (let node = nodes; node < nodesEnd; node += NODE) {
    const left = goesLeft(node, row);
    const passes = <u32>load<u8>(alive + <usize>load<u32>(node, EDGE_ABOVE));
    store<u8>(edge, passes & left, 1);
    store<u8>(edge, passes & (left ^ 1), 2);
    const table =
      <usize>load<u32>(node, OWN) + <usize>load<u32>(node, OWN + 4) * <usize>(passes != 0 ? left ^ 1 : 2);
    store<u32>(pick, <u32>table | (passes ^ 1));
    const kind = load<u32>(node, OWN + 8);
    if (kind == 1) scale(own, products + <usize>load<u32>(node, LEFT), table, points);
    else if (kind == 2)
      scaleBoth(
        own,
        products + <usize>load<u32>(node, LEFT),
        products + <usize>load<u32>(node, RIGHT),
        table,
        points,
      );
    own += points;
    edge += 2;
    pick += 4;
  }
  for (let node = nodesEnd - NODE; node >= nodes; node -= NODE) {
    own -= points;
    pick -= 4;
    const table = <usize>(load<u32>(pick) & ~1);
    const dead = load<u32>(pick) & 1;
    const kind = load<u32>(node, OWN + 8);
    let sum = f64x2.splat(0);
    if (kind == 0) {
      for (let k: usize = 0; k < points; k += 16) {
        const product = v128.load(own + k);
        v128.store(own + k, f64x2.mul(product, v128.load(table + k)));
        sum = f64x2.add(sum, f64x2.mul(product, v128.load(table + points + k)));
      }
    } else if (kind == 1) {
      const below = products + <usize>load<u32>(node, LEFT);
      for (let k: usize = 0; k < points; k += 16) {
        const product = v128.load(own + k);
        const leaves = v128.load(below + k);
        v128.store(own + k, f64x2.add(leaves, f64x2.mul(product, v128.load(table + points + k))));
        sum = f64x2.add(sum, f64x2.mul(leaves, v128.load(table + 2 * points + k)));
        sum = f64x2.add(sum, f64x2.mul(product, v128.load(table + 3 * points + k)));
      }
    } else {
      const left = products + <usize>load<u32>(node, LEFT);
      const right = products + <usize>load<u32>(node, RIGHT);
      for (let k: usize = 0; k < points; k += 16) {
        const first = v128.load(left + k);
        const second = v128.load(right + k);
        v128.store(own + k, f64x2.add(first, second));
        sum = f64x2.add(sum, f64x2.mul(first, v128.load(table + 2 * points + k)));
        sum = f64x2.add(sum, f64x2.mul(second, v128.load(table + 3 * points + k)));
      }
    }
    if (dead == 0) {
      const value = out + ((<usize>load<u32>(node)) << 3);
      store<f64>(value, load<f64>(value) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
    }
  }
}

function scale(from: usize, to: usize, factors: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16)
    v128.store(to + k, f64x2.mul(v128.load(from + k), v128.load(factors + k)));
}

function scaleBoth(from: usize, left: usize, right: usize, factors: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const product = v128.load(from + k);
    v128.store(left + k, f64x2.mul(product, v128.load(factors + k)));
    v128.store(right + k, f64x2.mul(product, v128.load(factors + bytes + k)));
  }
}
