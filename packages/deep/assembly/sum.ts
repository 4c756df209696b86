// Sums in float64 of float32 numbers: a float32 sum loses the variance of large numbers.

/** Each of `outer` runs of `count` numbers, times a factor. */
export function sumLast(x: usize, out: usize, outer: i32, count: i32, factor: f64): void {
  for (let o = 0; o < outer; o++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let i = 0;
    for (; i + 4 <= count; i += 4) {
      const four = v128.load(x);
      low = f64x2.add(low, f64x2.promote_low_f32x4(four));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(four)));
      x += 16;
    }
    const both = f64x2.add(low, high);
    let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    for (; i < count; i++) {
      sum += <f64>load<f32>(x);
      x += 4;
    }
    store<f32>(out + ((<usize>o) << 2), <f32>(sum * factor));
  }
}

/**
 * Over the middle axis of outer x count x inner numbers, times a factor.
 *
 * @param sums inner f64 of scratch
 */
export function sumFirst(
  x: usize,
  out: usize,
  outer: i32,
  count: i32,
  inner: i32,
  factor: f64,
  sums: usize,
): void {
  for (let o = 0; o < outer; o++) {
    memory.fill(sums, 0, (<usize>inner) << 3);
    for (let r = 0; r < count; r++) {
      addRow(sums, x, inner);
      x += (<usize>inner) << 2;
    }
    for (let i = 0; i < inner; i++) {
      store<f32>(out, <f32>(load<f64>(sums + ((<usize>i) << 3)) * factor));
      out += 4;
    }
  }
}

/** Adds `count` numbers to as many sums in float64. */
export function addRow(sums: usize, x: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(x);
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(four)));
    v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
    x += 16;
    sums += 32;
  }
  for (; i < count; i++) {
    store<f64>(sums, load<f64>(sums) + <f64>load<f32>(x));
    x += 4;
    sums += 8;
  }
}

/** Adds the products of two rows to sums in float64. */
export function addProducts(sums: usize, x: usize, y: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = f32x4.mul(v128.load(x), v128.load(y));
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(four)));
    v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
    x += 16;
    y += 16;
    sums += 32;
  }
  for (; i < count; i++) {
    store<f64>(sums, load<f64>(sums) + <f64>(load<f32>(x) * load<f32>(y)));
    x += 4;
    y += 4;
    sums += 8;
  }
}

export function upperHalf(x: v128): v128 {
  return v128.shuffle<u64>(x, x, 1, 1);
}
