// Histograms of gradients and hessians, exact in whole numbers, so that the order of the rows and threads can't change them.
//
// Packed: a slot is one i64, the gradient in its upper 32 bits and the hessian (never negative) in the lower ones.
// Wide: a slot is two i64, the gradient, and the hessian above as many low bits as the count of rows needs.

import { arg, shareStart } from "./arguments";

/** Slots of a feature. */
const BINS: usize = 256;

/**
 * Adds rows to this thread's histogram: its share of `rows[start..end)`.
 *
 * Arguments: bins (rows x features, u8), features, rows (i32; 0 for all rows in order), start, end,
 * quanta (a slot a row), histograms (one a thread), wide.
 */
export function fillHistogram(thread: i32, threads: i32): void {
  const bins = arg(0);
  const features = arg(1);
  const rows = arg(2);
  const start = <i32>arg(3);
  const count = <i32>arg(4) - start;
  const quanta = arg(5);
  const wide = arg(7) != 0;
  const bytes = features * (BINS << (wide ? 4 : 3));
  const histogram = arg(6) + <usize>thread * bytes;
  memory.fill(histogram, 0, bytes);
  const from = start + shareStart(count, thread, threads);
  const to = start + shareStart(count, thread + 1, threads);
  if (wide) fillWide(bins, features, rows, from, to, quanta, histogram);
  else if (rows == 0) fillPackedAll(bins, features, from, to, quanta, histogram);
  else fillPacked(bins, features, rows, from, to, quanta, histogram);
}

/** Adds one row. Eight features a turn: they touch different slots, so that no addition waits for the one before. */
function addPacked(row: usize, features: usize, quantum: i64, histogram: usize): void {
  let slot = histogram;
  const end = row + features;
  const inEights = row + (features & ~7);
  let at = row;
  for (; at < inEights; at += 8, slot += 8 * BINS * 8) {
    const eight = load<u64>(at);
    const a = slot + ((<usize>(eight & 255)) << 3);
    const b = slot + ((<usize>((eight >> 8) & 255)) << 3);
    const c = slot + ((<usize>((eight >> 16) & 255)) << 3);
    const d = slot + ((<usize>((eight >> 24) & 255)) << 3);
    const e = slot + ((<usize>((eight >> 32) & 255)) << 3);
    const f = slot + ((<usize>((eight >> 40) & 255)) << 3);
    const g = slot + ((<usize>((eight >> 48) & 255)) << 3);
    const h = slot + ((<usize>(eight >> 56)) << 3);
    store<i64>(a, load<i64>(a) + quantum);
    store<i64>(b, load<i64>(b, 2048) + quantum, 2048);
    store<i64>(c, load<i64>(c, 4096) + quantum, 4096);
    store<i64>(d, load<i64>(d, 6144) + quantum, 6144);
    store<i64>(e, load<i64>(e, 8192) + quantum, 8192);
    store<i64>(f, load<i64>(f, 10240) + quantum, 10240);
    store<i64>(g, load<i64>(g, 12288) + quantum, 12288);
    store<i64>(h, load<i64>(h, 14336) + quantum, 14336);
  }
  for (; at < end; at++, slot += BINS * 8) {
    const a = slot + ((<usize>load<u8>(at)) << 3);
    store<i64>(a, load<i64>(a) + quantum);
  }
}

function fillPackedAll(
  bins: usize,
  features: usize,
  from: i32,
  to: i32,
  quanta: usize,
  histogram: usize,
): void {
  let row = bins + <usize>from * features;
  for (let i = from; i < to; i++, row += features) {
    addPacked(row, features, load<i64>(quanta + ((<usize>i) << 3)), histogram);
  }
}

function fillPacked(
  bins: usize,
  features: usize,
  rows: usize,
  from: i32,
  to: i32,
  quanta: usize,
  histogram: usize,
): void {
  for (let p = from; p < to; p++) {
    const row = <usize>load<i32>(rows + ((<usize>p) << 2));
    addPacked(bins + row * features, features, load<i64>(quanta + (row << 3)), histogram);
  }
}

function fillWide(
  bins: usize,
  features: usize,
  rows: usize,
  from: i32,
  to: i32,
  quanta: usize,
  histogram: usize,
): void {
  for (let p = from; p < to; p++) {
    const row = rows == 0 ? <usize>p : <usize>load<i32>(rows + ((<usize>p) << 2));
    const quantum = v128.load(quanta + (row << 4));
    let slot = histogram;
    const end = bins + row * features + features;
    for (let at = bins + row * features; at < end; at++, slot += BINS * 16) {
      const a = slot + ((<usize>load<u8>(at)) << 4);
      v128.store(a, i64x2.add(v128.load(a), quantum));
    }
  }
}

/**
 * Sums the threads' histograms into the first, and, where there is a parent, takes the result off it.
 *
 * Arguments: histograms, parts (how many), i64s in one, target (where the sum goes), parent (0: none).
 */
export function mergeHistograms(thread: i32, threads: i32): void {
  const parts = <i32>arg(1);
  const words = <i32>arg(2);
  const bytes = (<usize>words) << 3;
  // Shares of whole vectors.
  const from = <usize>(shareStart(words >> 1, thread, threads) << 1);
  const to = <usize>(shareStart(words >> 1, thread + 1, threads) << 1);
  const source = arg(0);
  const target = arg(3);
  const parent = arg(4);
  for (let at = from << 3; at < to << 3; at += 16) {
    let sum = v128.load(source + at);
    for (let part = 1; part < parts; part++) {
      sum = i64x2.add(sum, v128.load(source + <usize>part * bytes + at));
    }
    v128.store(target + at, sum);
    if (parent != 0) v128.store(parent + at, i64x2.sub(v128.load(parent + at), sum));
  }
}
