// Batch prediction: rows walk down trees, eight at a time where they can, since each waits for its node.

import { arg, shareStart } from "./arguments";

/**
 * A node, 16 bytes: threshold (f64), bytes from a row's start to its feature (u32), address of the left child (u32; the
 * right one follows it). A leaf leads to itself.
 */
const NODE: i32 = 4;
/** Flags of nodes, apart from them since most rows don't ask. */
const LEAF: u32 = 1;
const MISSING_LEFT: u32 = 2;
const CATEGORICAL: u32 = 4;
/** Whether any number of some rows is missing, as a type that loops are compiled for. */
type Complete = i32;
type Incomplete = f64;
/** A tree's flag: it splits by categories too. */
const MIXED: u32 = 1;

/** Rows that pass through one tree before the next, so that they and its nodes stay in the cache. */
const BLOCK: i32 = 128;

/**
 * Adds each tree's leaf values to the scores of its rows.
 *
 * Arguments: nodes, values (f64 a node), roots (i32 a tree), trees, rows, matrix (rows x features f64, categories as
 * their place), features, scores (f64, one array a score after another), scores an iteration, sets of places that go left
 * (a categorical node's threshold is the number of its set's first word), flags of nodes (u8), flags of trees (u8).
 */
export function addTrees(thread: i32, threads: i32): void {
  const trees = <i32>arg(3);
  const rows = <i32>arg(4);
  const perIteration = <i32>arg(8);
  const to = shareStart(rows, thread + 1, threads);
  for (let start = shareStart(rows, thread, threads); start < to; start += BLOCK) {
    const end = min(to, start + BLOCK);
    const isComplete = !hasMissing(start, end);
    for (let tree = 0; tree < trees; tree++) {
      const scores = arg(7) + <usize>(tree % perIteration) * ((<usize>rows) << 3);
      const top = arg(0) + ((<usize>load<i32>(arg(2) + ((<usize>tree) << 2))) << NODE);
      const isMixed = (load<u8>(arg(11) + <usize>tree) & MIXED) != 0;
      let first = start;
      if (!isMixed && isComplete) first = addInEights<Complete>(top, start, end, scores);
      else if (!isMixed) first = addInEights<Incomplete>(top, start, end, scores);
      addOneByOne(top, first, end, scores);
    }
  }
}

function hasMissing(start: i32, end: i32): bool {
  const stride = arg(6) << 3;
  const stop = arg(5) + <usize>end * stride;
  let found = 0;
  for (let at = arg(5) + <usize>start * stride; at < stop; at += 8) {
    const value = load<f64>(at);
    found |= <i32>(value != value);
  }
  return found != 0;
}

/** Rows in eights, without branches, where all splits are by numbers. Gives the first row left. */
function addInEights<T>(top: usize, start: i32, end: i32, scores: usize): i32 {
  const stride = arg(6) << 3;
  let row = start;
  for (; row + 8 <= end; row += 8) {
    const a = arg(5) + <usize>row * stride;
    const b = a + stride;
    const c = b + stride;
    const d = c + stride;
    const e = d + stride;
    const f = e + stride;
    const g = f + stride;
    const h = g + stride;
    let na = top;
    let nb = top;
    let nc = top;
    let nd = top;
    let ne = top;
    let nf = top;
    let ng = top;
    let nh = top;
    let moved: usize = 1;
    while (moved) {
      const aNext = nextByNumber<T>(na, a);
      const bNext = nextByNumber<T>(nb, b);
      const cNext = nextByNumber<T>(nc, c);
      const dNext = nextByNumber<T>(nd, d);
      const eNext = nextByNumber<T>(ne, e);
      const fNext = nextByNumber<T>(nf, f);
      const gNext = nextByNumber<T>(ng, g);
      const hNext = nextByNumber<T>(nh, h);
      moved =
        (aNext ^ na) |
        (bNext ^ nb) |
        (cNext ^ nc) |
        (dNext ^ nd) |
        (eNext ^ ne) |
        (fNext ^ nf) |
        (gNext ^ ng) |
        (hNext ^ nh);
      na = aNext;
      nb = bNext;
      nc = cNext;
      nd = dNext;
      ne = eNext;
      nf = fNext;
      ng = gNext;
      nh = hNext;
    }
    const at = scores + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at, 0) + valueOf(na), 0);
    store<f64>(at, load<f64>(at, 8) + valueOf(nb), 8);
    store<f64>(at, load<f64>(at, 16) + valueOf(nc), 16);
    store<f64>(at, load<f64>(at, 24) + valueOf(nd), 24);
    store<f64>(at, load<f64>(at, 32) + valueOf(ne), 32);
    store<f64>(at, load<f64>(at, 40) + valueOf(nf), 40);
    store<f64>(at, load<f64>(at, 48) + valueOf(ng), 48);
    store<f64>(at, load<f64>(at, 56) + valueOf(nh), 56);
  }
  return row;
}

/** The child of a node that splits by a number. A leaf's threshold is infinite. */
function nextByNumber<T>(node: usize, row: usize): usize {
  const value = load<f64>(row + <usize>load<u32>(node, 8));
  let isRight = <i32>(value > load<f64>(node));
  if (!isInteger<T>()) isRight |= <i32>(value != value) & <i32>((flagsOf(node) & (MISSING_LEFT | LEAF)) == 0);
  return <usize>load<u32>(node, 12) + ((<usize>isRight) << NODE);
}

/** Rows one by one, whatever their splits. */
function addOneByOne(top: usize, start: i32, end: i32, scores: usize): void {
  const stride = arg(6) << 3;
  for (let row = start; row < end; row++) {
    let node = top;
    while ((flagsOf(node) & LEAF) == 0) node = next(node, arg(5) + <usize>row * stride);
    const at = scores + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at) + valueOf(node));
  }
}

function flagsOf(node: usize): u32 {
  return <u32>load<u8>(arg(10) + ((node - arg(0)) >> NODE));
}

function valueOf(node: usize): f64 {
  return load<f64>(arg(1) + ((node - arg(0)) >> 1));
}

/** The child that a row goes to. */
function next(node: usize, row: usize): usize {
  const value = load<f64>(row + <usize>load<u32>(node, 8));
  const flags = flagsOf(node);
  let isLeft: bool = value <= load<f64>(node);
  if (value != value) isLeft = (flags & MISSING_LEFT) != 0;
  else if (flags & CATEGORICAL) {
    const place = <usize>value;
    const set = arg(9) + ((<usize>load<f64>(node)) << 2);
    isLeft = ((load<u8>(set + (place >> 3)) >> <u8>(place & 7)) & 1) != 0;
  }
  return <usize>load<u32>(node, 12) + (isLeft ? 0 : 1 << NODE);
}
