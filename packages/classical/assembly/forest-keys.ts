// A node's rows as keys of one feature: the rank above the bits of what finds the row's pair, its code or its
// position. So a sorted key needs no look at its row again.

import { codeBits, hasCodes } from "./forest-draw";
import { cellBytes, columnOf, order, places } from "./forest-plan";

/** Least and greatest rank of the keys made last. */
export let lowRank: u32 = 0;
export let highRank: u32 = 0;
/** Bits of a key below its rank. */
export let pairBits: i32 = 0;

export function setPairBits(count: i32): void {
  pairBits = hasCodes ? codeBits : 32 - clz<i32>(max(count - 1, 1));
}

/** Writes the keys of a feature of the rows `start` to `start + count` of the order. */
export function writeKeys<K>(feature: i32, start: i32, count: i32, keys: usize): void {
  const from = order + ((<usize>start) << 3);
  if (cellBytes == 2) writeKeysOf<K, u16>(columnOf(feature), from, count, keys);
  else writeKeysOf<K, u32>(columnOf(feature), from, count, keys);
}

/** In vectors of four, since a branch would have to wait for each rank to come from memory. */
function writeKeysOf<K, R>(column: usize, from: usize, count: i32, keys: usize): void {
  const shift = pairBits;
  const byCode = hasCodes;
  let low = i32x4.splat(-1);
  let high = i32x4.splat(0);
  let places = i32x4(0, 1, 2, 3);
  let at = from;
  let to = keys;
  const end = from + ((<usize>count) << 3);
  const inFours = from + ((<usize>(count & ~3)) << 3);
  for (; at < inFours; at += 32, to += 4 * sizeof<K>()) {
    const four = gatherFour<R>(column, at);
    low = i32x4.min_u(low, four);
    high = i32x4.max_u(high, four);
    const pair = byCode ? i32x4.shuffle(v128.load(at), v128.load(at, 16), 1, 3, 5, 7) : places;
    places = i32x4.add(places, i32x4.splat(4));
    if (sizeof<K>() == 4) v128.store(to, v128.or(i32x4.shl(four, shift), pair));
    else {
      v128.store(
        to,
        v128.or(i64x2.shl(i64x2.extend_low_i32x4_u(four), shift), i64x2.extend_low_i32x4_u(pair)),
      );
      v128.store(
        to,
        v128.or(i64x2.shl(i64x2.extend_high_i32x4_u(four), shift), i64x2.extend_high_i32x4_u(pair)),
        16,
      );
    }
  }
  for (; at < end; at += 8, to += sizeof<K>()) {
    const entry = load<u64>(at);
    const rank = <u32>load<R>(cell<R>(column, <usize>(entry & 0xffffffff)));
    low = i32x4.min_u(low, i32x4.splat(rank));
    high = i32x4.max_u(high, i32x4.splat(rank));
    const pair = byCode ? <u32>(entry >> 32) : <u32>((at - from) >> 3);
    store<K>(to, ((<K>rank) << (<K>shift)) | <K>pair);
  }
  low = i32x4.min_u(low, i32x4.shuffle(low, low, 2, 3, 0, 1));
  low = i32x4.min_u(low, i32x4.shuffle(low, low, 1, 0, 3, 2));
  high = i32x4.max_u(high, i32x4.shuffle(high, high, 2, 3, 0, 1));
  high = i32x4.max_u(high, i32x4.shuffle(high, high, 1, 0, 3, 2));
  lowRank = i32x4.extract_lane(low, 0);
  highRank = i32x4.extract_lane(high, 0);
}

function cell<R>(column: usize, row: usize): usize {
  return column + row * sizeof<R>();
}

/** The ranks of four entries of the order. */
function gatherFour<R>(column: usize, at: usize): v128 {
  const a = cell<R>(column, <usize>load<u32>(at));
  const b = cell<R>(column, <usize>load<u32>(at, 8));
  const c = cell<R>(column, <usize>load<u32>(at, 16));
  const d = cell<R>(column, <usize>load<u32>(at, 24));
  let four = i32x4.splat(0);
  if (sizeof<R>() == 2) {
    four = v128.load16_lane(a, four, 0);
    four = v128.load16_lane(b, four, 2);
    four = v128.load16_lane(c, four, 4);
    return v128.load16_lane(d, four, 6);
  }
  four = v128.load32_lane(a, four, 0);
  four = v128.load32_lane(b, four, 1);
  four = v128.load32_lane(c, four, 2);
  return v128.load32_lane(d, four, 3);
}

/** Keys fewer than this are sorted by insertion. */
const FEW: i32 = 24;
const MOST_BITS: i32 = 11;

/** Sorts keys by rank; gives where they are then, `keys` or `other`. */
export function sortKeys<K>(keys: usize, other: usize, count: i32): usize {
  if (count < FEW) {
    insertKeys<K>(keys, count);
    return keys;
  }
  const bits = 32 - clz<i32>(highRank - lowRank);
  const passes = (bits + MOST_BITS - 1) / MOST_BITS;
  const digit = (bits + passes - 1) / passes;
  let from = keys;
  let to = other;
  for (let pass = 0; pass < passes; pass++) {
    sortByDigit<K>(from, to, count, pass * digit, digit);
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

function insertKeys<K>(keys: usize, count: i32): void {
  const size = sizeof<K>();
  const end = keys + <usize>count * size;
  const below = ((<K>1) << (<K>pairBits)) - 1;
  for (let at = keys + size; at < end; at += size) {
    const key = load<K>(at);
    // Keys of the same rank may stay as they are.
    const bound = key | below;
    let to = at;
    while (to > keys && load<K>(to - size) > bound) {
      store<K>(to, load<K>(to - size));
      to -= size;
    }
    store<K>(to, key);
  }
}

function sortByDigit<K>(from: usize, to: usize, count: i32, low: i32, bits: i32): void {
  const shift = <K>pairBits;
  const least = lowRank;
  const mask: u32 = ((<u32>1) << bits) - 1;
  const end = from + <usize>count * sizeof<K>();
  memory.fill(places, 0, (<usize>4) << bits);
  for (let at = from; at < end; at += sizeof<K>()) {
    const place = places + ((<usize>(((<u32>(load<K>(at) >> shift) - least) >> low) & mask)) << 2);
    store<u32>(place, load<u32>(place) + <u32>sizeof<K>());
  }
  let before: u32 = 0;
  const last = places + ((<usize>4) << bits);
  for (let place = places; place < last; place += 4) {
    const size = load<u32>(place);
    store<u32>(place, before);
    before += size;
  }
  for (let at = from; at < end; at += sizeof<K>()) {
    const key = load<K>(at);
    const place = places + ((<usize>(((<u32>(key >> shift) - least) >> low) & mask)) << 2);
    const target = load<u32>(place);
    store<K>(to + <usize>target, key);
    store<u32>(place, target + <u32>sizeof<K>());
  }
}
