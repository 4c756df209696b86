// The product of two matrices that lie in panels: four rows, or four columns, beside each other for every step of the sum.

import { arg, shareStart } from "./arguments";

/**
 * Adds the product to a row-major matrix. A sum is one thread's, step by step, so the number of threads changes nothing.
 *
 * Arguments: panels of four rows (f64, steps x 4 each), how many, panels of four columns, how many, steps, target (f64),
 * bytes from one of its rows to the next.
 */
export function multiplyPanels(thread: i32, threads: i32): void {
  const lefts = <i32>arg(1);
  const steps = arg(4);
  const line = arg(6);
  const tiles = lefts * <i32>arg(3);
  const end = shareStart(tiles, thread + 1, threads);
  const panel = steps << 5;
  for (let tile = shareStart(tiles, thread, threads); tile < end; tile++) {
    // All rows for four columns, then for the next four.
    const right = <usize>(tile / lefts);
    const left = <usize>(tile % lefts);
    const target = arg(5) + (left << 2) * line + (right << 5);
    addProduct(arg(0) + left * panel, arg(2) + right * panel, panel, target, line);
  }
}

/** Four rows by four columns: sixteen sums at once, in eight registers. */
function addProduct(left: usize, right: usize, bytes: usize, target: usize, line: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let d0 = f64x2.splat(0);
  let d1 = f64x2.splat(0);
  for (const end = left + bytes; left < end; left += 32, right += 32) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    let one = v128.load64_splat(left);
    a0 = f64x2.add(a0, f64x2.mul(one, x));
    a1 = f64x2.add(a1, f64x2.mul(one, y));
    one = v128.load64_splat(left, 8);
    b0 = f64x2.add(b0, f64x2.mul(one, x));
    b1 = f64x2.add(b1, f64x2.mul(one, y));
    one = v128.load64_splat(left, 16);
    c0 = f64x2.add(c0, f64x2.mul(one, x));
    c1 = f64x2.add(c1, f64x2.mul(one, y));
    one = v128.load64_splat(left, 24);
    d0 = f64x2.add(d0, f64x2.mul(one, x));
    d1 = f64x2.add(d1, f64x2.mul(one, y));
  }
  addBoth(target, a0, a1);
  addBoth(target + line, b0, b1);
  addBoth(target + 2 * line, c0, c1);
  addBoth(target + 3 * line, d0, d1);
}

function addBoth(target: usize, x: v128, y: v128): void {
  v128.store(target, f64x2.add(v128.load(target), x));
  v128.store(target, f64x2.add(v128.load(target, 16), y), 16);
}
