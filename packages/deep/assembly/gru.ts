// A gated recurrent unit over all steps; see src/backend/kernels/gru.ts, which does the same in plain loops.
import { sigmoid4, tanh4 } from "./exponential";
import { addTo, slope } from "./lstm";
import { multiply } from "./multiply";
import { addRow } from "./sum";

/**
 * `units` is a multiple of 4. Blocks are steps x rows x numbers; `states` get what there is before every step, `last` what there
 * is after all, `gates` update, reset, candidate and its recurrent term. `all`, if it is not 0, gets the states after every step.
 *
 * @param products rows x 3 units of scratch
 */
export function gru(
  x: usize,
  recurrent: usize,
  bias: usize,
  recurrentBias: usize,
  mask: usize,
  last: usize,
  states: usize,
  gates: usize,
  all: usize,
  steps: i32,
  rows: i32,
  units: i32,
  backwards: i32,
  products: usize,
  scratch: usize,
): void {
  const size = (<usize>units) << 2;
  const block = size * rows;
  memory.fill(last, 0, block);
  for (let i = 0; i < steps; i++) {
    const t = backwards != 0 ? steps - 1 - i : i;
    memory.copy(states + block * t, last, block);
    multiply(
      last,
      size,
      4,
      recurrent,
      size * 3,
      4,
      products,
      size * 3,
      recurrentBias,
      0,
      rows,
      units,
      3 * units,
      -Infinity,
      scratch,
    );
    for (let b = 0; b < rows; b++) {
      if (load<f32>(mask + ((<usize>(b * steps + t)) << 2)) == 0) continue;
      const row = t * rows + b;
      gruRow(
        x + size * 3 * row,
        bias,
        products + size * 3 * b,
        last + size * b,
        gates + size * 4 * row,
        size,
      );
    }
    if (all != 0) memory.copy(all + block * t, last, block);
  }
}

function gruRow(x: usize, bias: usize, product: usize, last: usize, gates: usize, size: usize): void {
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < size; at += 16) {
    const inner = f32x4.add(v128.load(x + at), v128.load(bias + at));
    const update = sigmoid4(f32x4.add(inner, v128.load(product + at)));
    const next = at + size;
    const innerReset = f32x4.add(v128.load(x + next), v128.load(bias + next));
    const reset = sigmoid4(f32x4.add(innerReset, v128.load(product + next)));
    const third = next + size;
    const term = v128.load(product + third);
    const innerCandidate = f32x4.add(v128.load(x + third), v128.load(bias + third));
    const candidate = tanh4(f32x4.add(innerCandidate, f32x4.mul(reset, term)));
    const to = gates + at;
    v128.store(to, update);
    v128.store(to + size, reset);
    v128.store(to + size * 2, candidate);
    v128.store(to + size * 3, term);
    const kept = f32x4.mul(update, v128.load(last + at));
    v128.store(last + at, f32x4.add(kept, f32x4.mul(f32x4.sub(one, update), candidate)));
  }
}

/**
 * The gradient for `x`, the recurrent kernel and both biases. `dState` is that of the last state, which is used up, and `dy`, if
 * it is not 0, that of the states after every step.
 *
 * @param dProducts steps x rows x 3 units of scratch
 * @param sums 6 units f64 of scratch
 */
export function gruGradient(
  dy: usize,
  states: usize,
  gates: usize,
  recurrent: usize,
  mask: usize,
  dState: usize,
  dx: usize,
  dRecurrent: usize,
  dBias: usize,
  dRecurrentBias: usize,
  steps: i32,
  rows: i32,
  units: i32,
  backwards: i32,
  dProducts: usize,
  sums: usize,
  scratch: usize,
): void {
  const size = (<usize>units) << 2;
  const block = size * rows;
  memory.fill(sums, 0, size * 12);
  for (let i = steps - 1; i >= 0; i--) {
    const t = backwards != 0 ? steps - 1 - i : i;
    if (dy != 0) addTo(dState, dy + block * t, block);
    for (let b = 0; b < rows; b++) {
      const row = t * rows + b;
      const to = dx + size * 3 * row;
      const product = dProducts + size * 3 * row;
      if (load<f32>(mask + ((<usize>(b * steps + t)) << 2)) == 0) {
        memory.fill(to, 0, size * 3);
        memory.fill(product, 0, size * 3);
      } else {
        gruRowGradient(states + size * row, gates + size * 4 * row, dState + size * b, product, to, size);
        addRow(sums, to, 3 * units);
        addRow(sums + size * 6, product, 3 * units);
      }
    }
    if (i > 0)
      multiply(
        dProducts + block * 3 * t,
        size * 3,
        4,
        recurrent,
        4,
        size * 3,
        dState,
        size,
        dState,
        size,
        rows,
        3 * units,
        units,
        -Infinity,
        scratch,
      );
  }
  multiply(
    states,
    4,
    size,
    dProducts,
    size * 3,
    4,
    dRecurrent,
    size * 3,
    0,
    0,
    units,
    steps * rows,
    3 * units,
    -Infinity,
    scratch,
  );
  for (let j = 0; j < 3 * units; j++) {
    store<f32>(dBias + ((<usize>j) << 2), <f32>load<f64>(sums + ((<usize>j) << 3)));
    store<f32>(dRecurrentBias + ((<usize>j) << 2), <f32>load<f64>(sums + size * 6 + ((<usize>j) << 3)));
  }
}

/** One row's step back; leaves in `dState` what goes to the state before directly. */
function gruRowGradient(
  states: usize,
  gates: usize,
  dState: usize,
  dProduct: usize,
  dx: usize,
  size: usize,
): void {
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < size; at += 16) {
    const from = gates + at;
    const d = v128.load(dState + at);
    const update = v128.load(from);
    const reset = v128.load(from + size);
    const candidate = v128.load(from + size * 2);
    const flat = f32x4.sub(one, f32x4.mul(candidate, candidate));
    const dCandidate = f32x4.mul(f32x4.mul(d, f32x4.sub(one, update)), flat);
    const apart = f32x4.sub(v128.load(states + at), candidate);
    const dUpdate = f32x4.mul(f32x4.mul(d, apart), slope(update));
    const dReset = f32x4.mul(f32x4.mul(dCandidate, v128.load(from + size * 3)), slope(reset));
    v128.store(dx + at, dUpdate);
    v128.store(dx + at + size, dReset);
    v128.store(dx + at + size * 2, dCandidate);
    v128.store(dProduct + at, dUpdate);
    v128.store(dProduct + at + size, dReset);
    v128.store(dProduct + at + size * 2, f32x4.mul(dCandidate, reset));
    v128.store(dState + at, f32x4.mul(d, update));
  }
}
