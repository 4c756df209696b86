// A node whose split is sought: its sums, the limits of a split, and the best one found so far. All of it is in globals,
// of which each thread has its own.

import { arg, floatArg } from "./arguments";

/** Where a node stands in memory: 48 bytes, see {@link loadNode}. */
export const NODE_BYTES: usize = 48;
/** A feature's best split, as {@link storeBest} writes it. */
export const RECORD_BYTES: usize = 96;

let wide: bool = false;
let countBits: i64 = 0;
let countMask: i64 = 0;
let gradientUnit: f64 = 0;
let hessianUnit: f64 = 0;
let l1: f64 = 0;
let l2: f64 = 0;
let minHessian: f64 = 0;
let minCount: f64 = 0;
let minGain: f64 = 0;

let histogram: usize = 0;
let count: f64 = 0;
let ownLoss: f64 = 0;
let lower: f64 = 0;
let upper: f64 = 0;
let isBounded: bool = false;
let monotone: i32 = 0;
/** Whether leaves are the plain Newton steps, without a penalty on their size or bounds. */
let isPlain: bool = true;

/** Sums of the node, and of the side that grows during a scan: packed in the first word, or wide in both. */
let nodeA: i64 = 0;
let nodeB: i64 = 0;
let nearA: i64 = 0;
let nearB: i64 = 0;
let nodeGradient: f64 = 0;
let nodeHessian: f64 = 0;
let rowsPerHessian: f64 = 0;

let bestGain: f64 = 0;
let bestA: i64 = 0;
let bestB: i64 = 0;

/** Reads what holds for all nodes of the job. Arguments 4 to 12: wide, count bits, units, l1, l2, least hessian, rows and gain. */
export function loadLimits(): void {
  wide = arg(4) != 0;
  countBits = <i64>arg(5);
  countMask = (1 << countBits) - 1;
  gradientUnit = floatArg(6);
  hessianUnit = floatArg(7);
  l1 = floatArg(8);
  l2 = floatArg(9);
  minHessian = floatArg(10);
  minCount = floatArg(11);
  minGain = floatArg(12);
}

/** Reads a node: histogram (u32), rows (i32), its own value, lowest and highest value of its leaves (f64). */
export function loadNode(at: usize): void {
  histogram = <usize>load<u32>(at);
  count = <f64>load<i32>(at, 4);
  const value = load<f64>(at, 8);
  lower = load<f64>(at, 16);
  upper = load<f64>(at, 24);
  isBounded = lower > -Infinity || upper < Infinity;
  // The rows of a node are the sum of any one feature's slots.
  let a: i64 = 0;
  let b: i64 = 0;
  const end = histogram + (wide ? 4096 : 2048);
  if (wide) {
    for (let slot = histogram; slot < end; slot += 16) {
      a += load<i64>(slot);
      b += load<i64>(slot, 8);
    }
  } else for (let slot = histogram; slot < end; slot += 8) a += load<i64>(slot);
  nodeA = a;
  nodeB = b;
  nodeGradient = gradientOf(nodeA);
  nodeHessian = hessianOf(nodeA, nodeB);
  rowsPerHessian = nodeHessian > 0 ? count / nodeHessian : 0;
  isPlain = l1 == 0 && !isBounded;
  ownLoss = 2 * nodeGradient * value + (nodeHessian + l2) * value * value + 2 * l1 * Math.abs(value);
}

/** Begins a feature: nothing is better yet than the least gain. */
export function beginFeature(constraint: i32): void {
  bestGain = minGain;
  monotone = constraint;
}

export function slotOf(feature: usize, bin: i32): usize {
  return histogram + (((feature << 8) + <usize>bin) << (wide ? 4 : 3));
}

function gradientOf(a: i64): f64 {
  return <f64>(wide ? a : a >> 32) * gradientUnit;
}

function hessianOf(a: i64, b: i64): f64 {
  return <f64>(wide ? b >> countBits : a & 0xffffffff) * hessianUnit;
}

/** Gradient and hessian of one slot, and whether it holds any row. */
export function slotGradient(slot: usize): f64 {
  return gradientOf(load<i64>(slot));
}

export function slotHessian(slot: usize): f64 {
  return wide ? hessianOf(0, load<i64>(slot, 8)) : hessianOf(load<i64>(slot), 0);
}

export function isEmpty(slot: usize): bool {
  return wide ? load<i64>(slot, 8) == 0 : load<i64>(slot) == 0;
}

/** Rows of a slot, by its share of the hessian where they are not counted. */
export function slotRows(slot: usize): f64 {
  return slotHessian(slot) * rowsPerHessian;
}

export function beginSide(): void {
  nearA = 0;
  nearB = 0;
}

export function addSlot(slot: usize): void {
  nearA += load<i64>(slot);
  if (wide) nearB += load<i64>(slot, 8);
}

/** Rows of a side: counted, or, packed, estimated by its share of the hessian (the caller counts when it divides them). */
function rowsOf(a: i64, b: i64): f64 {
  return wide ? <f64>(b & countMask) : nearest(hessianOf(a, b) * rowsPerHessian);
}

/** What a leaf of these sums decreases the loss by, negated and doubled, at the value that the limits allow. */
function lossOf(gradient: f64, hessian: f64): f64 {
  const value = valueOf(gradient, hessian);
  return 2 * gradient * value + (hessian + l2) * value * value + 2 * l1 * Math.abs(value);
}

