// Products of float32 matrices, in tiles of 4 x 8 or 6 x 8 sums that stay in registers.
import { madd } from "./madd";

/** Rows of the right matrix, and columns of it, that are packed at a time: half a MiB, which the second cache holds. */
const depth: i32 = 512;
const breadth: i32 = 256;

/**
 * In place of `bRow`: the right matrix is that of the call before in the same scratch, where it lies packed; {@link staysPacked}
 * says whether it does.
 */
export const packedBefore: usize = 0;

/** Whether a right matrix of these sizes stays in the scratch as a whole, after a product with so many rows of a left one. */
export function staysPacked(m: i32, k: i32, n: i32): bool {
  return m >= few && k <= depth && n <= breadth;
}

/** Fewer rows than these are not worth a copy of the right matrix. */
const few: i32 = 8;

/** Rows of a tile. */
const tall: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** Rows of a transposed left matrix that are packed at a time: whole tiles of either height. */
const height: i32 = 12;

/** Bytes of scratch that {@link multiply} needs: the packed parts of both matrices, and a tile for the edges. */
export function multiplyScratch(): usize {
  return <usize>((depth * breadth + height * depth + 48) * 4);
}

/**
 * c = a b + start, then cut from below at `least`. Places are bytes apart: rows and columns of `a` (m x k) and `b` (k x n),
 * of which one is 4, and rows of `c` (m x n).
 *
 * @param start what sums start from: numbers `startRow` bytes apart by row, 0 for one row under all; none where it is 0
 */
export function multiply(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  m: i32,
  k: i32,
  n: i32,
  least: f32,
  scratch: usize,
): void {
  for (let j = 0; j < n; j += breadth) {
    const columns = min(breadth, n - j);
    const to = c + ((<usize>j) << 2);
    let from: usize = start == 0 ? <usize>0 : start + ((<usize>j) << 2);
    let fromRow = startRow;
    for (let p = 0; p < k; p += depth) {
      const inner = min(depth, k - p);
      const left = a + aColumn * p;
      const right = b + bRow * p + bColumn * j;
      const floor = p + inner < k ? -Infinity : least;
      multiplyBlock(
        left,
        aRow,
        aColumn,
        right,
        bRow,
        bColumn,
        to,
        cRow,
        from,
        fromRow,
        m,
        inner,
        columns,
        <f32>floor,
        scratch,
      );
      // Later parts of a sum are added to the earlier ones.
      from = to;
      fromRow = cRow;
    }
  }
}

function multiplyBlock(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  m: i32,
  k: i32,
  n: i32,
  least: f32,
  scratch: usize,
): void {
  const packed = scratch;
  const packedLeft = packed + ((<usize>(depth * breadth)) << 2);
  const tile = packedLeft + ((<usize>(height * depth)) << 2);
  // The last columns are always packed, for there may be nothing behind them.
  const direct = m < few && bColumn == 4;
  const whole = n & ~7;
  if (bRow != packedBefore) pack(b, bRow, bColumn, k, n, direct ? whole : 0, packed);
  for (let i0 = 0; i0 < m; i0 += height) {
    const rows = min(height, m - i0);
    const copied = aRow == 4 && aColumn != 4 && rows == height;
    if (copied) packLeft(a + aRow * i0, aColumn, k, packedLeft);
    for (let i1 = 0; i1 < rows; ) {
      const i = i0 + i1;
      const full = rows - i1 >= tall;
      let left = a + aRow * i;
      let leftRow = aRow;
      let leftColumn = aColumn;
      if (copied) {
        left = packedLeft + ((<usize>(i1 * k)) << 2);
        leftRow = 4;
        leftColumn = tall << 2;
      }
      for (let j = 0; j < n; j += 8) {
        const edge = j >= whole;
        const straight = direct && !edge;
        const right = straight ? b + ((<usize>j) << 2) : packed + ((<usize>(j * k)) << 2);
        const rightRow: usize = straight ? bRow : 32;
        let from: usize = start == 0 ? <usize>0 : start + startRow * i + ((<usize>j) << 2);
        let fromRow = startRow;
        let to = c + cRow * i + ((<usize>j) << 2);
        let toRow = cRow;
        if (edge) {
          if (from != 0) copyTile(tile, 32, from, fromRow, n - j, full ? tall : 1);
          from = from == 0 ? <usize>0 : tile;
          fromRow = 32;
          to = tile;
          toRow = 32;
        }
        if (full) {
          if (tall == 6)
            tile6(k, left, leftRow, leftColumn, right, rightRow, to, toRow, from, fromRow, least);
          else tile4(k, left, leftRow, leftColumn, right, rightRow, to, toRow, from, fromRow, least);
        } else tile1(k, left, leftColumn, right, rightRow, to, from, least);
        if (edge) copyTile(c + cRow * i + ((<usize>j) << 2), cRow, tile, 32, n - j, full ? tall : 1);
      }
      i1 += full ? tall : 1;
    }
  }
}

function copyTile(to: usize, toRow: usize, from: usize, fromRow: usize, columns: i32, rows: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = (<usize>j) << 2;
      store<f32>(to + toRow * i + at, load<f32>(from + fromRow * i + at));
    }
  }
}

