// (x - mean) / sqrt(variance + epsilon), and its gradient; see src/backend/kernels/standardise.ts, which does the same in plain
// loops. Where it is not centred, the mean is taken as 0.

import { addProducts, addRow, upperHalf } from "./sum";

/**
 * Of places x width numbers each column by itself.
 *
 * @param means width numbers; so are variances, and scales, of scratch
 * @param sums width f64 of scratch
 */
export function standardiseColumns(
  x: usize,
  z: usize,
  places: i32,
  width: i32,
  epsilon: f64,
  centred: i32,
  means: usize,
  variances: usize,
  scales: usize,
  sums: usize,
): void {
  const row = (<usize>width) << 2;
  memory.fill(sums, 0, row << 1);
  if (centred) for (let p: usize = 0; p < <usize>places; p++) addRow(sums, x + p * row, width);
  for (let at: usize = 0; at < row; at += 4)
    store<f32>(means + at, <f32>(load<f64>(sums + (at << 1)) / <f64>places));
  memory.fill(sums, 0, row << 1);
  for (let p: usize = 0; p < <usize>places; p++) {
    subtract(z + p * row, x + p * row, means, width);
    addProducts(sums, z + p * row, z + p * row, width);
  }
  for (let at: usize = 0; at < row; at += 4) {
    const variance = load<f64>(sums + (at << 1)) / <f64>places;
    store<f32>(variances + at, <f32>variance);
    store<f32>(scales + at, <f32>(1 / Math.sqrt(variance + epsilon)));
  }
  for (let p: usize = 0; p < <usize>places; p++) multiply(z + p * row, scales, width);
}

function subtract(out: usize, x: usize, y: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.sub(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(x + at) - load<f32>(y + at));
  }
}

function multiply(x: usize, y: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(x + at, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(x + at, load<f32>(x + at) * load<f32>(y + at));
  }
}

/**
 * The gradient of {@link standardiseColumns} for x.
 *
 * @param factors width f32 of scratch, three times
 * @param sums width f64 of scratch, twice
 */
export function standardiseColumnsGradient(
  dy: usize,
  z: usize,
  variances: usize,
  places: i32,
  width: i32,
  epsilon: f64,
  centred: i32,
  dx: usize,
  factors: usize,
  sums: usize,
): void {
  const row = (<usize>width) << 2;
  const products = sums + (row << 1);
  memory.fill(sums, 0, row << 2);
  for (let p: usize = 0; p < <usize>places; p++) {
    addRow(sums, dy + p * row, width);
    addProducts(products, dy + p * row, z + p * row, width);
  }
  // dx = (dy - z * mean of dy z - mean of dy) * scale, as dy * a + z * b + c.
  for (let at: usize = 0; at < row; at += 4) {
    const scale = 1 / Math.sqrt(<f64>load<f32>(variances + at) + epsilon);
    store<f32>(factors + at, <f32>scale);
    store<f32>(factors + row + at, <f32>((-scale * load<f64>(products + (at << 1))) / <f64>places));
    const plain = centred ? (-scale * load<f64>(sums + (at << 1))) / <f64>places : 0;
    store<f32>(factors + 2 * row + at, <f32>plain);
  }
  for (let p: usize = 0; p < <usize>places; p++)
    combine(dx + p * row, dy + p * row, z + p * row, factors, width);
}

function combine(dx: usize, dy: usize, z: usize, factors: usize, width: i32): void {
  const row = (<usize>width) << 2;
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const at = (<usize>j) << 2;
    const own = f32x4.mul(v128.load(dy + at), v128.load(factors + at));
    const along = f32x4.mul(v128.load(z + at), v128.load(factors + row + at));
    v128.store(dx + at, f32x4.add(f32x4.add(own, along), v128.load(factors + 2 * row + at)));
  }
  for (; j < width; j++) {
    const at = (<usize>j) << 2;
    const own = load<f32>(dy + at) * load<f32>(factors + at);
    const along = load<f32>(z + at) * load<f32>(factors + row + at);
    store<f32>(dx + at, own + along + load<f32>(factors + 2 * row + at));
  }
}

/** Of runs x members numbers each run by itself. */
export function standardiseRuns(
  x: usize,
  z: usize,
  runs: i32,
  members: i32,
  epsilon: f64,
  centred: i32,
  means: usize,
  variances: usize,
): void {
  const length = (<usize>members) << 2;
  for (let run = 0; run < runs; run++) {
    const mean = centred ? sumOf(x, members) / <f64>members : 0;
    const squares = centreAndSquare(z, x, <f32>mean, members);
    const variance = squares / <f64>members;
    scaleBy(z, <f32>(1 / Math.sqrt(variance + epsilon)), members);
    const place = (<usize>run) << 2;
    store<f32>(means + place, <f32>mean);
    store<f32>(variances + place, <f32>variance);
    x += length;
    z += length;
  }
}

function sumOf(x: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(x + ((<usize>i) << 2));
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(four)));
  }
  let sum = total(f64x2.add(low, high));
  for (; i < count; i++) sum += <f64>load<f32>(x + ((<usize>i) << 2));
  return sum;
}

/** Sum of the products of two runs. */
function dot(x: usize, y: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    const four = f32x4.mul(v128.load(x + at), v128.load(y + at));
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(four)));
  }
  let sum = total(f64x2.add(low, high));
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    sum += <f64>(load<f32>(x + at) * load<f32>(y + at));
  }
  return sum;
}

function total(both: v128): f64 {
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** Writes x - mean; gives the sum of its squares. */
function centreAndSquare(out: usize, x: usize, mean: f32, count: i32): f64 {
  const centre = f32x4.splat(mean);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.sub(v128.load(x + at), centre));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(x + at) - mean);
  }
  return dot(out, out, count);
}

function scaleBy(x: usize, scale: f32, count: i32): void {
  const factor = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = x + ((<usize>i) << 2);
    v128.store(at, f32x4.mul(v128.load(at), factor));
  }
  for (; i < count; i++) {
    const at = x + ((<usize>i) << 2);
    store<f32>(at, load<f32>(at) * scale);
  }
}

/** The gradient of {@link standardiseRuns} for x. */
export function standardiseRunsGradient(
  dy: usize,
  z: usize,
  variances: usize,
  runs: i32,
  members: i32,
  epsilon: f64,
  centred: i32,
  dx: usize,
): void {
  const length = (<usize>members) << 2;
  for (let run = 0; run < runs; run++) {
    const scale = 1 / Math.sqrt(<f64>load<f32>(variances + ((<usize>run) << 2)) + epsilon);
    const plain = centred ? (-scale * sumOf(dy, members)) / <f64>members : 0;
    const along = (-scale * dot(dy, z, members)) / <f64>members;
    combineRun(dx, dy, z, <f32>scale, <f32>along, <f32>plain, members);
    dy += length;
    z += length;
    dx += length;
  }
}

function combineRun(dx: usize, dy: usize, z: usize, a: f32, b: f32, c: f32, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    const own = f32x4.mul(v128.load(dy + at), f32x4.splat(a));
    const along = f32x4.mul(v128.load(z + at), f32x4.splat(b));
    v128.store(dx + at, f32x4.add(f32x4.add(own, along), f32x4.splat(c)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(dx + at, load<f32>(dy + at) * a + load<f32>(z + at) * b + c);
  }
}
