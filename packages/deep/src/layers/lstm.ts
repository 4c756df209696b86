import { LSTM, LSTM_GRADIENT } from "../backend/kernels/lstm.js";
import type { ScanOrder } from "../backend/kernels/scan-order.js";
import { hasKernel } from "../backend/has-kernel.js";
import { add, matMul, mul, sigmoid, split, type Tensor, tanh } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { type Initializer, onesBetween, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { affine } from "./dense.js";
import {
  type Declare,
  type Recurrence,
  type Recurrent,
  recurrentLayer,
  type RecurrentOptions,
  recurrentWeights,
} from "./recurrent.js";
import { fusedScan, scan } from "./scan.js";

export interface LstmOptions<S extends boolean = boolean> extends RecurrentOptions<S> {
  /** Whether the forget gate's bias starts at 1 and not 0, so that a cell first remembers (Jozefowicz et al. 2015); default true. */
  readonly unitForgetBias?: boolean;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997) as Keras's LSTM: the state after the last real step, zeros
 * for a row without any, or the state after each step. Weights `kernel` (in x 4 units; input, forget, candidate,
 * output), `recurrent` (units x 4 units) and `bias` (4 units). The recurrent weights of each gate start orthonormal, where Keras
 * has those of all gates together so.
 */
export function lstm<S extends boolean = false>(
  graph: Graph,
  name: string,
  input: Steps,
  options: LstmOptions<S>,
): Recurrent<S> {
  return recurrentLayer(graph, "lstm", name, input, options, (declare) =>
    lstmRecurrence(declare, input.width, options),
  );
}

export function lstmRecurrence(
  declare: Declare,
  width: number,
  { units, unitForgetBias = true }: LstmOptions,
): Recurrence {
  const first: Initializer = unitForgetBias ? onesBetween(units, 2 * units) : zerosInitializer;
  const [kernel, recurrent, bias] = recurrentWeights(declare, width, units, 4, first);
  return (x, mask, weight, order) =>
    lstmStates(affine(x, weight(kernel), weight(bias)), weight(recurrent), mask, order);
}

/** States from inputs already multiplied by the kernel, bias added (steps x rows x 4 units). */
export function lstmStates(projected: Tensor, recurrent: Tensor, mask: Tensor, order: ScanOrder): Tensor {
  if (!hasKernel(LSTM)) return composedLstm(projected, recurrent, mask, order);
  return fusedScan(
    {
      kernel: LSTM,
      gradient: LSTM_GRADIENT,
      inputs: ["x", "recurrent"],
      kept: ["states", "cells", "tanhs", "gates"],
    },
    [projected, recurrent],
    mask,
    order,
  );
}

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export function composedLstm(projected: Tensor, recurrent: Tensor, mask: Tensor, order: ScanOrder): Tensor {
  const units = recurrent.shape[0];
  return scan(
    projected,
    mask,
    { units, states: 2 },
    (x, [state, cell]) => {
      const [input, forget, candidate, output] = split(add(x, matMul(state, recurrent)), 4, 1);
      const next = add(mul(sigmoid(forget), cell), mul(sigmoid(input), tanh(candidate)));
      return [mul(sigmoid(output), tanh(next)), next];
    },
    order,
  );
}
