import type { ScanOrder } from "../backend/kernels/scan-order.js";
import {
  add,
  concat,
  customGrad,
  engine,
  expandDims,
  type GradSaveFunc,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  zeros,
} from "../backend/tensors.js";

/** From the input of one step (rows x width) and the states before it to the states after it, each rows x units. */
export type Cell = (x: Tensor, states: readonly Tensor[]) => readonly Tensor[];

/**
 * A recurrence by ordinary operations over steps-first inputs (steps x rows x width) and their mask (rows x steps): the
 * first of its states after the last step taken, or after every step. All states start as zeros, and a masked step
 * keeps them.
 */
export function scan(
  x: Tensor,
  mask: Tensor,
  shape: { readonly units: number; readonly states: number },
  cell: Cell,
  { sequences, backwards }: ScanOrder,
): Tensor {
  const [steps, rows, width] = x.shape;
  let states: readonly Tensor[] = Array.from({ length: shape.states }, () => zeros([rows, shape.units]));
  const seen = Array.from<Tensor>({ length: steps });
  for (let k = 0; k < steps; k++) {
    const t = backwards ? steps - 1 - k : k;
    const next = cell(reshape(slice(x, [t, 0, 0], [1, rows, width]), [rows, width]), states);
    const real = slice(mask, [0, t], [rows, 1]);
    states = states.map((state, i) => add(state, mul(real, sub(next[i], state))));
    seen[t] = states[0];
  }
  return sequences
    ? concat(
        seen.map((state) => expandDims(state, 0)),
        0,
      )
    : states[0];
}

/** A kernel of ours over all steps. */
export interface FusedScan {
  readonly kernel: string;
  readonly gradient: string;
  /** Names of its inputs that have a gradient, in the order in which the gradient kernel gives them. */
  readonly inputs: readonly string[];
  /** Names of what it gives besides the states, all for the gradient kernel. */
  readonly kept: readonly string[];
}

/** The same by a fused kernel, whose gradient kernel also gets `recurrent` and `mask`. */
export function fusedScan(
  { kernel, gradient, inputs, kept }: FusedScan,
  given: readonly Tensor[],
  mask: Tensor,
  order: ScanOrder,
): Tensor {
  const attributes = { ...order };
  return customGrad((...all) => {
    const tensors = all.slice(0, inputs.length) as Tensor[];
    const named = Object.fromEntries(inputs.map((name, i) => [name, tensors[i]]));
    const [value, ...rest] = engine().runKernel<Tensor[]>(kernel, { ...named, mask }, attributes);
    (all[inputs.length] as GradSaveFunc)([...rest, named.recurrent, mask]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const held = [...kept, "recurrent", "mask"].map((name, i) => [name, saved[i]] as const);
        return engine().runKernel<Tensor[]>(gradient, { dy, ...Object.fromEntries(held) }, attributes);
      },
    };
  })(...given);
}
