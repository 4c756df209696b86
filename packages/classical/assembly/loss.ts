// Gradients and hessians. Every loss writes, for each row, its gradient and hessian times the row's weight as two f32
// side by side. Rows come in blocks of a fixed size, each with sums of its own, so that the number of threads can't
// change how anything is rounded.

import { expPair } from "./math";
import { arg, floatArg, shareStart } from "./arguments";

export const BLOCK: i32 = 4096;

/** 2^-512: a product of probabilities below it is lifted by 2^512. */
const LOW: f64 = 7.458340731200207e-155;
const LIFT: f64 = 1.3407807929942597e154;

/**
 * Log loss of a label 0 or 1 under sigmoid(raw).
 *
 * Arguments: labels (u8), raw scores (f64), weights (f64; 0 for none), rows, out (f32 pairs), sums (64 bytes a block).
 * A block's sums are a product of probabilities of labels, how often it was multiplied by 2^512 to stay off zero, the sum
 * of those losses that are not in the product (all of them where there are weights; f64 each), and the largest gradient
 * and hessian (f32).
 */
export function binaryLogLoss(thread: i32, threads: i32): void {
  const rows = <i32>arg(3);
  const blocks = (rows + BLOCK - 1) / BLOCK;
  for (let block = thread; block < blocks; block += threads) {
    const from = block * BLOCK;
    logLossBlock(from, min(rows, from + BLOCK), arg(5) + ((<usize>block) << 6));
  }
}

/** Of a last row alone the second lane repeats the first; it is not stored, and its probability is 1. */
function logLossBlock(from: i32, to: i32, sums: usize): void {
  const labels = arg(0);
  const raw = arg(1);
  const weights = arg(2);
  const out = arg(4);
  const one = f64x2.splat(1);
  let product = one;
  let lifts: f64 = 0;
  let sum: f64 = 0;
  let most = f64x2.splat(0);
  let mostHessian = f64x2.splat(0);
  for (let i = from; i < to; i += 2) {
    const at = <usize>i;
    const both = i + 1 < to;
    const score = both ? v128.load(raw + (at << 3)) : v128.load64_splat(raw + (at << 3));
    const first = -(<i64>load<u8>(labels + at));
    const positive = i64x2.replace_lane(
      i64x2.splat(first),
      1,
      both ? -(<i64>load<u8>(labels + at, 1)) : first,
    );
    const small = expPair(f64x2.neg(f64x2.abs(score)));
    // Written so that neither 1 - p nor p loses its digits when the other is near 1.
    const likely = f64x2.div(one, f64x2.add(one, small));
    const unlikely = f64x2.mul(small, likely);
    const hits = v128.not(v128.xor(positive, f64x2.ge(score, f64x2.splat(0))));
    let own = v128.bitselect(likely, unlikely, hits);
    const missed = v128.bitselect(unlikely, likely, hits);
    let gradient = v128.bitselect(f64x2.neg(missed), missed, positive);
    let hessian = f64x2.mul(likely, unlikely);
    if (weights != 0) {
      const lanes = both ? 2 : 1;
      for (let lane = 0; lane < lanes; lane++) {
        const e = lane == 0 ? f64x2.extract_lane(small, 0) : f64x2.extract_lane(small, 1);
        const s = lane == 0 ? f64x2.extract_lane(score, 0) : f64x2.extract_lane(score, 1);
        const hit = (lane == 0 ? i64x2.extract_lane(hits, 0) : i64x2.extract_lane(hits, 1)) != 0;
        sum += load<f64>(weights + ((at + lane) << 3)) * (Math.log1p(e) + (hit ? 0 : Math.abs(s)));
      }
      const weight = both ? v128.load(weights + (at << 3)) : v128.load64_splat(weights + (at << 3));
      gradient = f64x2.mul(gradient, weight);
      hessian = f64x2.mul(hessian, weight);
    } else {
      if (!both) own = f64x2.replace_lane(own, 1, 1);
      if (v128.any_true(f64x2.lt(own, f64x2.splat(1e-100)))) {
        // Here log1p(e^-|s|) is below the last bit of |s|.
        if (f64x2.extract_lane(own, 0) < 1e-100) {
          sum += Math.abs(f64x2.extract_lane(score, 0));
          own = f64x2.replace_lane(own, 0, 1);
        }
        if (f64x2.extract_lane(own, 1) < 1e-100) {
          sum += Math.abs(f64x2.extract_lane(score, 1));
          own = f64x2.replace_lane(own, 1, 1);
        }
      }
      product = f64x2.mul(product, own);
      const low = f64x2.lt(product, f64x2.splat(LOW));
      if (v128.any_true(low)) {
        product = v128.bitselect(f64x2.mul(product, f64x2.splat(LIFT)), product, low);
        lifts += <f64>popcnt(i64x2.bitmask(low));
      }
    }
    most = f64x2.pmax(most, f64x2.abs(gradient));
    mostHessian = f64x2.pmax(mostHessian, hessian);
    const g = f32x4.demote_f64x2_zero(gradient);
    const h = f32x4.demote_f64x2_zero(hessian);
    const pairs = v128.shuffle<f32>(g, h, 0, 4, 1, 5);
    if (both) v128.store(out + (at << 3), pairs);
    else v128.store64_lane(out + (at << 3), pairs, 0);
  }
  let rest = f64x2.extract_lane(product, 0);
  if (rest < 1e-77) {
    rest *= LIFT;
    lifts++;
  }
  store<f64>(sums, rest * f64x2.extract_lane(product, 1));
  store<f64>(sums, lifts, 8);
  store<f64>(sums, sum, 16);
  store<f32>(sums, <f32>max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 24);
  store<f32>(sums, <f32>max(f64x2.extract_lane(mostHessian, 0), f64x2.extract_lane(mostHessian, 1)), 28);
}

