import {
  add,
  expandDims,
  matMul,
  mul,
  reshape,
  softmax,
  sub,
  type Tensor,
  tanh,
  transpose,
} from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, zerosInitializer } from "../network/initializer.js";
import type { Steps, Vector } from "../network/node.js";
import { affine } from "./dense.js";
import { anyStep } from "./pooling.js";

export interface AttentionPoolOptions {
  /** Units of the layer that scores a step. */
  readonly units: number;
  /** How many weighted means are taken side by side; default 1. */
  readonly heads?: number;
}

/**
 * Means over the real steps whose weights are learned: softmax of v tanh(W x + b) (Bahdanau et al. 2015; Yang et al. 2016).
 * Zeros for a row without steps. A mean knows no order: give each step its place, for instance by an embedding of its age.
 * Weights `kernel` (in x units), `bias`, `heads` (units x heads).
 */
export function attentionPool(
  graph: Graph,
  name: string,
  input: Steps,
  { units, heads = 1 }: AttentionPoolOptions,
): Vector {
  const kernel = graph.weight(name, "kernel", [input.width, units], glorotUniform, { decays: true });
  const bias = graph.weight(name, "bias", [units], zerosInitializer);
  const queries = graph.weight(name, "heads", [units, heads], glorotUniform, { decays: true });
  return graph.layer(
    "attentionPool",
    name,
    "vector",
    input.width * heads,
    [input],
    ([{ tensor, mask }], run) => {
      const hidden = tanh(affine(tensor, run.weight(kernel), run.weight(bias)));
      const shares = maskedShares(affine(hidden, run.weight(queries)), mask!);
      return { tensor: reshape(matMul(shares, tensor), [-1, input.width * heads]) };
    },
  );
}

/** Softmax over the real steps of scores (rows x steps x heads), as rows x heads x steps; zeros where there are none. */
function maskedShares(scores: Tensor, mask: Tensor): Tensor {
  const [rows, steps, heads] = scores.shape;
  const byHead = heads === 1 ? reshape(scores, [rows, 1, steps]) : transpose(scores, [0, 2, 1]);
  const real = expandDims(mask, 1);
  const shares = softmax(add(mul(byHead, real), mul(sub(real, 1), 1e9)));
  return mul(shares, expandDims(anyStep(mask), 2));
}
