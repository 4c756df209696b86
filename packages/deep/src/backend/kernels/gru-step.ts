import type { TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";
import { stepOf } from "./scan-order.js";

type Held<K extends string> = Readonly<Record<K, TensorInfo>>;

/** Added to the input's and to the state's part of update, reset and candidate. */
interface Biases {
  readonly inner: Float32Array;
  readonly outer: Float32Array;
}

/** What goes into the update and reset gates at step t. */
export function gateSums(
  memory: HostMemory,
  held: Held<"x" | "product" | "sums">,
  { inner, outer }: Biases,
  t: number,
): void {
  const [, rows, width] = held.x.shape;
  const gates = (width / 3) * 2;
  const bias = inner.map((value, j) => value + outer[j]);
  const [x, product, sums] = [
    stepOf(memory, held.x, t),
    memory.floats(held.product),
    memory.floats(held.sums),
  ];
  for (let b = 0, at = 0, to = 0; b < rows; b++, at += width, to += gates) {
    for (let j = 0; j < gates; j++) sums[to + j] = x[at + j] + product[at + j] + bias[j];
  }
}

/** Twice what goes into the candidate's tanh at step t; keeps the gates and the recurrent term. */
export function candidateSums(
  memory: HostMemory,
  held: Held<"x" | "product" | "open" | "candidates" | "gates">,
  { inner, outer }: Biases,
  t: number,
): void {
  const [, rows, width] = held.x.shape;
  const units = width / 3;
  const [x, product, gates] = [
    stepOf(memory, held.x, t),
    memory.floats(held.product),
    stepOf(memory, held.gates, t),
  ];
  const [open, candidates] = [memory.floats(held.open), memory.floats(held.candidates)];
  for (let b = 0; b < rows; b++) {
    const at = b * width + 2 * units;
    const keep = b * 4 * units;
    for (let j = 0; j < units; j++) {
      const update = open[b * 2 * units + j];
      const reset = open[b * 2 * units + units + j];
      const term = product[at + j] + outer[2 * units + j];
      gates[keep + j] = update;
      gates[keep + units + j] = reset;
      gates[keep + 3 * units + j] = term;
      candidates[b * units + j] = 2 * (x[at + j] + inner[2 * units + j] + reset * term);
    }
  }
}

/** The state after step t, in place; keeps the candidate. */
export function nextState(
  memory: HostMemory,
  held: Held<"mask" | "open" | "squashed" | "last" | "gates">,
  t: number,
): void {
  const [rows, units] = held.last.shape;
  const steps = held.mask.shape[1];
  const [mask, open, squashed] = [held.mask, held.open, held.squashed].map((info) => memory.floats(info));
  const [state, gates] = [memory.floats(held.last), stepOf(memory, held.gates, t)];
  for (let b = 0; b < rows; b++) {
    if (mask[b * steps + t] === 0) continue;
    const keep = b * 4 * units + 2 * units;
    for (let j = 0; j < units; j++) {
      const candidate = 2 * squashed[b * units + j] - 1;
      const update = open[b * 2 * units + j];
      gates[keep + j] = candidate;
      state[b * units + j] = update * state[b * units + j] + (1 - update) * candidate;
    }
  }
}

/**
 * One step back: fills `dProduct` and `dx` at t, adds to the sums over rows of `dx` and of the candidate's part of
 * `dProduct`, and leaves in `dState` what goes to the state before directly.
 */
export function stepGradient(
  memory: HostMemory,
  held: Held<"states" | "gates" | "mask" | "dState" | "dProduct" | "dx">,
  sums: Float64Array,
  t: number,
): void {
  const [steps, rows, units] = held.states.shape;
  const [states, gates, dx] = [held.states, held.gates, held.dx].map((info) => stepOf(memory, info, t));
  const [mask, dState, dProduct] = [held.mask, held.dState, held.dProduct].map((info) => memory.floats(info));
  for (let b = 0; b < rows; b++) {
    const at = b * 3 * units;
    if (mask[b * steps + t] === 0) {
      dx.fill(0, at, at + 3 * units);
      dProduct.fill(0, at, at + 3 * units);
      continue;
    }
    const keep = b * 4 * units;
    for (let j = 0; j < units; j++) {
      const d = dState[b * units + j];
      const update = gates[keep + j];
      const reset = gates[keep + units + j];
      const candidate = gates[keep + 2 * units + j];
      const dCandidate = d * (1 - update) * (1 - candidate * candidate);
      const dUpdate = d * (states[b * units + j] - candidate) * update * (1 - update);
      const dReset = dCandidate * gates[keep + 3 * units + j] * reset * (1 - reset);
      dx[at + j] = dUpdate;
      dx[at + units + j] = dReset;
      dx[at + 2 * units + j] = dCandidate;
      dProduct[at + j] = dUpdate;
      dProduct[at + units + j] = dReset;
      dProduct[at + 2 * units + j] = dCandidate * reset;
      dState[b * units + j] = d * update;
      sums[j] += dUpdate;
      sums[units + j] += dReset;
      sums[2 * units + j] += dCandidate;
      sums[3 * units + j] += dCandidate * reset;
    }
  }
}
