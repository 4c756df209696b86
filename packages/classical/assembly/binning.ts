// From values to bins: sorting what thresholds are taken from, and finding each value's bin.

import { arg, shareStart } from "./arguments";

const RADIX: i32 = 2048;

/**
 * Sorts columns of doubles in place, ascending, missing ones last: radix sort by 11 bits a pass.
 *
 * Arguments: columns (one after another), how many, rows, scratch (as large as one column, and 8 KiB, for each thread),
 * counts (i32 a column: its values that are not missing).
 */
export function sortColumns(thread: i32, threads: i32): void {
  const rows = <usize>arg(2);
  const scratch = arg(3) + <usize>thread * ((rows << 3) + 8192);
  for (let c = thread; c < <i32>arg(1); c += threads) {
    const column = arg(0) + <usize>c * (rows << 3);
    store<i32>(arg(4) + ((<usize>c) << 2), sortColumn(column, rows, scratch));
  }
}

function sortColumn(column: usize, rows: usize, scratch: usize): i32 {
  const end = column + (rows << 3);
  let kept = column;
  // As unsigned keys of the same order: negative ones flipped, others above them. Missing values are left out.
  for (let at = column; at < end; at += 8) {
    const value = load<f64>(at);
    const bits = load<i64>(at);
    store<i64>(kept, bits ^ ((bits >> 63) | <i64>0x8000000000000000));
    kept += value == value ? 8 : 0;
  }
  const bytes = kept - column;
  const places = scratch + (rows << 3);
  let from = column;
  let to = scratch;
  for (let shift: u64 = 0; shift < 64; shift += 11) {
    if (!sortByDigit(from, to, bytes, shift, places)) continue;
    const swap = from;
    from = to;
    to = swap;
  }
  for (let at: usize = 0; at < bytes; at += 8) {
    const key = load<i64>(from + at);
    store<i64>(column + at, key ^ (~(key >> 63) | <i64>0x8000000000000000));
  }
  return <i32>(bytes >> 3);
}

/** One pass; false, and nothing moved, where all keys share the digit. */
function sortByDigit(from: usize, to: usize, bytes: usize, shift: u64, places: usize): bool {
  memory.fill(places, 0, RADIX << 2);
  for (let at: usize = 0; at < bytes; at += 8) {
    const place = places + ((<usize>((load<u64>(from + at) >> shift) & (RADIX - 1))) << 2);
    store<u32>(place, load<u32>(place) + 8);
  }
  let before: u32 = 0;
  for (let digit = 0; digit < RADIX; digit++) {
    const place = places + ((<usize>digit) << 2);
    const size = load<u32>(place);
    if (<usize>size == bytes) return false;
    store<u32>(place, before);
    before += size;
  }
  for (let at: usize = 0; at < bytes; at += 8) {
    const key = load<u64>(from + at);
    const place = places + ((<usize>((key >> shift) & (RADIX - 1))) << 2);
    const target = load<u32>(place);
    store<u64>(to + <usize>target, key);
    store<u32>(place, target + 8);
  }
  return true;
}

/**
 * Finds each value's bin: how many of its column's thresholds are below it, 255 for a missing one.
 *
 * Arguments: columns of values (f64, one after another), how many, rows, thresholds (255 f64 a column and one more,
 * filled up with infinity), out (u8, columns one after another).
 */
export function binColumns(thread: i32, threads: i32): void {
  const rows = <i32>arg(2);
  const from = shareStart(rows, thread, threads);
  const to = shareStart(rows, thread + 1, threads);
  for (let c: usize = 0; c < arg(1); c++) {
    const values = arg(0) + c * ((<usize>rows) << 3);
    const out = arg(4) + c * <usize>rows;
    const thresholds = arg(3) + (c << 11);
    let i = from;
    // Four searches at once, for each waits on its loads.
    for (; i + 4 <= to; i += 4) {
      const at = values + ((<usize>i) << 3);
      const a = load<f64>(at);
      const b = load<f64>(at, 8);
      const d = load<f64>(at, 16);
      const e = load<f64>(at, 24);
      let pa = thresholds;
      let pb = thresholds;
      let pd = thresholds;
      let pe = thresholds;
      for (let step: usize = 1024; step >= 8; step >>= 1) {
        pa += load<f64>(pa + step - 8) < a ? step : 0;
        pb += load<f64>(pb + step - 8) < b ? step : 0;
        pd += load<f64>(pd + step - 8) < d ? step : 0;
        pe += load<f64>(pe + step - 8) < e ? step : 0;
      }
      const packed =
        binOf(a, pa - thresholds) |
        (binOf(b, pb - thresholds) << 8) |
        (binOf(d, pd - thresholds) << 16) |
        (binOf(e, pe - thresholds) << 24);
      store<u32>(out + <usize>i, packed);
    }
    for (; i < to; i++) {
      const value = load<f64>(values + ((<usize>i) << 3));
      let place = thresholds;
      for (let step: usize = 1024; step >= 8; step >>= 1) {
        place += load<f64>(place + step - 8) < value ? step : 0;
      }
      store<u8>(out + <usize>i, <u8>binOf(value, place - thresholds));
    }
  }
}

function binOf(value: f64, bytes: usize): u32 {
  return value == value ? <u32>(bytes >> 3) : 255;
}

/** From columns of bins to rows of bins. Arguments: columns (u8, one after another), how many, rows, out. */
export function transposeBins(thread: i32, threads: i32): void {
  const columns = arg(0);
  const features = arg(1);
  const rows = <i32>arg(2);
  const out = arg(3);
  const to = shareStart(rows, thread + 1, threads);
  // Blocks small enough that their rows stay in the nearest cache while the columns go by.
  for (let start = shareStart(rows, thread, threads); start < to; start += 256) {
    const end = min(start + 256, to);
    for (let f: usize = 0; f < features; f++) {
      const column = columns + f * <usize>rows;
      let at = out + <usize>start * features + f;
      for (let i = start; i < end; i++, at += features) store<u8>(at, load<u8>(column + <usize>i));
    }
  }
}
