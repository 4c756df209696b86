import { customGrad, engine, type GradSaveFunc, type Tensor, transpose } from "../backend/tensors.js";
import { GRU, GRU_GRADIENT } from "../backend/kernels/gru.js";
import { hasKernel } from "../backend/has-kernel.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, orthogonalBlocks, zerosInitializer } from "../network/initializer.js";
import type { Steps, Vector } from "../network/node.js";
import { affine } from "./dense.js";
import { composedGru } from "./gru-composed.js";

export interface GruOptions {
  readonly units: number;
}

/**
 * A gated recurrent unit (Cho et al. 2014), in the form with the reset gate after the matrix product, as Keras's GRU
 * with `reset_after=True`: the state after the last real step, zeros for a row without any. Weights `kernel`
 * (in x 3 units; update, reset, candidate), `recurrent` (units x 3 units), `bias` and
 * `recurrentBias` (3 units each).
 */
export function gru(graph: Graph, name: string, input: Steps, { units }: GruOptions): Vector {
  const kernel = graph.weight(name, "kernel", [input.width, 3 * units], glorotUniform, { decays: true });
  const recurrent = graph.weight(name, "recurrent", [units, 3 * units], orthogonalBlocks, { decays: true });
  const bias = graph.weight(name, "bias", [3 * units], zerosInitializer);
  const recurrentBias = graph.weight(name, "recurrentBias", [3 * units], zerosInitializer);
  return graph.layer(name, "vector", units, [input], ([{ tensor, mask }], run) => {
    // Steps first: each step's numbers then lie side by side.
    const projected = affine(transpose(tensor, [1, 0, 2]), run.weight(kernel));
    const biases = [run.weight(bias), run.weight(recurrentBias)] as const;
    return { tensor: lastState(projected, run.weight(recurrent), biases, mask!) };
  });
}

/** The last state from inputs already multiplied by the kernel (steps x rows x 3 units). */
export function lastState(
  projected: Tensor,
  recurrent: Tensor,
  [bias, recurrentBias]: readonly [Tensor, Tensor],
  mask: Tensor,
): Tensor {
  if (!hasKernel(GRU)) return composedGru(projected, recurrent, [bias, recurrentBias], mask);
  return customGrad((...inputs) => {
    const [x, kernel, inner, outer] = inputs as Tensor[];
    const given = { x, recurrent: kernel, bias: inner, recurrentBias: outer, mask };
    const [last, states, gates] = engine().runKernel<Tensor[]>(GRU, given);
    (inputs[4] as GradSaveFunc)([states, gates, kernel, mask]);
    return {
      value: last,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [before, gated, weights, real] = saved;
        const held = { dy, states: before, gates: gated, recurrent: weights, mask: real };
        return engine().runKernel<Tensor[]>(GRU_GRADIENT, held);
      },
    };
  })(projected, recurrent, bias, recurrentBias);
}
