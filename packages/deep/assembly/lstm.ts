// Long short-term memory over all steps; see src/backend/kernels/lstm.ts, which does the same in plain loops.
import { sigmoid4, tanh4 } from "./exponential";
import { multiply } from "./multiply";

/**
 * `units` is a multiple of 4. Blocks are steps x rows x numbers; `states`, `cells` get what there is before every step, `gates`
 * what the gates are, `tanhs` that of the cell after it, and `last` and `cell` what there is after all. `all`, if it is not 0,
 * gets the states after every step.
 */
export function lstm(
  x: usize,
  recurrent: usize,
  mask: usize,
  last: usize,
  cell: usize,
  states: usize,
  cells: usize,
  tanhs: usize,
  gates: usize,
  all: usize,
  steps: i32,
  rows: i32,
  units: i32,
  backwards: i32,
  scratch: usize,
): void {
  const stateRow = (<usize>units) << 2;
  const gateRow = stateRow << 2;
  const stateBlock = stateRow * rows;
  const gateBlock = gateRow * rows;
  memory.fill(last, 0, stateBlock);
  memory.fill(cell, 0, stateBlock);
  for (let i = 0; i < steps; i++) {
    const t = backwards != 0 ? steps - 1 - i : i;
    memory.copy(states + stateBlock * t, last, stateBlock);
    memory.copy(cells + stateBlock * t, cell, stateBlock);
    const gate = gates + gateBlock * t;
    multiply(
      last,
      stateRow,
      4,
      recurrent,
      gateRow,
      4,
      gate,
      gateRow,
      x + gateBlock * t,
      gateRow,
      rows,
      units,
      4 * units,
      -Infinity,
      scratch,
    );
    for (let b = 0; b < rows; b++) {
      const real = load<f32>(mask + ((<usize>(b * steps + t)) << 2)) != 0;
      const at = stateRow * b;
      lstmRow(gate + gateRow * b, last + at, cell + at, tanhs + stateBlock * t + at, stateRow, real);
    }
    if (all != 0) memory.copy(all + stateBlock * t, last, stateBlock);
  }
}

/** One row's step: its gates from sums, in place, in the order input, forget, candidate, output; `size` bytes a state. */
function lstmRow(gates: usize, last: usize, cell: usize, squashed: usize, size: usize, real: bool): void {
  for (let at: usize = 0; at < size; at += 16) {
    const to = gates + at;
    const input = sigmoid4(v128.load(to));
    const forget = sigmoid4(v128.load(to + size));
    const candidate = tanh4(v128.load(to + size * 2));
    const output = sigmoid4(v128.load(to + size * 3));
    v128.store(to, input);
    v128.store(to + size, forget);
    v128.store(to + size * 2, candidate);
    v128.store(to + size * 3, output);
    if (!real) continue;
    const next = f32x4.add(f32x4.mul(forget, v128.load(cell + at)), f32x4.mul(input, candidate));
    const flat = tanh4(next);
    v128.store(cell + at, next);
    v128.store(squashed + at, flat);
    v128.store(last + at, f32x4.mul(output, flat));
  }
}

/**
 * The gradient for `x` and the recurrent kernel. `dState` is that of the last state, and `dy`, if it is not 0, that of the
 * states after every step; `dState` and `dCell` (zeros before) are used up.
 */
export function lstmGradient(
  dy: usize,
  states: usize,
  cells: usize,
  tanhs: usize,
  gates: usize,
  recurrent: usize,
  mask: usize,
  dState: usize,
  dCell: usize,
  dx: usize,
  dRecurrent: usize,
  steps: i32,
  rows: i32,
  units: i32,
  backwards: i32,
  scratch: usize,
): void {
  const stateRow = (<usize>units) << 2;
  const gateRow = stateRow << 2;
  const stateBlock = stateRow * rows;
  const gateBlock = gateRow * rows;
  for (let i = steps - 1; i >= 0; i--) {
    const t = backwards != 0 ? steps - 1 - i : i;
    const block = stateBlock * t;
    if (dy != 0) addTo(dState, dy + block, stateBlock);
    const to = dx + gateBlock * t;
    for (let b = 0; b < rows; b++) {
      const at = stateRow * b;
      const from = gateBlock * t + gateRow * b;
      if (load<f32>(mask + ((<usize>(b * steps + t)) << 2)) == 0) memory.fill(dx + from, 0, gateRow);
      else
        lstmRowGradient(
          gates + from,
          cells + block + at,
          tanhs + block + at,
          dState + at,
          dCell + at,
          dx + from,
          stateRow,
        );
    }
    if (i > 0)
      multiply(
        to,
        gateRow,
        4,
        recurrent,
        4,
        gateRow,
        dState,
        stateRow,
        dState,
        stateRow,
        rows,
        4 * units,
        units,
        -Infinity,
        scratch,
      );
  }
  multiply(
    states,
    4,
    stateRow,
    dx,
    gateRow,
    4,
    dRecurrent,
    gateRow,
    0,
    0,
    units,
    steps * rows,
    4 * units,
    -Infinity,
    scratch,
  );
}

function lstmRowGradient(
  gates: usize,
  cells: usize,
  tanhs: usize,
  dState: usize,
  dCell: usize,
  dx: usize,
  size: usize,
): void {
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < size; at += 16) {
    const from = gates + at;
    const input = v128.load(from);
    const forget = v128.load(from + size);
    const candidate = v128.load(from + size * 2);
    const output = v128.load(from + size * 3);
    const squashed = v128.load(tanhs + at);
    const ds = v128.load(dState + at);
    const through = f32x4.mul(f32x4.mul(ds, output), f32x4.sub(one, f32x4.mul(squashed, squashed)));
    const d = f32x4.add(v128.load(dCell + at), through);
    const to = dx + at;
    v128.store(to, f32x4.mul(f32x4.mul(d, candidate), slope(input)));
    v128.store(to + size, f32x4.mul(f32x4.mul(d, v128.load(cells + at)), slope(forget)));
    v128.store(
      to + size * 2,
      f32x4.mul(f32x4.mul(d, input), f32x4.sub(one, f32x4.mul(candidate, candidate))),
    );
    v128.store(to + size * 3, f32x4.mul(f32x4.mul(ds, squashed), slope(output)));
    v128.store(dCell + at, f32x4.mul(d, forget));
    v128.store(dState + at, f32x4.splat(0));
  }
}

/** The derivative of a sigmoid, by its value. */
export function slope(value: v128): v128 {
  return f32x4.mul(value, f32x4.sub(f32x4.splat(1), value));
}

/** Adds numbers to others, `bytes` of them, a multiple of 16. */
export function addTo(sums: usize, terms: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(terms + at)));
}
