// Stable division of a node's rows into those that go left and those that go right.

import { arg, shareStart } from "./arguments";

/**
 * Divides this thread's share of `rows[start..end)`: left rows move to the front of the share, right ones go to the same
 * place of `scratch`.
 *
 * Arguments: column (u8 a row), goesLeft (256 bytes of 0 or 1), rows (i32), start, end, scratch (i32), counts (i32 a
 * thread: left rows of its share).
 */
export function divideRows(thread: i32, threads: i32): void {
  const column = arg(0);
  const goesLeft = arg(1);
  const rows = arg(2);
  const start = <i32>arg(3);
  const count = <i32>arg(4) - start;
  const from = <usize>(start + shareStart(count, thread, threads));
  const to = <usize>(start + shareStart(count, thread + 1, threads));
  let left = rows + (from << 2);
  let right = arg(5) + (from << 2);
  const end = rows + (to << 2);
  const first = left;
  for (let at = left; at < end; at += 4) {
    const row = load<u32>(at);
    const isLeft = (<usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row))) << 2;
    // Both are written and one pointer moves, so that no branch depends on the data.
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft;
    right += 4 - isLeft;
  }
  store<i32>(arg(6) + ((<usize>thread) << 2), <i32>((left - first) >> 2));
}

/** Brings the shares of {@link divideRows} together; gives the position of the first right row. */
export function joinShares(
  rows: usize,
  start: i32,
  end: i32,
  scratch: usize,
  counts: usize,
  threads: i32,
): i32 {
  const count = end - start;
  let middle = start;
  for (let thread = 0; thread < threads; thread++) {
    const from = start + shareStart(count, thread, threads);
    const lefts = load<i32>(counts + ((<usize>thread) << 2));
    if (middle != from) {
      memory.copy(rows + ((<usize>middle) << 2), rows + ((<usize>from) << 2), (<usize>lefts) << 2);
    }
    middle += lefts;
  }
  let at = middle;
  for (let thread = 0; thread < threads; thread++) {
    const from = start + shareStart(count, thread, threads);
    const rights =
      shareStart(count, thread + 1, threads) -
      shareStart(count, thread, threads) -
      load<i32>(counts + ((<usize>thread) << 2));
    memory.copy(rows + ((<usize>at) << 2), scratch + ((<usize>from) << 2), (<usize>rights) << 2);
    at += rights;
  }
  return middle;
}