/**
 * Log loss of a class under softmax(raw).
 *
 * Arguments: classes of the rows (i32), raw scores (f64, one array a class), weights (f64; 0 for none), rows, out (f32
 * pairs, one array a class), sums (as {@link binaryLogLoss}), how many classes, bytes from one array of scores (and of
 * pairs) to the next, scratch (16 bytes a class, for each thread).
 */
export function multinomialLogLoss(thread: i32, threads: i32): void {
  const rows = <i32>arg(3);
  const blocks = (rows + BLOCK - 1) / BLOCK;
  const scratch = arg(8) + <usize>thread * (arg(6) << 4);
  for (let block = thread; block < blocks; block += threads) {
    const from = block * BLOCK;
    softmaxBlock(from, min(rows, from + BLOCK), scratch, arg(5) + ((<usize>block) << 6));
  }
}

function softmaxBlock(from: i32, to: i32, scratch: usize, sums: usize): void {
  const weights = arg(2);
  const classes = arg(6);
  const stride = arg(7);
  let product: f64 = 1;
  let lifts: f64 = 0;
  let sum: f64 = 0;
  let most = f64x2.splat(0);
  let mostHessian = f64x2.splat(0);
  for (let i = from; i < to; i += 2) {
    const at = (<usize>i) << 3;
    const both = i + 1 < to;
    softmaxPair(arg(1) + at, classes, stride, both, scratch);
    const weight =
      weights == 0 ? f64x2.splat(1) : both ? v128.load(weights + at) : v128.load64_splat(weights + at);
    const first = load<i32>(arg(0) + (at >> 1));
    const second = both ? load<i32>(arg(0) + (at >> 1), 4) : first;
    for (let k: usize = 0; k < classes; k++) {
      const p = v128.load(scratch + (k << 4));
      const own = f64x2.replace_lane(f64x2.splat(first == <i32>k ? 1 : 0), 1, second == <i32>k ? 1 : 0);
      const gradient = f64x2.mul(weight, f64x2.sub(p, own));
      const hessian = f64x2.mul(weight, f64x2.mul(p, f64x2.sub(f64x2.splat(1), p)));
      most = f64x2.pmax(most, f64x2.abs(gradient));
      mostHessian = f64x2.pmax(mostHessian, hessian);
      const pairs = v128.shuffle<f32>(
        f32x4.demote_f64x2_zero(gradient),
        f32x4.demote_f64x2_zero(hessian),
        0,
        4,
        1,
        5,
      );
      const out = arg(4) + k * stride + at;
      if (both) v128.store(out, pairs);
      else v128.store64_lane(out, pairs, 0);
    }
    const lanes = both ? 2 : 1;
    for (let lane = 0; lane < lanes; lane++) {
      const own = load<f64>(scratch + ((<usize>(lane == 0 ? first : second)) << 4) + ((<usize>lane) << 3));
      if (weights != 0 || own < 1e-100) {
        const loss = softmaxLoss(
          arg(1) + at + ((<usize>lane) << 3),
          classes,
          stride,
          lane == 0 ? first : second,
        );
        sum += weights == 0 ? loss : loss * load<f64>(weights + at + ((<usize>lane) << 3));
      } else {
        product *= own;
        if (product < LOW) {
          product *= LIFT;
          lifts++;
        }
      }
    }
  }
  store<f64>(sums, product);
  store<f64>(sums, lifts, 8);
  store<f64>(sums, sum, 16);
  store<f32>(sums, <f32>max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 24);
  store<f32>(sums, <f32>max(f64x2.extract_lane(mostHessian, 0), f64x2.extract_lane(mostHessian, 1)), 28);
}