/** The right matrix from column `first` on, 8 columns side by side, row by row; zeros fill the last ones up. */
function pack(b: usize, bRow: usize, bColumn: usize, k: i32, n: i32, first: i32, out: usize): void {
  for (let j = first; j < n; j += 8) {
    const to = out + ((<usize>(j * k)) << 2);
    const from = b + bColumn * j;
    const columns = min(8, n - j);
    if (columns < 8) packEdge(from, bRow, bColumn, k, columns, to);
    else if (bColumn == 4) packRows(from, bRow, k, to);
    else packColumns(from, bRow, bColumn, k, to);
  }
}

function packRows(b: usize, bRow: usize, k: i32, out: usize): void {
  for (let p = 0; p < k; p++) {
    v128.store(out, v128.load(b));
    v128.store(out, v128.load(b, 16), 16);
    b += bRow;
    out += 32;
  }
}

/** Of a matrix that lies column by column, 4 rows at a time. */
function packColumns(b: usize, bRow: usize, bColumn: usize, k: i32, out: usize): void {
  let p = 0;
  if (bRow == 4) {
    for (; p + 4 <= k; p += 4) {
      packSquare(b, bColumn, out);
      packSquare(b + bColumn * 4, bColumn, out + 16);
      b += 16;
      out += 128;
    }
  }
  packEdge(b, bRow, bColumn, k - p, 8, out);
}

/** 4 numbers of each of 4 columns, which come out as rows 32 bytes apart. */
function packSquare(b: usize, bColumn: usize, out: usize): void {
  const x0 = v128.load(b);
  const x1 = v128.load(b + bColumn);
  const x2 = v128.load(b + bColumn * 2);
  const x3 = v128.load(b + bColumn * 3);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<u64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<u64>(low01, low23, 1, 3), 32);
  v128.store(out, v128.shuffle<u64>(high01, high23, 0, 2), 64);
  v128.store(out, v128.shuffle<u64>(high01, high23, 1, 3), 96);
}

function packEdge(b: usize, bRow: usize, bColumn: usize, k: i32, columns: i32, out: usize): void {
  for (let p = 0; p < k; p++) {
    for (let q = 0; q < 8; q++) {
      const value = q < columns ? load<f32>(b + bRow * p + bColumn * q) : 0;
      store<f32>(out + ((<usize>(p * 8 + q)) << 2), value);
    }
  }
}

/** 12 rows of a matrix that lies column by column, those of a tile side by side. */
function packLeft(a: usize, aColumn: usize, k: i32, out: usize): void {
  const apart = (<usize>(k * tall)) << 2;
  for (let p = 0; p < k; p++) {
    const low = v128.load(a);
    const middle = v128.load(a, 16);
    const high = v128.load(a, 32);
    v128.store(out, low);
    if (tall == 6) {
      v128.store64_lane(out, middle, 0, 16);
      v128.store64_lane(out + apart, middle, 1);
      v128.store(out + apart, high, 8);
    } else {
      v128.store(out + apart, middle);
      v128.store(out + apart * 2, high);
    }
    a += aColumn;
    out += (<usize>tall) << 2;
  }
}

/** 4 x 8 sums: as many as registers hold where products and sums take one each. */
function tile4(
  k: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  least: f32,
): void {
  const a1 = aRow;
  const a2 = aRow * 2;
  const a3 = aRow * 3;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  for (let p = 0; p < k; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    const x1 = v128.load32_splat(a + a1);
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    const x2 = v128.load32_splat(a + a2);
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    const x3 = v128.load32_splat(a + a3);
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    a += aColumn;
    b += bRow;
  }
  finish(c, s00, s01, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow, s10, s11, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 2, s20, s21, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 3, s30, s31, start, least);
}

/** 6 x 8 sums: as many as they hold where a product is added at once. */
function tile6(
  k: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  least: f32,
): void {
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let a4 = a3 + aRow;
  let a5 = a4 + aRow;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  let s40 = f32x4.splat(0);
  let s41 = f32x4.splat(0);
  let s50 = f32x4.splat(0);
  let s51 = f32x4.splat(0);
  const end = b + bRow * k;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    a += aColumn;
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    const x1 = v128.load32_splat(a1);
    a1 += aColumn;
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    const x2 = v128.load32_splat(a2);
    a2 += aColumn;
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    const x3 = v128.load32_splat(a3);
    a3 += aColumn;
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    const x4 = v128.load32_splat(a4);
    a4 += aColumn;
    s40 = madd(x4, b0, s40);
    s41 = madd(x4, b1, s41);
    const x5 = v128.load32_splat(a5);
    a5 += aColumn;
    s50 = madd(x5, b0, s50);
    s51 = madd(x5, b1, s51);
    b += bRow;
  }
  finish(c, s00, s01, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow, s10, s11, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 2, s20, s21, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 3, s30, s31, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 4, s40, s41, start, least);
  if (start != 0) start += startRow;
  finish(c + cRow * 5, s50, s51, start, least);
}

function tile1(
  k: i32,
  a: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  start: usize,
  least: f32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  for (let p = 0; p < k; p++) {
    const x = v128.load32_splat(a);
    s0 = madd(x, v128.load(b), s0);
    s1 = madd(x, v128.load(b, 16), s1);
    a += aColumn;
    b += bRow;
  }
  finish(c, s0, s1, start, least);
}

function finish(c: usize, s0: v128, s1: v128, start: usize, least: f32): void {
  if (start != 0) {
    s0 = f32x4.add(s0, v128.load(start));
    s1 = f32x4.add(s1, v128.load(start, 16));
  }
  const floor = f32x4.splat(least);
  v128.store(c, f32x4.max(s0, floor));
  v128.store(c, f32x4.max(s1, floor), 16);
}