function valueOf(gradient: f64, hessian: f64): f64 {
  const shrunk = gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0;
  return max(lower, min(upper, -shrunk / (hessian + l2)));
}

/**
 * Tries the cut between the side that grows and the rest. 0: too little yet on this side; 1: tried; 2: too little is
 * left on the other side, as for every cut after it.
 */
export function tryCut(): i32 {
  const hessian = hessianOf(nearA, nearB);
  const rows = rowsOf(nearA, nearB);
  if (rows < minCount || hessian < minHessian) return 0;
  const farHessian = nodeHessian - hessian;
  if (count - rows < minCount || farHessian < minHessian) return 2;
  const gradient = gradientOf(nearA);
  const farGradient = nodeGradient - gradient;
  let gain: f64;
  if (isPlain && monotone == 0) {
    const g = f64x2.replace_lane(f64x2.splat(gradient), 1, farGradient);
    const h = f64x2.replace_lane(f64x2.splat(hessian + l2), 1, farHessian + l2);
    const both = f64x2.div(f64x2.mul(g, g), h);
    gain = ownLoss + f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  } else {
    if (monotone != 0) {
      const rise = valueOf(farGradient, farHessian) - valueOf(gradient, hessian);
      if (rise * <f64>(isLeftNear ? monotone : -monotone) < 0) return 1;
    }
    gain = ownLoss - lossOf(gradient, hessian) - lossOf(farGradient, farHessian);
  }
  if (!(gain > bestGain)) return 1;
  bestGain = gain;
  bestA = nearA;
  bestB = nearB;
  improved = true;
  return 1;
}

/** Whether {@link scanPlainPacked} may stand for {@link tryCut} on this feature. */
export function isQuick(): bool {
  return isPlain && monotone == 0 && !wide;
}

/**
 * The cuts of packed slots from bin `first`, `bins` of them, up or down, without penalties and bounds: what
 * {@link tryCut} would do, in whole units and without a call. Gives the bin of a cut better than any before, or -1.
 */
export function scanPlainPacked(feature: usize, first: i32, bins: i32, up: bool): i32 {
  // Everything in units of the hessian: G²/(H + l2) = gradientUnit² / hessianUnit * g²/(h + l2 / hessianUnit).
  const factor = (gradientUnit * gradientUnit) / hessianUnit;
  const penalty = f64x2.splat(l2 / hessianUnit);
  const nodeG = <f64>(nodeA >> 32);
  const nodeH = <f64>(nodeA & 0xffffffff);
  const perRow = rowsPerHessian * hessianUnit;
  const least = max(minHessian / hessianUnit, perRow > 0 ? (minCount - 0.5) / perRow : 0);
  const most = nodeH - least;
  const start = slotOf(feature, first);
  const step: usize = up ? 8 : -8;
  let slot = start;
  let near: i64 = 0;
  let best = (bestGain - ownLoss) / factor;
  let bestBin = -1;
  for (let i = 0; i < bins; i++, slot += step) {
    const here = load<i64>(slot);
    if (here == 0) continue;
    near += here;
    const h = <f64>(<u32>near);
    if (h < least) continue;
    if (h > most) break;
    const g = <f64>(<i32>(near >> 32));
    const gradients = f64x2.replace_lane(f64x2.splat(g), 1, nodeG - g);
    const hessians = f64x2.add(f64x2.replace_lane(f64x2.splat(h), 1, nodeH - h), penalty);
    const both = f64x2.div(f64x2.mul(gradients, gradients), hessians);
    const gain = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    if (gain > best) {
      best = gain;
      bestA = near;
      bestBin = up ? first + i : first - i;
    }
  }
  if (bestBin >= 0) bestGain = ownLoss + factor * best;
  return bestBin;
}

/** Whether the side that grows is the left one. */
export let isLeftNear: bool = true;
/** Whether the last cut tried was the best so far. */
export let improved: bool = false;

export function scanFrom(left: bool): void {
  isLeftNear = left;
  beginSide();
}

export function clearImproved(): void {
  improved = false;
}

/** Whether the side of the best cut holds more rows than the other. */
export function bestHoldsMost(): bool {
  return 2 * rowsOf(bestA, bestB) > count;
}

/**
 * Writes a split: gain, gradient and hessian left, gradient and hessian right (f64), rows left (i32), bin (i32; -1: a
 * set), missing left (i32), 4 bytes unused, and the set of bins that go left (256 bits).
 */
export function storeBest(at: usize, bin: i32, missingLeft: bool, nearIsLeft: bool): void {
  const gradient = gradientOf(bestA);
  const hessian = hessianOf(bestA, bestB);
  const farGradient = gradientOf(nodeA - (wide ? bestA : 0)) - (wide ? 0 : gradient);
  const farHessian = wide ? hessianOf(0, nodeB - bestB) : nodeHessian - hessian;
  const rows = rowsOf(bestA, bestB);
  store<f64>(at, bestGain);
  store<f64>(at, nearIsLeft ? gradient : farGradient, 8);
  store<f64>(at, nearIsLeft ? hessian : farHessian, 16);
  store<f64>(at, nearIsLeft ? farGradient : gradient, 24);
  store<f64>(at, nearIsLeft ? farHessian : hessian, 32);
  store<i32>(at, <i32>(nearIsLeft ? rows : count - rows), 40);
  store<i32>(at, bin, 44);
  store<i32>(at, missingLeft ? 1 : 0, 48);
}

/** Writes that a feature has no split. */
export function storeNone(at: usize): void {
  store<f64>(at, -1);
}
