// Tables of the path-dependent TreeSHAP kernels: what a row's way at each node does to the products and values.

import { arg, shareStart } from "./arguments";
import { NODE, OWN } from "./tree-nodes";

/** Bytes of a tree's plan: nodes, inner nodes, pairs of points, output, shares, points, and for background
 * rows what is known of its edges, and 1 where a leaf has no table plus 2 where one has; u32 each. */
export const PLAN: usize = 32;
/** Bytes of a node's shares (f64): of the edge above, of both edges, their ratios, and the values of children that are leaves. */
const SHARES: usize = 64;

/**
 * Fills the tables of this thread's trees. A node has a table for going left, for going right, and for a row that failed a
 * test of its feature above. Each has, a number a point: the factors of the products of the children that are inner nodes,
 * the sum of those of its leaves times their values, and the same weighted for the feature's value.
 *
 * Arguments: plans, plans' count.
 */
export function fillShapTables(thread: i32, threads: i32): void {
  const count = <i32>arg(1);
  const end = arg(0) + <usize>shareStart(count, thread + 1, threads) * PLAN;
  for (let plan = arg(0) + <usize>shareStart(count, thread, threads) * PLAN; plan < end; plan += PLAN) {
    const nodes = <usize>load<u32>(plan);
    const points = (<usize>load<u32>(plan, 8)) << 4;
    let shares = <usize>load<u32>(plan, 16);
    const rule = <usize>load<u32>(plan, 20);
    const stop = nodes + <usize>load<u32>(plan, 4) * NODE;
    for (let node = nodes; node < stop; node += NODE, shares += SHARES) fillNode(node, shares, rule, points);
  }
}

function fillNode(node: usize, shares: usize, rule: usize, points: usize): void {
  const bytes = <usize>load<u32>(node, OWN + 4);
  const kind = load<u32>(node, OWN + 8);
  const leftIsLeaf = load<u32>(node, OWN + 12) & 1;
  const toLeft = <usize>load<u32>(node, OWN);
  const toRight = toLeft + bytes;
  const dead = toRight + bytes;
  const above = load<f64>(shares);
  const left = load<f64>(shares, 8);
  const right = load<f64>(shares, 16);
  const leftValue = load<f64>(shares, 40);
  const rightValue = load<f64>(shares, 48);
  for (let k: usize = 0; k < points; k += 8) {
    const t = load<f64>(rule + k);
    const w = load<f64>(rule + points + k);
    const rest = 1 - t;
    const before = above * rest + t;
    const held = (1 - above) / before;
    const lost = w * (-1 / rest - held);
    const leftPass = left * rest + t;
    const rightPass = right * rest + t;
    const leftWon = (1 - left) / leftPass;
    const rightWon = (1 - right) / rightPass;
    put(
      toLeft + k,
      points,
      kind,
      leftIsLeaf,
      leftValue,
      rightValue,
      leftPass / before,
      (right * rest) / before,
      w * (leftWon - held),
      lost,
    );
    put(
      toRight + k,
      points,
      kind,
      leftIsLeaf,
      leftValue,
      rightValue,
      (left * rest) / before,
      rightPass / before,
      lost,
      w * (rightWon - held),
    );
    // A row that failed above gives this feature nothing new: pairs of features use the place for what passing gives.
    const leftOwn = kind == 2 ? leftWon : 0;
    const rightOwn = kind == 2 ? rightWon : 0;
    put(
      dead + k,
      points,
      kind,
      leftIsLeaf,
      leftValue,
      rightValue,
      load<f64>(shares, 24),
      load<f64>(shares, 32),
      leftOwn,
      rightOwn,
    );
  }
}

/** Writes one point of a table: factors of both edges, and weights of the value. */
function put(
  at: usize,
  points: usize,
  kind: u32,
  leftIsLeaf: u32,
  leftValue: f64,
  rightValue: f64,
  left: f64,
  right: f64,
  leftWeight: f64,
  rightWeight: f64,
): void {
  if (kind == 0) {
    store<f64>(at, left * leftValue + right * rightValue);
    store<f64>(at + points, left * leftValue * leftWeight + right * rightValue * rightWeight);
  } else if (kind == 1) {
    store<f64>(at, leftIsLeaf != 0 ? right : left);
    store<f64>(at + points, leftIsLeaf != 0 ? left * leftValue : right * rightValue);
    store<f64>(at + 2 * points, leftIsLeaf != 0 ? rightWeight : leftWeight);
    store<f64>(
      at + 3 * points,
      leftIsLeaf != 0 ? left * leftValue * leftWeight : right * rightValue * rightWeight,
    );
  } else {
    store<f64>(at, left);
    store<f64>(at + points, right);
    store<f64>(at + 2 * points, leftWeight);
    store<f64>(at + 3 * points, rightWeight);
  }
}
