import type { TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";
import { stepOf } from "./scan-order.js";

type Held<K extends string> = Readonly<Record<K, TensorInfo>>;

/** What goes into the gates at step t; twice that for the candidate, whose tanh is 2 sigmoid(2a) - 1. */
export function gateSums(memory: HostMemory, held: Held<"x" | "product" | "sums">, t: number): void {
  const [, rows, width] = held.x.shape;
  const units = width / 4;
  const [product, sums] = [memory.floats(held.product), memory.floats(held.sums)];
  const x = stepOf(memory, held.x, t);
  for (let i = 0; i < sums.length; i++) sums[i] = x[i] + product[i];
  for (let b = 0; b < rows; b++) {
    const at = b * width + 2 * units;
    for (let j = at; j < at + units; j++) sums[j] *= 2;
  }
}

/** The cell after step t, in place, and twice it; keeps the gates. */
export function nextCell(
  memory: HostMemory,
  held: Held<"mask" | "open" | "cell" | "doubled" | "gates">,
  t: number,
): void {
  const [rows, units] = held.cell.shape;
  const steps = held.mask.shape[1];
  const [mask, open, cell, doubled] = [held.mask, held.open, held.cell, held.doubled].map((info) =>
    memory.floats(info),
  );
  const gates = stepOf(memory, held.gates, t);
  for (let b = 0, to = 0; b < rows; b++) {
    const real = mask[b * steps + t] !== 0;
    for (let j = 0, at = b * 4 * units; j < units; j++, at++, to++) {
      const candidate = 2 * open[at + 2 * units] - 1;
      gates[at] = open[at];
      gates[at + units] = open[at + units];
      gates[at + 2 * units] = candidate;
      gates[at + 3 * units] = open[at + 3 * units];
      if (real) cell[to] = open[at + units] * cell[to] + open[at] * candidate;
      doubled[to] = 2 * cell[to];
    }
  }
}

/** The state after step t, in place; keeps tanh of the cell. */
export function nextState(
  memory: HostMemory,
  held: Held<"mask" | "open" | "squashed" | "last" | "tanhs">,
  t: number,
): void {
  const [rows, units] = held.last.shape;
  const steps = held.mask.shape[1];
  const [mask, open, squashed, state] = [held.mask, held.open, held.squashed, held.last].map((info) =>
    memory.floats(info),
  );
  const tanhs = stepOf(memory, held.tanhs, t);
  for (let b = 0, to = 0; b < rows; b++) {
    const real = mask[b * steps + t] !== 0;
    for (let j = 0; j < units; j++, to++) {
      tanhs[to] = 2 * squashed[to] - 1;
      if (real) state[to] = open[(4 * b + 3) * units + j] * tanhs[to];
    }
  }
}

/** One step back: fills `dx` at t, and leaves in `dState` and `dCell` what goes to state and cell before directly. */
export function stepGradient(
  memory: HostMemory,
  held: Held<"gates" | "cells" | "tanhs" | "mask" | "dState" | "dCell" | "dx">,
  t: number,
): void {
  const [steps, rows, units] = held.cells.shape;
  const [gates, cells, tanhs, dx] = [held.gates, held.cells, held.tanhs, held.dx].map((info) =>
    stepOf(memory, info, t),
  );
  const [mask, dState, dCell] = [held.mask, held.dState, held.dCell].map((info) => memory.floats(info));
  for (let b = 0; b < rows; b++) {
    const from = b * 4 * units;
    if (mask[b * steps + t] === 0) {
      dx.fill(0, from, from + 4 * units);
      continue;
    }
    for (let j = 0, at = from, to = b * units; j < units; j++, at++, to++) {
      const input = gates[at];
      const forget = gates[at + units];
      const candidate = gates[at + 2 * units];
      const output = gates[at + 3 * units];
      const squashed = tanhs[to];
      const d = dCell[to] + dState[to] * output * (1 - squashed * squashed);
      dx[at] = d * candidate * input * (1 - input);
      dx[at + units] = d * cells[to] * forget * (1 - forget);
      dx[at + 2 * units] = d * input * (1 - candidate * candidate);
      dx[at + 3 * units] = dState[to] * squashed * output * (1 - output);
      dCell[to] = d * forget;
      dState[to] = 0;
    }
  }
}
