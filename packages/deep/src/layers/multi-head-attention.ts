import { mul, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { attend } from "./attend-heads.js";
import { checkRate, checkWhole } from "./check-option.js";
import { affine } from "./dense.js";
import { kept } from "./dropout.js";

export interface MultiHeadAttentionOptions {
  readonly heads: number;
  /** Units of a query and a key, by head. */
  readonly keyWidth: number;
  /** Units of a value, by head; default as many as of a key. */
  readonly valueWidth?: number;
  /** Units that come out; default as many as go in. */
  readonly outputWidth?: number;
  /** What is looked at; default the input itself. */
  readonly value?: Steps;
  /** What tells where to look, step by step as `value`; default `value`. */
  readonly key?: Steps;
  /** Whether a step sees only steps up to its own place; default false. */
  readonly causal?: boolean;
  /** Part of the attention that training drops; default 0. */
  readonly dropout?: number;
  /** Default true. */
  readonly useBias?: boolean;
}

/**
 * Attention of each step to steps of the same or another sequence (Vaswani et al. 2017) as Keras's MultiHeadAttention:
 * by head, means of values by softmax of query times key / sqrt(key width), then one dense layer over all heads. Masked
 * steps of `value` are not looked at; where none is real the heads give zeros. Weights `queryKernel` (in x heads key
 * width), `queryBias`, then the same of `key` and `value`, and `outputKernel` (heads value width x out) and `outputBias`.
 *
 * @throws ParamError for sizes that are no whole numbers >= 1 and a dropout outside 0 <= rate < 1.
 */
export function multiHeadAttention(
  graph: Graph,
  name: string,
  query: Steps,
  options: MultiHeadAttentionOptions,
): Steps {
  const { heads, keyWidth, valueWidth = keyWidth, outputWidth = query.width } = options;
  const { value = query, key = value, causal = false, dropout: rate = 0, useBias = true } = options;
  const of = { owner: graph.owner, layer: name };
  checkWhole(of, "heads", heads);
  checkWhole(of, "keyWidth", keyWidth);
  checkWhole(of, "valueWidth", valueWidth);
  checkRate(of, "dropout", rate);
  const projection = (part: string, from: number, to: number): readonly [string, string | undefined] => [
    graph.weight(name, `${part}Kernel`, [from, to], glorotUniform, { decays: true }),
    useBias ? graph.weight(name, `${part}Bias`, [to], zerosInitializer) : undefined,
  ];
  const toQuery = projection("query", query.width, heads * keyWidth);
  const toKey = projection("key", key.width, heads * keyWidth);
  const toValue = projection("value", value.width, heads * valueWidth);
  const toOutput = projection("output", heads * valueWidth, outputWidth);
  return graph.layer(
    "multiHeadAttention",
    name,
    "steps",
    outputWidth,
    [query, value, key],
    ([asked, held, told], run) => {
      const project = (x: Tensor, [kernel, bias]: readonly [string, string | undefined]): Tensor =>
        affine(x, run.weight(kernel), bias === undefined ? undefined : run.weight(bias));
      const mask = held.mask!;
      const queries = mul(project(asked.tensor, toQuery), 1 / Math.sqrt(keyWidth));
      const [keys, values] = [project(told.tensor, toKey), project(held.tensor, toValue)];
      const [rows, steps] = queries.shape;
      const shares = [rows, heads, steps, mask.shape[1]!];
      const scale = run.training && rate > 0 ? kept(shares, rate, run.random(name)) : undefined;
      const means = attend([queries, keys, values], mask, { heads, causal }, scale);
      return { tensor: project(means, toOutput), ...(asked.mask && { mask: asked.mask }) };
    },
  );
}
