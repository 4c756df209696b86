// SHAP interaction values, path-dependent: as in `tree-shap.ts`, with two features' factors taken out of the product.

import { arg, shareStart } from "./arguments";
import { PLAN } from "./tree-shap-tables";
import { EDGE_ABOVE, goesLeft, LEFT, NODE, OWN, RIGHT } from "./tree-nodes";

/**
 * Adds the SHAP values of this thread's share of the rows on the diagonal, and the interaction of each two features at
 * (i, j) or at (j, i): the caller joins both. A node's words are those of `fillShapTables`, all of its children treated as inner
 * nodes, but `left` and `right` are u32: the edge to the node, and the address of its list of the edges above that say how its
 * other features stand (u32 each, ended by 0xffffffff); the last word of its own has 1 where the left child is a leaf and
 * 2 where the right one is.
 *
 * Arguments: those of `addShapValues`, with values outputs x rows x features x features, and `shares` for the leaves' values.
 */
export function addShapInteractions(thread: i32, threads: i32): void {
  const plans = arg(0);
  const planEnd = plans + arg(1) * PLAN;
  const x = arg(2);
  const rows = <i32>arg(3);
  const features = arg(4);
  const values = arg(5);
  const scratch = arg(6) + <usize>thread * arg(7);
  const width = features << 3;
  const block = features * width;
  const end = shareStart(rows, thread + 1, threads);
  const first = shareStart(rows, thread, threads);
  for (let plan = plans; plan < planEnd; plan += PLAN) {
    const out = values + <usize>load<u32>(plan, 12) * <usize>rows * block;
    for (let row = first; row < end; row++) {
      walkDown(plan, x + <usize>row * width, scratch);
      sumUp(plan, features, out + <usize>row * block, scratch);
    }
  }
}

/** Products at every edge, and which edges the row passes; scratch holds products, then a byte an edge. */
function walkDown(plan: usize, row: usize, products: usize): void {
  const nodes = <usize>load<u32>(plan);
  const count = <usize>load<u32>(plan, 4);
  const points = (<usize>load<u32>(plan, 8)) << 4;
  const alive = products + (2 * count + 1) * points;
  let shares = <usize>load<u32>(plan, 16);
  for (let k: usize = 0; k < points; k += 16) v128.store(products + k, f64x2.splat(1));
  store<u8>(alive, 1);
  for (let i: usize = 0; i < count; i++, shares += 64) {
    const node = nodes + i * NODE;
    const left = goesLeft(node, row);
    const passes = <u32>load<u8>(alive + <usize>load<u32>(node, EDGE_ABOVE));
    store<u8>(alive + 2 * i + 1, passes & left);
    store<u8>(alive + 2 * i + 2, passes & (left ^ 1));
    const table =
      <usize>load<u32>(node, OWN) + <usize>load<u32>(node, OWN + 4) * <usize>(passes != 0 ? left ^ 1 : 2);
    const from = products + <usize>load<u32>(node, LEFT) * points;
    const leaves = load<u32>(node, OWN + 12);
    const leftValue: f64 = leaves & 1 ? load<f64>(shares, 40) : 1;
    const rightValue: f64 = leaves & 2 ? load<f64>(shares, 48) : 1;
    const to = products + (2 * i + 1) * points;
    for (let k: usize = 0; k < points; k += 16) {
      const product = v128.load(from + k);
      v128.store(to + k, f64x2.mul(f64x2.mul(product, v128.load(table + k)), f64x2.splat(leftValue)));
      v128.store(
        to + points + k,
        f64x2.mul(f64x2.mul(product, v128.load(table + points + k)), f64x2.splat(rightValue)),
      );
    }
  }
}

/** From the leaves up: every edge's products become the sum of the leaves below, which its feature and those above share. */
function sumUp(plan: usize, features: usize, out: usize, products: usize): void {
  const nodes = <usize>load<u32>(plan);
  const count = <usize>load<u32>(plan, 4);
  const points = (<usize>load<u32>(plan, 8)) << 4;
  const rule = <usize>load<u32>(plan, 20);
  const alive = products + (2 * count + 1) * points;
  const parts = (alive + 2 * count + 16) & ~15;
  for (let i = count; i-- > 0; ) {
    const node = nodes + i * NODE;
    const own = products + <usize>load<u32>(node, LEFT) * points;
    const left = products + (2 * i + 1) * points;
    const right = left + points;
    if (load<u8>(alive + <usize>load<u32>(node, EDGE_ABOVE)) != 0) {
      const table =
        <usize>load<u32>(node, OWN) +
        <usize>load<u32>(node, OWN + 4) * <usize>(load<u8>(alive + 2 * i + 1) ^ 1);
      let sum = f64x2.splat(0);
      let failed = f64x2.splat(0);
      for (let k: usize = 0; k < points; k += 16) {
        const part = f64x2.add(
          f64x2.mul(v128.load(left + k), v128.load(table + 2 * points + k)),
          f64x2.mul(v128.load(right + k), v128.load(table + 3 * points + k)),
        );
        v128.store(parts + k, part);
        sum = f64x2.add(sum, part);
        // What a failed test of another feature gives: -1 / (1 - t).
        failed = f64x2.sub(failed, f64x2.div(part, f64x2.sub(f64x2.splat(1), v128.load(rule + k))));
      }
      const feature = <usize>load<u32>(node);
      const row = out + ((feature * features) << 3);
      add(row + (feature << 3), sum);
      const missed = f64x2.extract_lane(failed, 0) + f64x2.extract_lane(failed, 1);
      for (let list = <usize>load<u32>(node, RIGHT); load<u32>(list) != 0xffffffff; list += 4) {
        const edge = <usize>load<u32>(list);
        const other = nodes + ((edge - 1) >> 1) * NODE;
        const pair = row + ((<usize>load<u32>(other)) << 3);
        if (load<u8>(alive + edge) == 0) {
          store<f64>(pair, load<f64>(pair) + missed);
          continue;
        }
        const won =
          <usize>load<u32>(other, OWN) + 2 * <usize>load<u32>(other, OWN + 4) + (3 - (edge & 1)) * points;
        let both = f64x2.splat(0);
        for (let k: usize = 0; k < points; k += 16)
          both = f64x2.add(both, f64x2.mul(v128.load(parts + k), v128.load(won + k)));
        add(pair, both);
      }
    }
    for (let k: usize = 0; k < points; k += 16)
      v128.store(own + k, f64x2.add(v128.load(left + k), v128.load(right + k)));
  }
}

function add(at: usize, lanes: v128): void {
  store<f64>(at, load<f64>(at) + f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1));
}
