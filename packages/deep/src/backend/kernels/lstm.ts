import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import { lstmGradientNatively, lstmNatively } from "./lstm-natively.js";
import { gateSums, nextCell, nextState, stepGradient } from "./lstm-step.js";
import { addTo, stepOf, stepOrder } from "./scan-order.js";

export const LSTM = "StrataLstm";
export const LSTM_GRADIENT = "StrataLstmGradient";

/**
 * Long short-term memory over all steps (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 * `x` is steps x rows x 4 units, so that a step lies in one run: the input already multiplied by the kernel, bias
 * added, in the order input, forget, candidate, output. A step that the mask (rows x steps) leaves out keeps state and
 * cell as they were; both start as zeros.
 *
 * Gives the last state (rows x units) or the states after all steps, as its attributes ({@link ScanOrder}) say, and what
 * the gradient needs: state and cell before every step, its gates, and tanh of the cell after it.
 */
export const lstmKernel: HostKernel = {
  name: LSTM,
  run(memory, { x, recurrent, mask }, attrs): TensorInfo[] {
    const [steps, rows, width] = x.shape;
    const units = width / 4;
    if (memory.native && units % 4 === 0) return lstmNatively(memory, { x, recurrent, mask }, attrs);
    const block = [steps, rows, units];
    const [last, cell] = [0, 1].map(() => memory.create([rows, units], "float32", "zero"));
    const [states, cells, tanhs] = [0, 1, 2].map(() => memory.create(block, "float32"));
    const gates = memory.create([steps, rows, width], "float32");
    const sums = memory.create([rows, width], "float32");
    const doubled = memory.create([rows, units], "float32");
    const all = attrs.sequences ? memory.create(block, "float32") : undefined;
    for (const t of stepOrder(steps, attrs)) {
      stepOf(memory, states, t).set(memory.floats(last));
      stepOf(memory, cells, t).set(memory.floats(cell));
      const product = memory.matMul(last, recurrent);
      gateSums(memory, { x, product, sums }, t);
      const open = memory.run("Sigmoid", { x: sums });
      nextCell(memory, { mask, open, cell, doubled, gates }, t);
      const squashed = memory.run("Sigmoid", { x: doubled });
      nextState(memory, { mask, open, squashed, last, tanhs }, t);
      if (all) stepOf(memory, all, t).set(memory.floats(last));
      for (const held of [product, open, squashed]) memory.release(held);
    }
    for (const held of [cell, sums, doubled, ...(all ? [last] : [])]) memory.release(held);
    return [all ?? last, states, cells, tanhs, gates];
  },
};

/** Gradient of {@link lstmKernel}'s first output: for `x` and the recurrent kernel. */
export const lstmGradientKernel: HostKernel = {
  name: LSTM_GRADIENT,
  run(memory, { dy, states, cells, tanhs, gates, recurrent, mask }, attrs): TensorInfo[] {
    const [steps, rows, units] = states.shape;
    if (memory.native && units % 4 === 0)
      return lstmGradientNatively(memory, { dy, states, cells, tanhs, gates, recurrent, mask }, attrs);
    const width = 4 * units;
    const dx = memory.create([steps, rows, width], "float32");
    const [dState, dCell] = [0, 1].map(() => memory.create([rows, units], "float32", "zero"));
    const dGates = memory.create([rows, width], "float32");
    const back = memory.run("Transpose", { x: recurrent }, { perm: [1, 0] });
    if (!attrs.sequences) memory.floats(dState).set(memory.floats(dy));
    const [first, ...later] = stepOrder(steps, attrs);
    for (const t of [...later.reverse(), first]) {
      if (attrs.sequences) addTo(memory.floats(dState), stepOf(memory, dy, t));
      stepGradient(memory, { gates, cells, tanhs, mask, dState, dCell, dx }, t);
      if (t === first) break;
      memory.floats(dGates).set(stepOf(memory, dx, t));
      const through = memory.matMul(dGates, back);
      addTo(memory.floats(dState), memory.floats(through));
      memory.release(through);
    }
    const flat = (info: TensorInfo, columns: number): TensorInfo => ({
      ...info,
      shape: [steps * rows, columns],
    });
    const dRecurrent = memory.matMul(flat(states, units), flat(dx, width), true);
    for (const held of [dState, dCell, dGates, back]) memory.release(held);
    return [dx, dRecurrent];
  },
};
