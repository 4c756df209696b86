import { add, matMul } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Steps } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { affine } from "./dense.js";
import {
  type Declare,
  type Recurrence,
  type Recurrent,
  recurrentLayer,
  type RecurrentOptions,
  recurrentWeights,
} from "./recurrent.js";
import { scan } from "./scan.js";

export interface SimpleRnnOptions<S extends boolean = boolean> extends RecurrentOptions<S> {
  /** Default tanh. */
  readonly activation?: Activation;
}

/**
 * A recurrent layer without gates (Elman 1990) as Keras's SimpleRNN: activation(x W + state U + b). The state after the
 * last real step, zeros for a row without any, or the state after each step. Weights `kernel` (in x units),
 * `recurrent` (units x units) and `bias`.
 */
export function simpleRnn<S extends boolean = false>(
  graph: Graph,
  name: string,
  input: Steps,
  options: SimpleRnnOptions<S>,
): Recurrent<S> {
  checkActivation({ owner: graph.owner, layer: name }, options.activation ?? "tanh");
  return recurrentLayer(graph, "simpleRnn", name, input, options, (declare) =>
    simpleRnnRecurrence(declare, input.width, options),
  );
}

export function simpleRnnRecurrence(
  declare: Declare,
  width: number,
  { units, activation = "tanh" }: SimpleRnnOptions,
): Recurrence {
  const [kernel, recurrent, bias] = recurrentWeights(declare, width, units, 1);
  return (x, mask, weight, order) =>
    scan(
      affine(x, weight(kernel), weight(bias)),
      mask,
      { units, states: 1 },
      (step, [state]) => [activate(activation, add(step, matMul(state, weight(recurrent))))],
      order,
    );
}
