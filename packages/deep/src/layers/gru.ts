import { GRU, GRU_GRADIENT } from "../backend/kernels/gru.js";
import type { ScanOrder } from "../backend/kernels/scan-order.js";
import { hasKernel } from "../backend/has-kernel.js";
import { add, matMul, mul, sigmoid, slice, split, sub, type Tensor, tanh } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { zerosInitializer } from "../network/initializer.js";
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

export interface GruOptions<S extends boolean = boolean> extends RecurrentOptions<S> {
  /** Whether the reset gate acts after the matrix product, as in cuDNN, or on the state before it; default true. */
  readonly resetAfter?: boolean;
}

/**
 * A gated recurrent unit (Cho et al. 2014) as Keras's GRU: the state after the last real step, zeros for a row without
 * any, or the state after each step. Weights `kernel` (in x 3 units; update, reset, candidate), `recurrent` (units x
 * 3 units), `bias` and, with the reset gate after the product, `recurrentBias` (3 units each). The recurrent weights of each gate
 * start orthonormal, where Keras has those of all gates together so.
 */
export function gru<S extends boolean = false>(
  graph: Graph,
  name: string,
  input: Steps,
  options: GruOptions<S>,
): Recurrent<S> {
  return recurrentLayer(graph, "gru", name, input, options, (declare) =>
    gruRecurrence(declare, input.width, options),
  );
}

export function gruRecurrence(
  declare: Declare,
  width: number,
  { units, resetAfter = true }: GruOptions,
): Recurrence {
  const [kernel, recurrent, bias] = recurrentWeights(declare, width, units, 3);
  if (!resetAfter) {
    return (x, mask, weight, order) => {
      const projected = affine(x, weight(kernel), weight(bias));
      return resetBeforeGru(projected, weight(recurrent), mask, order);
    };
  }
  const recurrentBias = declare("recurrentBias", [3 * units], zerosInitializer);
  return (x, mask, weight, order) => {
    const biases = [weight(bias), weight(recurrentBias)] as const;
    return gruStates(affine(x, weight(kernel)), weight(recurrent), biases, mask, order);
  };
}

type Biases = readonly [Tensor, Tensor];

/** States from inputs already multiplied by the kernel (steps x rows x 3 units). */
export function gruStates(
  projected: Tensor,
  recurrent: Tensor,
  biases: Biases,
  mask: Tensor,
  order: ScanOrder,
): Tensor {
  if (!hasKernel(GRU)) return composedGru(projected, recurrent, biases, mask, order);
  return fusedScan(
    {
      kernel: GRU,
      gradient: GRU_GRADIENT,
      inputs: ["x", "recurrent", "bias", "recurrentBias"],
      kept: ["states", "gates"],
    },
    [projected, recurrent, ...biases],
    mask,
    order,
  );
}

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export function composedGru(
  projected: Tensor,
  recurrent: Tensor,
  [bias, recurrentBias]: Biases,
  mask: Tensor,
  order: ScanOrder,
): Tensor {
  const units = recurrent.shape[0];
  return scan(
    projected,
    mask,
    { units, states: 1 },
    (x, [state]) => {
      const inner = split(add(x, bias), 3, 1);
      const outer = split(add(matMul(state, recurrent), recurrentBias), 3, 1);
      const update = sigmoid(add(inner[0], outer[0]));
      const reset = sigmoid(add(inner[1], outer[1]));
      return [mixed(update, state, tanh(add(inner[2], mul(reset, outer[2]))))];
    },
    order,
  );
}

/** The form of the first paper: the reset gate acts on the state, whose product with the candidate's kernel comes after. */
function resetBeforeGru(projected: Tensor, recurrent: Tensor, mask: Tensor, order: ScanOrder): Tensor {
  const units = recurrent.shape[0];
  const gateKernel = slice(recurrent, [0, 0], [units, 2 * units]);
  const candidateKernel = slice(recurrent, [0, 2 * units], [units, units]);
  return scan(
    projected,
    mask,
    { units, states: 1 },
    (x, [state]) => {
      const inner = split(x, 3, 1);
      const outer = split(matMul(state, gateKernel), 2, 1);
      const update = sigmoid(add(inner[0], outer[0]));
      const reset = sigmoid(add(inner[1], outer[1]));
      return [mixed(update, state, tanh(add(inner[2], matMul(mul(reset, state), candidateKernel))))];
    },
    order,
  );
}

/** update * state + (1 - update) * candidate. */
function mixed(update: Tensor, state: Tensor, candidate: Tensor): Tensor {
  return add(candidate, mul(update, sub(state, candidate)));
}
