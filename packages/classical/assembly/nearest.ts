// The nearest of a few centres to each row, by sums of squared differences: even and odd coordinates are summed apart, as
// `distance` of src/cluster/dense-points.ts does, so that both give the same bits.

import { arg, shareStart } from "./arguments";

/**
 * For each row the squared distances to its nearest centre and to the next one, and the number of the nearest, the first
 * of equals; and the distances to all.
 *
 * Arguments: rows (f64, row-major), rows (how many), pairs of coordinates of each, centres (row-major as the rows, by
 * fours; those that fill up the last four are NaN), centres (how many, a multiple of four), least (f64), second (f64),
 * labels (i32), distances (f64,
 * row-major). Rows and distances must have room for one row more than there are.
 */
export function assignNearest(thread: i32, threads: i32): void {
  const rows = <i32>arg(1);
  const bytes = arg(2) << 4;
  const end = shareStart(rows, thread + 1, threads);
  for (let i = shareStart(rows, thread, threads); i < end; i += 2) {
    nearestOfTwo(i, arg(0) + <usize>i * bytes, bytes, min(2, end - i));
  }
}

/** Two rows at a time: each coordinate of a centre is loaded once for both. */
function nearestOfTwo(i: i32, row: usize, bytes: usize, count: i32): void {
  const fours = <i32>arg(4);
  let centre = arg(3);
  let best = f64x2.splat(Infinity);
  let next = f64x2.splat(Infinity);
  let label0 = 0;
  let label1 = 0;
  for (let k = 0; k < fours; k += 4, centre += bytes << 2) {
    const c1 = centre + bytes;
    const c2 = c1 + bytes;
    const c3 = c2 + bytes;
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    let a2 = f64x2.splat(0);
    let a3 = f64x2.splat(0);
    let b0 = f64x2.splat(0);
    let b1 = f64x2.splat(0);
    let b2 = f64x2.splat(0);
    let b3 = f64x2.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(row + at);
      const y = v128.load(row + bytes + at);
      let c = v128.load(centre + at);
      a0 = f64x2.add(a0, square(f64x2.sub(x, c)));
      b0 = f64x2.add(b0, square(f64x2.sub(y, c)));
      c = v128.load(c1 + at);
      a1 = f64x2.add(a1, square(f64x2.sub(x, c)));
      b1 = f64x2.add(b1, square(f64x2.sub(y, c)));
      c = v128.load(c2 + at);
      a2 = f64x2.add(a2, square(f64x2.sub(x, c)));
      b2 = f64x2.add(b2, square(f64x2.sub(y, c)));
      c = v128.load(c3 + at);
      a3 = f64x2.add(a3, square(f64x2.sub(x, c)));
      b3 = f64x2.add(b3, square(f64x2.sub(y, c)));
    }
    writeFour(i, k, bothSums(a0, a1), bothSums(a2, a3));
    writeFour(i + 1, k, bothSums(b0, b1), bothSums(b2, b3));
    for (let j = 0; j < 4; j++) {
      // The distances of both rows to this centre.
      const d = bothSums(
        j == 0 ? a0 : j == 1 ? a1 : j == 2 ? a2 : a3,
        j == 0 ? b0 : j == 1 ? b1 : j == 2 ? b2 : b3,
      );
      const nearer = f64x2.lt(d, best);
      next = v128.bitselect(best, f64x2.pmin(next, d), nearer);
      best = v128.bitselect(d, best, nearer);
      if (i64x2.extract_lane(nearer, 0) != 0) label0 = k + j;
      if (i64x2.extract_lane(nearer, 1) != 0) label1 = k + j;
    }
  }
  write(i, f64x2.extract_lane(best, 0), f64x2.extract_lane(next, 0), label0);
  if (count > 1) write(i + 1, f64x2.extract_lane(best, 1), f64x2.extract_lane(next, 1), label1);
}

/** The distances of a row to four centres. */
function writeFour(i: i32, k: i32, x: v128, y: v128): void {
  const at = arg(8) + ((<usize>i * arg(4) + <usize>k) << 3);
  v128.store(at, x);
  v128.store(at, y, 16);
}

function square(x: v128): v128 {
  return f64x2.mul(x, x);
}

/** The two lanes' sum of each. */
function bothSums(x: v128, y: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(x, y, 0, 2), v128.shuffle<f64>(x, y, 1, 3));
}

function write(i: i32, least: f64, second: f64, label: i32): void {
  store<f64>(arg(5) + ((<usize>i) << 3), least);
  store<f64>(arg(6) + ((<usize>i) << 3), second);
  store<i32>(arg(7) + ((<usize>i) << 2), label);
}