/** The loss of one row, where its probability is of no use: it may be 0. */
function softmaxLoss(raw: usize, classes: usize, stride: usize, label: i32): f64 {
  let top = -Infinity;
  for (let k: usize = 0; k < classes; k++) top = max(top, load<f64>(raw + k * stride));
  let total: f64 = 0;
  for (let k: usize = 0; k < classes; k++) total += Math.exp(load<f64>(raw + k * stride) - top);
  return top + Math.log(total) - load<f64>(raw + <usize>label * stride);
}

/** Probabilities of two rows, class by class. */
function softmaxPair(raw: usize, classes: usize, stride: usize, both: bool, out: usize): void {
  let top = f64x2.splat(-Infinity);
  for (let k: usize = 0; k < classes; k++) {
    const at = raw + k * stride;
    const score = both ? v128.load(at) : v128.load64_splat(at);
    v128.store(out + (k << 4), score);
    top = f64x2.pmax(top, score);
  }
  let total = f64x2.splat(0);
  for (let k: usize = 0; k < classes; k++) {
    const e = expPair(f64x2.sub(v128.load(out + (k << 4)), top));
    v128.store(out + (k << 4), e);
    total = f64x2.add(total, e);
  }
  const each = f64x2.div(f64x2.splat(1), total);
  for (let k: usize = 0; k < classes; k++) {
    v128.store(out + (k << 4), f64x2.mul(v128.load(out + (k << 4)), each));
  }
}

/** Largest gradient, regardless of sign, and hessian of each block. Arguments: derivatives, rows, sums (64 bytes a block, of which these are at 24). */
export function largestDerivatives(thread: i32, threads: i32): void {
  const derivatives = arg(0);
  const rows = <i32>arg(1);
  const blocks = (rows + BLOCK - 1) / BLOCK;
  for (let block = thread; block < blocks; block += threads) {
    const from = derivatives + ((<usize>(block * BLOCK)) << 3);
    const to = derivatives + ((<usize>min(rows, (block + 1) * BLOCK)) << 3);
    let most = f32x4.splat(0);
    let at = from;
    for (; at + 16 <= to; at += 16) most = f32x4.max(most, f32x4.abs(v128.load(at)));
    let g = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 2));
    let h = max(f32x4.extract_lane(most, 1), f32x4.extract_lane(most, 3));
    if (at < to) {
      g = max(g, Mathf.abs(load<f32>(at)));
      h = max(h, load<f32>(at, 4));
    }
    store<f32>(arg(2) + ((<usize>block) << 6), g, 24);
    store<f32>(arg(2) + ((<usize>block) << 6), h, 28);
  }
}

