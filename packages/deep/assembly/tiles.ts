// Tiles of matrix products: sums of a few rows and 8 columns, which stay in registers.
import { madd } from "./madd";

/** Rows of a tile. */
export const tall: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** 4 x 8 sums: as many as registers hold where products and sums take one each. */
export function tile4(
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
export function tile6(
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

export function tile1(
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
