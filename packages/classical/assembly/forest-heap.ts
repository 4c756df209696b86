// Nodes that may be divided, the one of the greatest decrease of impurity first, of equal ones the first that was
// added.

import { open } from "./forest-plan";

/** A heap's entry: decrease (f64), node, start, end, depth (i32). */
const OPEN_BYTES: usize = 24;

/** How many there are. */
export let openNodes: i32 = 0;

export function clearOpen(): void {
  openNodes = 0;
}

export function openNode(i: i32): i32 {
  return load<i32>(open + <usize>i * OPEN_BYTES, 8);
}

export let firstNode: i32 = 0;
export let firstStart: i32 = 0;
export let firstEnd: i32 = 0;
export let firstDepth: i32 = 0;

/** Takes the first one out. */
export function takeFirst(): void {
  firstNode = load<i32>(open, 8);
  firstStart = load<i32>(open, 12);
  firstEnd = load<i32>(open, 16);
  firstDepth = load<i32>(open, 20);
  openNodes--;
  sinkFirst(openNodes);
}

export function addOpen(decrease: f64, node: i32, start: i32, end: i32, depth: i32): void {
  let at = openNodes++;
  while (at > 0) {
    const above = (at - 1) >> 1;
    // An equal one that is there already came first.
    if (load<f64>(open + <usize>above * OPEN_BYTES) >= decrease) break;
    memory.copy(open + <usize>at * OPEN_BYTES, open + <usize>above * OPEN_BYTES, OPEN_BYTES);
    at = above;
  }
  const entry = open + <usize>at * OPEN_BYTES;
  store<f64>(entry, decrease);
  store<i32>(entry, node, 8);
  store<i32>(entry, start, 12);
  store<i32>(entry, end, 16);
  store<i32>(entry, depth, 20);
}

function isBefore(a: usize, b: usize): bool {
  const x = load<f64>(a);
  const y = load<f64>(b);
  return x > y || (x == y && load<i32>(a, 8) < load<i32>(b, 8));
}

/** Puts the entry behind the heap into the place of the first one, and down to where it belongs. */
function sinkFirst(size: i32): void {
  const last = open + <usize>size * OPEN_BYTES;
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const left = open + <usize>child * OPEN_BYTES;
    if (child + 1 < size && isBefore(left + OPEN_BYTES, left)) child++;
    const entry = open + <usize>child * OPEN_BYTES;
    if (!isBefore(entry, last)) break;
    memory.copy(open + <usize>at * OPEN_BYTES, entry, OPEN_BYTES);
    at = child;
  }
  if (size > 0) memory.copy(open + <usize>at * OPEN_BYTES, last, OPEN_BYTES);
}
