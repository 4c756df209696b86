// Rows of tables, by index and by mask.

/** Rows of a table, `bytes` each, by index; gives the place of the first index outside 0..size - 1, or -1. */
export function gatherRows(table: usize, ids: usize, out: usize, count: i32, size: i32, bytes: usize): i32 {
  for (let i = 0; i < count; i++) {
    const row = load<i32>(ids + ((<usize>i) << 2));
    if (<u32>row >= <u32>size) return i;
    memory.copy(out + bytes * i, table + bytes * row, bytes);
  }
  return -1;
}

/** Adds each row of `x` to the row of `sums` that its index names; a negative one names none. */
export function addRows(x: usize, ids: usize, sums: usize, count: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(ids + ((<usize>i) << 2));
    if (row >= 0) addInto(sums + bytes * row, x + bytes * i, width);
  }
}

function addInto(sums: usize, terms: usize, count: i32): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2;
    v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(terms + at)));
  }
  for (; j < count; j++) {
    const at = (<usize>j) << 2;
    store<f32>(sums + at, load<f32>(sums + at) + load<f32>(terms + at));
  }
}

/** Largest number of each unit over the steps that the mask leaves, and its step; 0 and -1 where there are none. */
export function maxOverSteps(
  x: usize,
  mask: usize,
  out: usize,
  from: usize,
  rows: i32,
  steps: i32,
  units: i32,
): void {
  const bytes = (<usize>units) << 2;
  for (let b = 0; b < rows; b++) {
    const best = out + bytes * b;
    const at = from + bytes * b;
    let any = false;
    for (let t = 0; t < steps; t++) {
      if (load<f32>(mask + ((<usize>(b * steps + t)) << 2)) == 0) continue;
      const source = x + bytes * (b * steps + t);
      if (any) takeLarger(best, at, source, t, units);
      else {
        memory.copy(best, source, bytes);
        for (let j = 0; j < units; j++) store<i32>(at + ((<usize>j) << 2), t);
        any = true;
      }
    }
    if (!any) {
      memory.fill(best, 0, bytes);
      memory.fill(at, 0xff, bytes);
    }
  }
}

function takeLarger(best: usize, at: usize, x: usize, t: i32, units: i32): void {
  const step = i32x4.splat(t);
  let j = 0;
  for (; j + 4 <= units; j += 4) {
    const to = (<usize>j) << 2;
    const value = v128.load(x + to);
    const held = v128.load(best + to);
    const larger = f32x4.gt(value, held);
    v128.store(best + to, v128.bitselect(value, held, larger));
    v128.store(at + to, v128.bitselect(step, v128.load(at + to), larger));
  }
  for (; j < units; j++) {
    const to = (<usize>j) << 2;
    const value = load<f32>(x + to);
    if (value > load<f32>(best + to)) {
      store<f32>(best + to, value);
      store<i32>(at + to, t);
    }
  }
}
