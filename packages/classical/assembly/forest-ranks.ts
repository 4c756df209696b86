// From values to ranks among the distinct values of their feature.

import { arg } from "./arguments";

const DIGIT: u64 = 11;
const DIGITS: usize = 2048;

/**
 * Ranks columns of doubles. Missing values get the number of distinct ones, 0 and -0 are the same.
 *
 * Arguments: columns (f64, one after another; each becomes its distinct values in ascending order), how many, rows,
 * scratch (32 bytes a row and 8 KiB for each thread), ranks (columns one after another), bytes of a rank (2 or 4),
 * counts (two i32 a column: distinct values, missing values).
 */
export function rankColumns(thread: i32, threads: i32): void {
  const rows = <usize>arg(2);
  const scratch = arg(3) + <usize>thread * ((rows << 5) + 8192);
  for (let c = thread; c < <i32>arg(1); c += threads) {
    const column = arg(0) + <usize>c * (rows << 3);
    const ranks = arg(4) + <usize>c * rows * arg(5);
    const counts = arg(6) + ((<usize>c) << 3);
    const present = writeEntries(column, rows, scratch);
    const entries = sortEntries(scratch, scratch + (rows << 4), present, scratch + (rows << 5));
    const distinct = rankEntries(entries, present, column);
    store<i32>(counts, distinct);
    store<i32>(counts, <i32>(rows - present), 4);
    // Missing ones rank above all others.
    const missing = scratch + (present << 4);
    for (let at = missing; at < scratch + (rows << 4); at += 16) store<u64>(at, distinct);
    if (arg(5) == 2) {
      spread<u16>(entries, present, ranks);
      spread<u16>(missing, rows - present, ranks);
    } else {
      spread<u32>(entries, present, ranks);
      spread<u32>(missing, rows - present, ranks);
    }
  }
}

/**
 * Writes a key of the same order and the row of every present value; the rows of missing ones follow from the end on.
 */
function writeEntries(column: usize, rows: usize, entries: usize): usize {
  let at = entries;
  let missing = entries + (rows << 4);
  for (let row: usize = 0; row < rows; row++) {
    // Adding 0 makes 0 of -0.
    const value = load<f64>(column + (row << 3)) + 0;
    if (value != value) {
      missing -= 16;
      store<u64>(missing, row, 8);
      continue;
    }
    // Negative ones flipped, others above them.
    const bits = reinterpret<i64>(value);
    store<i64>(at, bits ^ ((bits >> 63) | <i64>0x8000000000000000));
    store<u64>(at, row, 8);
    at += 16;
  }
  return (at - entries) >> 4;
}

/** Radix sort by key; gives where the entries are then. */
function sortEntries(entries: usize, other: usize, count: usize, places: usize): usize {
  let from = entries;
  let to = other;
  for (let shift: u64 = 0; shift < 64; shift += DIGIT) {
    if (!sortByDigit(from, to, count << 4, shift, places)) continue;
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/** One pass; false, and nothing moved, where all keys share the digit. */
function sortByDigit(from: usize, to: usize, bytes: usize, shift: u64, places: usize): bool {
  memory.fill(places, 0, DIGITS << 2);
  for (let at: usize = 0; at < bytes; at += 16) {
    const place = places + ((<usize>((load<u64>(from + at) >> shift) & (DIGITS - 1))) << 2);
    store<u32>(place, load<u32>(place) + 16);
  }
  let before: u32 = 0;
  for (let place = places; place < places + (DIGITS << 2); place += 4) {
    const size = load<u32>(place);
    if (<usize>size == bytes) return false;
    store<u32>(place, before);
    before += size;
  }
  for (let at: usize = 0; at < bytes; at += 16) {
    const place = places + ((<usize>((load<u64>(from + at) >> shift) & (DIGITS - 1))) << 2);
    const target = load<u32>(place);
    v128.store(to + <usize>target, v128.load(from + at));
    store<u32>(place, target + 16);
  }
  return true;
}

/** Replaces keys by ranks, and writes the distinct values; gives their number. */
function rankEntries(entries: usize, count: usize, values: usize): i32 {
  let distinct: u32 = 0;
  let last: i64 = 0;
  for (let at = entries; at < entries + (count << 4); at += 16) {
    const key = load<i64>(at);
    if (distinct == 0 || key != last) {
      store<i64>(values + ((<usize>distinct) << 3), key ^ (~(key >> 63) | <i64>0x8000000000000000));
      distinct++;
      last = key;
    }
    store<u64>(at, distinct - 1);
  }
  return <i32>distinct;
}

/** Writes the ranks of entries to their rows' places. */
function spread<R>(entries: usize, count: usize, ranks: usize): void {
  for (let at = entries; at < entries + (count << 4); at += 16) {
    store<R>(ranks + load<usize>(at, 8) * sizeof<R>(), <R>load<u32>(at));
  }
}
