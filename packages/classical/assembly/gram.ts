// Products of columns with each other, for the normal equations and covariances. Rows lie in chunks, and a chunk column by
// column; every product is summed by one thread in one order, so the number of threads changes nothing.

import { arg, shareStart } from "./arguments";

/**
 * Takes its mean off each column and multiplies rows by the roots of their weights; a last row of zeros makes the rows
 * even.
 *
 * Arguments: columns (f64), bytes from one to the next, rows, columns, means, roots (0: none), rows of a chunk (even),
 * bytes from one chunk to the next.
 */
export function centreColumns(thread: i32, threads: i32): void {
  const rows = <i32>arg(2);
  const count = <i32>arg(3);
  const most = <i32>arg(6);
  const end = shareStart(count, thread + 1, threads);
  for (let j = shareStart(count, thread, threads); j < end; j++) {
    const mean = load<f64>(arg(4) + ((<usize>j) << 3));
    let column = arg(0) + <usize>j * arg(1);
    let roots = arg(5);
    for (let from = 0; from < rows; from += most, column += arg(7)) {
      const own = min(most, rows - from);
      centreColumn(column, (own + 1) >> 1, mean, roots);
      if (own & 1) store<f64>(column + ((<usize>own) << 3), 0);
      if (roots != 0) roots += (<usize>most) << 3;
    }
  }
}

function centreColumn(column: usize, pairs: i32, mean: f64, roots: usize): void {
  const both = f64x2.splat(mean);
  const bytes = (<usize>pairs) << 4;
  if (roots == 0) {
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(column + at, f64x2.sub(v128.load(column + at), both));
    return;
  }
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(column + at, f64x2.mul(v128.load(roots + at), f64x2.sub(v128.load(column + at), both)));
}

/**
 * Adds the products of columns to the lower triangle of `gram`, in tiles of four columns by two; what tiles hold above
 * the diagonal is filled too.
 *
 * Arguments: columns (f64), bytes from one to the next, rows, columns (a multiple of four), gram (row-major), rows of a
 * chunk (even), bytes from one chunk to the next.
 */
export function addGram(thread: i32, threads: i32): void {
  const rows = <i32>arg(2);
  const count = <i32>arg(3);
  const most = <i32>arg(5);
  // Below four columns of the matrix with 4 q before them stand 2 q + 2 tiles, so q (q + 1) come before.
  const tiles = (count >> 2) * ((count >> 2) + 1);
  const first = shareStart(tiles, thread, threads);
  const end = shareStart(tiles, thread + 1, threads);
  let quad = 0;
  while ((quad + 1) * (quad + 2) <= first) quad++;
  let columns = arg(0);
  for (let from = 0; from < rows; from += most, columns += arg(6)) {
    addTiles(columns, (min(most, rows - from) + 1) >> 1, quad, first, end);
  }
}

function addTiles(columns: usize, pairs: i32, firstQuad: i32, first: i32, end: i32): void {
  const stride = arg(1);
  const bytes = (<usize>pairs) << 4;
  const line = arg(3) << 3;
  let quad = firstQuad;
  let pair = first - quad * (quad + 1);
  for (let tile = first; tile < end; tile++) {
    const to = arg(4) + <usize>(4 * quad) * line + ((<usize>pair) << 4);
    addTile(
      columns + <usize>(4 * quad) * stride,
      columns + <usize>(2 * pair) * stride,
      stride,
      bytes,
      to,
      line,
    );
    if (++pair == 2 * quad + 2) {
      pair = 0;
      quad++;
    }
  }
}

/** Eight sums at once: each number that is read is used two or four times. */
function addTile(four: usize, two: usize, stride: usize, bytes: usize, to: usize, line: usize): void {
  let a = four;
  let b = four + stride;
  let c = b + stride;
  let d = c + stride;
  let x = two;
  let y = two + stride;
  let ax = f64x2.splat(0);
  let ay = f64x2.splat(0);
  let bx = f64x2.splat(0);
  let by = f64x2.splat(0);
  let cx = f64x2.splat(0);
  let cy = f64x2.splat(0);
  let dx = f64x2.splat(0);
  let dy = f64x2.splat(0);
  for (const end = a + bytes; a < end; a += 16, b += 16, c += 16, d += 16, x += 16, y += 16) {
    const u = v128.load(x);
    const v = v128.load(y);
    let one = v128.load(a);
    ax = f64x2.add(ax, f64x2.mul(one, u));
    ay = f64x2.add(ay, f64x2.mul(one, v));
    one = v128.load(b);
    bx = f64x2.add(bx, f64x2.mul(one, u));
    by = f64x2.add(by, f64x2.mul(one, v));
    one = v128.load(c);
    cx = f64x2.add(cx, f64x2.mul(one, u));
    cy = f64x2.add(cy, f64x2.mul(one, v));
    one = v128.load(d);
    dx = f64x2.add(dx, f64x2.mul(one, u));
    dy = f64x2.add(dy, f64x2.mul(one, v));
  }
  addSums(to, ax, ay);
  addSums(to + line, bx, by);
  addSums(to + 2 * line, cx, cy);
  addSums(to + 3 * line, dx, dy);
}

/** Adds the two lanes' sum of each of two sums to two numbers side by side. */
function addSums(to: usize, x: v128, y: v128): void {
  const even = v128.shuffle<f64>(x, y, 0, 2);
  const odd = v128.shuffle<f64>(x, y, 1, 3);
  v128.store(to, f64x2.add(v128.load(to), f64x2.add(even, odd)));
}
