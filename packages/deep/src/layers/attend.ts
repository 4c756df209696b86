import {
  add,
  cast,
  equal,
  expandDims,
  matMul,
  mul,
  softmax,
  sub,
  type Tensor,
  tensor,
} from "../backend/tensors.js";

/** What is added to the score of a step that must not be looked at: its share is then exactly zero. */
const far = 1e9;

/** Which keys each query may look at. */
export interface Sight {
  /** Real keys: rows x keys. */
  readonly mask: Tensor;
  /** Whether a query sees only keys up to its own place. */
  readonly causal: boolean;
  /** How many queries there are. */
  readonly queries: number;
}

/** What is added to scores: 0 for a key that may be seen, and a lot less for others; rows x 1 or queries x keys. */
export function scoreBias({ mask, causal, queries }: Sight): Tensor {
  const hidden = mul(expandDims(sub(mask, 1), 1), far);
  if (!causal) return hidden;
  const keys = mask.shape[1]!;
  const later = Float32Array.from({ length: queries * keys }, (_, i) =>
    i % keys > Math.floor(i / keys) ? -far : 0,
  );
  return add(hidden, tensor(later, [1, queries, keys]));
}

/**
 * Means of values (... x keys x width) by softmax of scores (... x queries x keys) and what {@link scoreBias} adds to
 * them; zeros where no key may be seen.
 */
export function weightedMeans(
  scores: Tensor,
  bias: Tensor,
  values: Tensor,
  change: (shares: Tensor) => Tensor = (shares) => shares,
): Tensor {
  const seen = cast(equal(bias, 0), "float32");
  return matMul(change(mul(softmax(add(scores, bias)), seen)), values);
}
