// Plane rotations of neighbouring rows, as a QL step of an eigenvalue problem makes them.

import { arg, shareStart } from "./arguments";

/** Columns of a strip, which stay in registers from one rotation to the next: a cache line. */
const STRIP: i32 = 8;

/**
 * Turns rows `i` and `i + 1` for i from `high - 1` down to `low`: the upper becomes c upper - s lower, the lower
 * s upper + c lower. Threads take strips of columns.
 *
 * Arguments: rows (f64, row-major), bytes from one to the next (whole strips), strips, low, high, cosines and sines (pairs of
 * f64, a pair for each i).
 */
export function rotateRows(thread: i32, threads: i32): void {
  const line = arg(1);
  const strips = <i32>arg(2);
  const low = arg(3);
  const high = arg(4);
  const end = shareStart(strips, thread + 1, threads);
  for (let strip = shareStart(strips, thread, threads); strip < end; strip++) {
    const top = arg(0) + <usize>(strip * STRIP) * 8;
    let at = top + high * line;
    let a = v128.load(at);
    let b = v128.load(at, 16);
    let c = v128.load(at, 32);
    let d = v128.load(at, 48);
    for (let i = high; i-- > low; at -= line) {
      const pair = arg(5) + (i << 4);
      const cosine = v128.load64_splat(pair);
      const sine = v128.load64_splat(pair, 8);
      const upper = at - line;
      let u = v128.load(upper);
      v128.store(at, f64x2.add(f64x2.mul(sine, u), f64x2.mul(cosine, a)));
      a = f64x2.sub(f64x2.mul(cosine, u), f64x2.mul(sine, a));
      u = v128.load(upper, 16);
      v128.store(at, f64x2.add(f64x2.mul(sine, u), f64x2.mul(cosine, b)), 16);
      b = f64x2.sub(f64x2.mul(cosine, u), f64x2.mul(sine, b));
      u = v128.load(upper, 32);
      v128.store(at, f64x2.add(f64x2.mul(sine, u), f64x2.mul(cosine, c)), 32);
      c = f64x2.sub(f64x2.mul(cosine, u), f64x2.mul(sine, c));
      u = v128.load(upper, 48);
      v128.store(at, f64x2.add(f64x2.mul(sine, u), f64x2.mul(cosine, d)), 48);
      d = f64x2.sub(f64x2.mul(cosine, u), f64x2.mul(sine, d));
    }
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(at, c, 32);
    v128.store(at, d, 48);
  }
}
