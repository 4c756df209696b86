import type { TensorInfo } from "../tensors.js";
import { candidateSums, gateSums, nextState, stepGradient } from "./gru-step.js";
import { gruGradientNatively, gruNatively } from "./gru-natively.js";
import type { HostKernel } from "./host-kernel.js";
import { transposed, transposeInto } from "./mat-mul.js";
import { addTo, stepOf, stepOrder } from "./scan-order.js";

export const GRU = "StrataGru";
export const GRU_GRADIENT = "StrataGruGradient";

/**
 * A gated recurrent unit over all steps (Cho et al. 2014, in the form whose reset gate acts after the matrix product,
 * as in cuDNN and in Keras's default). `x` is steps x rows x 3 units, so that a step lies in one run: the input already
 * multiplied by the kernel, in the order update, reset, candidate; `bias` is added to it, `recurrentBias` to the
 * state's product. A step that the mask (rows x steps) leaves out keeps the state as it was; the first state is zero.
 *
 * Gives the last state (rows x units) or the states after all steps, as its attributes ({@link ScanOrder}) say, and what
 * the gradient needs: the state before every step, and update gate, reset gate, candidate and the candidate's
 * recurrent term of every step.
 */
export const gruKernel: HostKernel = {
  name: GRU,
  run(memory, { x, recurrent, bias, recurrentBias, mask }, attrs): TensorInfo[] {
    const [steps, rows, width] = x.shape;
    const units = width / 3;
    if (memory.native && units % 4 === 0)
      return gruNatively(memory, { x, recurrent, bias, recurrentBias, mask }, attrs);
    const last = memory.create([rows, units], "float32", "zero");
    const states = memory.create([steps, rows, units], "float32");
    const gates = memory.create([steps, rows, 4 * units], "float32");
    const sums = memory.create([rows, 2 * units], "float32");
    const candidates = memory.create([rows, units], "float32");
    const biases = { inner: memory.floats(bias).slice(), outer: memory.floats(recurrentBias).slice() };
    const all = attrs.sequences ? memory.create([steps, rows, units], "float32") : undefined;
    for (const t of stepOrder(steps, attrs)) {
      memory.floats(states).set(memory.floats(last), t * rows * units);
      const product = memory.matMul(last, recurrent);
      gateSums(memory, { x, product, sums }, biases, t);
      const open = memory.run("Sigmoid", { x: sums });
      candidateSums(memory, { x, product, open, candidates, gates }, biases, t);
      // tanh(a) = 2 sigmoid(2a) - 1: the backend's sigmoid is vectorised, its tanh is not.
      const squashed = memory.run("Sigmoid", { x: candidates });
      nextState(memory, { mask, open, squashed, last, gates }, t);
      if (all) stepOf(memory, all, t).set(memory.floats(last));
      for (const held of [product, open, squashed]) memory.release(held);
    }
    memory.release(sums);
    memory.release(candidates);
    if (all) memory.release(last);
    return [all ?? last, states, gates];
  },
};

/** Gradient of {@link gruKernel}'s first output: for `x`, the recurrent kernel and both biases. */
export const gruGradientKernel: HostKernel = {
  name: GRU_GRADIENT,
  run(memory, { dy, states, gates, recurrent, mask }, attrs): TensorInfo[] {
    const [steps, rows, units] = states.shape;
    if (memory.native && units % 4 === 0)
      return gruGradientNatively(memory, { dy, states, gates, recurrent, mask }, attrs);
    const width = 3 * units;
    const dx = memory.create([steps, rows, width], "float32");
    const dProducts = memory.create([width, steps * rows], "float32");
    const dState = memory.create([rows, units], "float32", "zero");
    const dProduct = memory.create([rows, width], "float32");
    const dBias = memory.create([width], "float32");
    const dRecurrentBias = memory.create([width], "float32");
    const sums = new Float64Array(4 * units);
    const back = memory.run("Transpose", { x: recurrent }, { perm: [1, 0] });
    if (!attrs.sequences) memory.floats(dState).set(memory.floats(dy));
    const [first, ...later] = stepOrder(steps, attrs);
    for (const t of [...later.reverse(), first]) {
      if (attrs.sequences) addTo(memory.floats(dState), stepOf(memory, dy, t));
      stepGradient(memory, { states, gates, mask, dState, dProduct, dx }, sums, t);
      // Transposed already, they make the left side of one product over all steps.
      transposeInto(memory.floats(dProducts), t * rows, steps * rows, memory.floats(dProduct), rows, width);
      if (t === first) break;
      const through = memory.matMul(dProduct, back);
      addTo(memory.floats(dState), memory.floats(through));
      memory.release(through);
    }
    const product = memory.matMul(dProducts, { ...states, shape: [steps * rows, units] });
    const dRecurrent = transposed(memory, product);
    for (const held of [dState, dProduct, back, dProducts, product]) memory.release(held);
    memory.floats(dBias).set(sums.subarray(0, width));
    memory.floats(dRecurrentBias).set(sums.subarray(0, 2 * units));
    memory.floats(dRecurrentBias).set(sums.subarray(width), 2 * units);
    return [dx, dRecurrent, dBias, dRecurrentBias];
  },
};
