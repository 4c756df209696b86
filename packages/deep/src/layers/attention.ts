import { add, expandDims, matMul, mul, reshape, sum, tanh } from "../backend/tensors.js";
import { type Graph, unnamed } from "../network/graph.js";
import { glorotUniform } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { scoreBias, weightedMeans } from "./attend.js";
import { refuse } from "./check-option.js";

export interface AttentionOptions {
  /** What is looked at; default the query itself. */
  readonly value?: Steps;
  /** What tells where to look, step by step as `value`; default `value`. */
  readonly key?: Steps;
  /** Whether a step sees only steps up to its own place; default false. */
  readonly causal?: boolean;
}

/**
 * Means of values by softmax of query times key (Luong et al. 2015) as Keras's Attention, without weights of its own.
 * Masked steps of `value` are not looked at; zeros where none is real.
 *
 * @throws ParamError where queries and keys are not equally wide.
 */
export function attention(owner: string, query: Steps, options: AttentionOptions = {}): Steps {
  const { value = query, key = value, causal = false } = options;
  checkWidths({ owner, layer: "attention" }, query, key);
  return unnamed("steps", value.width, [query, value, key], ([asked, held, told]) => {
    const mask = held.mask!;
    const bias = scoreBias({ mask, causal, queries: asked.tensor.shape[1]! });
    const scores = matMul(asked.tensor, told.tensor, false, true);
    return {
      tensor: weightedMeans(scores, bias, held.tensor),
      ...(asked.mask && { mask: asked.mask }),
    };
  });
}

/**
 * Means of values by softmax of scale tanh(query + key) (Bahdanau et al. 2015) as Keras's AdditiveAttention; masks as
 * in {@link attention}. Weight `scale` (one a unit).
 *
 * @throws ParamError where queries and keys are not equally wide.
 */
export function additiveAttention(
  graph: Graph,
  name: string,
  query: Steps,
  options: AttentionOptions = {},
): Steps {
  const { value = query, key = value, causal = false } = options;
  checkWidths({ owner: graph.owner, layer: name }, query, key);
  const scale = graph.weight(name, "scale", [query.width], (shape, random) =>
    glorotUniform([...shape, 1], random),
  );
  return graph.layer(
    "additiveAttention",
    name,
    "steps",
    value.width,
    [query, value, key],
    ([asked, held, told], run) => {
      const mask = held.mask!;
      const [rows, queries] = asked.tensor.shape as [number, number];
      const keys = mask.shape[1]!;
      const hidden = tanh(add(expandDims(asked.tensor, 2), expandDims(told.tensor, 1)));
      const weighted = mul(reshape(hidden, [rows * queries * keys, query.width]), run.weight(scale));
      const scores = reshape(sum(weighted, 1), [rows, queries, keys]);
      return {
        tensor: weightedMeans(scores, scoreBias({ mask, causal, queries }), held.tensor),
        ...(asked.mask && { mask: asked.mask }),
      };
    },
  );
}

function checkWidths(of: { owner: string; layer: string }, query: Steps, key: Steps): void {
  if (query.width !== key.width) refuse(of, "key", `as wide as the query (${query.width})`, key.width);
}
