import { reverse, type Tensor, transpose } from "../backend/tensors.js";
import type { ScanOrder } from "../backend/kernels/scan-order.js";
import type { Graph } from "../network/graph.js";
import {
  glorotUniform,
  type Initializer,
  orthogonalBlocks,
  zerosInitializer,
} from "../network/initializer.js";
import type { Steps, Vector } from "../network/node.js";

/** What every recurrent layer takes. */
export interface RecurrentOptions<S extends boolean = boolean> {
  readonly units: number;
  /** Whether to give the state after every step, and not the last alone; default false. */
  readonly returnSequences?: S;
  /** Whether the last step is taken first; states of all steps then come in that order too, as in Keras. Default false. */
  readonly goBackwards?: boolean;
}

/** What a recurrent layer gives. */
export type Recurrent<S extends boolean> = S extends true ? Steps : Vector;

/** Declares a weight of a layer and gives its full name. */
export type Declare = (
  name: string,
  shape: readonly number[],
  initializer: Initializer,
  options?: { decays?: boolean },
) => string;

/**
 * A recurrent layer whose weights are declared: from steps-first inputs (steps x rows x in) and their mask (rows x
 * steps) to the last state (rows x units), or to the states after all steps (steps x rows x units), each at its
 * input's place whatever the order. A masked step keeps the state.
 */
export type Recurrence = (
  x: Tensor,
  mask: Tensor,
  weight: (name: string) => Tensor,
  order: ScanOrder,
) => Tensor;

/** Names of the weights that every recurrent layer has, `gates` times as wide as its state. */
export function recurrentWeights(
  declare: Declare,
  width: number,
  units: number,
  gates: number,
  firstBias: Initializer = zerosInitializer,
): readonly [kernel: string, recurrent: string, bias: string] {
  return [
    declare("kernel", [width, gates * units], glorotUniform, { decays: true }),
    declare("recurrent", [units, gates * units], orthogonalBlocks, { decays: true }),
    declare("bias", [gates * units], firstBias),
  ];
}

/** A recurrence as a layer over steps. */
export function recurrentLayer<S extends boolean = false>(
  graph: Graph,
  type: "gru" | "lstm" | "simpleRnn",
  name: string,
  input: Steps,
  { units, returnSequences: sequences = false as S, goBackwards: backwards = false }: RecurrentOptions<S>,
  make: (declare: Declare) => Recurrence,
): Recurrent<S> {
  const recurrence = make((weight, ...rest) => graph.weight(name, weight, ...rest));
  return graph.layer(
    type,
    name,
    sequences ? "steps" : "vector",
    units,
    [input],
    ([{ tensor, mask: given }], run) => {
      const mask = given!;
      const states = recurrence(stepsFirst(tensor), mask, (weight) => run.weight(weight), {
        sequences,
        backwards,
      });
      if (!sequences) return { tensor: states };
      if (!backwards) return { tensor: rowsFirst(states), mask };
      return { tensor: rowsFirst(reverse(states, 0)), mask: reverse(mask, 1) };
    },
  ) as Steps | Vector as Recurrent<S>;
}

/** Steps first: each step's numbers then lie side by side. */
export function stepsFirst(x: Tensor): Tensor {
  return transpose(x, [1, 0, 2]);
}

export function rowsFirst(x: Tensor): Tensor {
  return transpose(x, [1, 0, 2]);
}
