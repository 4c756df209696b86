import { ATTENTION, ATTENTION_GRADIENT } from "../backend/kernels/attention.js";
import { hasKernel } from "../backend/has-kernel.js";
import {
  customGrad,
  engine,
  expandDims,
  type GradSaveFunc,
  matMul,
  mul,
  reshape,
  type Tensor,
  transpose,
} from "../backend/tensors.js";
import { scoreBias, weightedMeans } from "./attend.js";

export interface Heads {
  readonly heads: number;
  /** Whether a query sees only keys up to its own place. */
  readonly causal: boolean;
}

/** Queries, keys and values: rows x steps x (heads width) each, queries scaled already. */
type Projected = readonly [query: Tensor, key: Tensor, value: Tensor];

/**
 * By head, means of values by softmax of queries times keys that the mask (rows x keys) leaves; zeros where there are
 * none. `kept` (rows x heads x queries x keys), if given, scales the shares.
 */
export function attend(projected: Projected, mask: Tensor, heads: Heads, kept?: Tensor): Tensor {
  if (!hasKernel(ATTENTION)) return composedAttend(projected, mask, heads, kept);
  const attributes = { ...heads };
  return customGrad((...inputs) => {
    const [query, key, value] = inputs as Tensor[];
    const scale = kept && { kept };
    const [out, shares] = engine().runKernel<Tensor[]>(
      ATTENTION,
      { query, key, value, mask, ...scale },
      attributes,
    );
    (inputs[3] as GradSaveFunc)([query, key, value, shares, mask, ...(kept ? [kept] : [])]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const names = ["query", "key", "value", "shares", "mask", "kept"];
        const held = { dy, ...Object.fromEntries(saved.map((tensor, i) => [names[i], tensor])) };
        return engine().runKernel<Tensor[]>(ATTENTION_GRADIENT, held, attributes);
      },
    };
  })(...projected);
}

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export function composedAttend(
  [query, key, value]: Projected,
  mask: Tensor,
  { heads, causal }: Heads,
  kept?: Tensor,
): Tensor {
  const bias = expandDims(scoreBias({ mask, causal, queries: query.shape[1]! }), 1);
  const scores = matMul(splitHeads(query, heads), splitHeads(key, heads), false, true);
  const values = splitHeads(value, heads);
  return joinHeads(weightedMeans(scores, bias, values, (shares) => (kept ? mul(shares, kept) : shares)));
}

/** Rows x steps x (heads width) to rows x heads x steps x width. */
function splitHeads(x: Tensor, heads: number): Tensor {
  const [rows, steps, width] = x.shape as [number, number, number];
  return transpose(reshape(x, [rows, steps, heads, width / heads]), [0, 2, 1, 3]);
}

function joinHeads(x: Tensor): Tensor {
  const [rows, heads, steps, width] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [rows, steps, heads * width]);
}