/** 32 well mixed bits of four numbers (Wellons' "lowbias32"). */
function mixed(given: v128): v128 {
  let x = given;
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/**
 * Derivatives as whole multiples of a quantum. Packed: rounded up or down at random, so that sums are right on average.
 * Wide: to the nearest, of a quantum so fine that nothing is lost that a double would keep.
 *
 * Arguments: derivatives (f32 pairs), rows, out (i64 a row, or two; room for one row more), wide, quanta in a unit of
 * gradient (f64), and of hessian (f64), seed, low bits kept for the count (wide).
 */
export function quantise(thread: i32, threads: i32): void {
  const rows = <i32>arg(1);
  // Shares of whole pairs.
  const pairs = (rows + 1) >> 1;
  const from = shareStart(pairs, thread, threads) << 1;
  const to = min(rows, shareStart(pairs, thread + 1, threads) << 1);
  if (arg(3) != 0) quantiseWide(from, to);
  else quantisePacked(from, to);
}

function quantiseWide(from: i32, to: i32): void {
  const derivatives = arg(0);
  const out = arg(2);
  const perGradient = floatArg(4);
  const perHessian = floatArg(5);
  const countBits = <i64>arg(7);
  for (let i = from; i < to; i++) {
    const at = <usize>i;
    const gradient = <f64>load<f32>(derivatives + (at << 3)) * perGradient;
    const hessian = <f64>load<f32>(derivatives + (at << 3), 4) * perHessian;
    store<i64>(out + (at << 4), <i64>nearest(gradient));
    store<i64>(out + (at << 4), ((<i64>nearest(hessian)) << countBits) + 1, 8);
  }
}

function quantisePacked(from: i32, to: i32): void {
  const derivatives = arg(0);
  const out = arg(2);
  const gradientScale = f32x4.splat(<f32>floatArg(4));
  const scale = f32x4.replace_lane(
    f32x4.replace_lane(gradientScale, 1, <f32>floatArg(5)),
    3,
    <f32>floatArg(5),
  );
  const seed = i32x4.splat(<i32>arg(6));
  const lanes = i32x4(0, 1, 2, 3);
  for (let i = from; i < to; i += 2) {
    const at = (<usize>i) << 3;
    const exact = f32x4.mul(v128.load(derivatives + at), scale);
    const random = mixed(v128.xor(i32x4.add(i32x4.splat(i << 1), lanes), seed));
    // 24 bits of it, as a fraction of 1.
    const fraction = f32x4.mul(
      f32x4.convert_i32x4_s(i32x4.shr_u(random, 8)),
      f32x4.splat(5.9604644775390625e-8),
    );
    const whole = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(exact, fraction)));
    // The hessian is the lower half of a slot.
    v128.store(out + at, v128.shuffle<i32>(whole, whole, 1, 0, 3, 2));
  }
}

/** Adds each leaf's value to its rows' scores. Arguments: rows (i32), scores (f64), leaves, starts (i32, one more than leaves), values (f64). */
export function addLeaves(thread: i32, threads: i32): void {
  const rows = arg(0);
  const scores = arg(1);
  const leaves = <i32>arg(2);
  const starts = arg(3);
  const values = arg(4);
  const count = load<i32>(starts + ((<usize>leaves) << 2));
  const from = shareStart(count, thread, threads);
  const to = shareStart(count, thread + 1, threads);
  for (let leaf = 0; leaf < leaves; leaf++) {
    const first = max(from, load<i32>(starts + ((<usize>leaf) << 2)));
    const last = min(to, load<i32>(starts + ((<usize>leaf) << 2), 4));
    const value = load<f64>(values + ((<usize>leaf) << 3));
    for (let p = first; p < last; p++) {
      const at = scores + ((<usize>load<u32>(rows + ((<usize>p) << 2))) << 3);
      store<f64>(at, load<f64>(at) + value);
    }
  }
}
