import { add, concat, mul, slice, type Tensor } from "../../backend/tensors.js";

/** What a step is made with. */
export interface Step {
  readonly learningRate: number;
  /** Number of this step, from 1. */
  readonly step: number;
  /** Pulls the first `decayed` weights towards zero. */
  readonly weightDecay: number;
  readonly decayed: number;
}

/** New weights and new slots, nothing changed in place. */
export type Update<S> = (
  settings: S,
  step: Step,
  weights: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
) => { readonly weights: Tensor; readonly slots: readonly Tensor[] };

/** A vector with its first `count` numbers times `factor`. */
export function scaledFirst(vector: Tensor, count: number, factor: number): Tensor {
  if (factor === 1 || count === 0) return vector;
  const rest = slice(vector, [count], [vector.size - count]);
  return concat([mul(slice(vector, [0], [count]), factor), rest], 0);
}

/** `old` moved towards `now` by a share 1 - `keep`. */
export function movingMean(old: Tensor, now: Tensor, keep: number): Tensor {
  return add(mul(old, keep), mul(now, 1 - keep));
}
