import type { Graph } from "../network/graph.js";
import type { Steps } from "../network/node.js";
import { type Activation, checkActivation } from "./activation.js";
import { checkRate, checkWhole, refuse } from "./check-option.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { add } from "./join.js";
import { layerNorm } from "./layer-norm.js";
import { multiHeadAttention } from "./multi-head-attention.js";

export interface TransformerEncoderOptions {
  /** Heads of the attention; they share the width of a step, which they must divide. */
  readonly heads: number;
  /** Units of the hidden layer of each step; default 4 times the width of a step. */
  readonly hiddenUnits?: number;
  /** Activation of that layer; default relu. */
  readonly activation?: Activation;
  /** Part that training drops of the attention, of its output and of the hidden layer's; default 0. */
  readonly dropout?: number;
  /** Whether steps are standardised before attention and hidden layer (Xiong et al. 2020), or after; default false. */
  readonly normFirst?: boolean;
  /** Whether a step sees only steps up to its own place; default false. */
  readonly causal?: boolean;
  /** Added to the variances; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * A block of a transformer's encoder (Vaswani et al. 2017): attention, then a hidden layer for each step, each added to
 * what went in and standardised. Its layers are named `<name>.attention`, `<name>.hidden`, `<name>.output`,
 * `<name>.attentionNorm` and `<name>.outputNorm`.
 *
 * @throws ParamError for heads that do not divide the width, and as the layers it is made of.
 */
export function transformerEncoder(
  graph: Graph,
  name: string,
  input: Steps,
  options: TransformerEncoderOptions,
): Steps {
  const { width } = input;
  const { heads, hiddenUnits = 4 * width, activation = "relu", dropout: rate = 0 } = options;
  const { normFirst = false, causal = false, epsilon = 1e-5 } = options;
  const of = { owner: graph.owner, layer: name };
  checkWhole(of, "heads", heads);
  if (width % heads !== 0) refuse(of, "heads", `a divisor of the width ${width}`, heads);
  checkActivation(of, activation);
  checkRate(of, "dropout", rate);
  const drop = (part: string, node: Steps): Steps =>
    rate === 0 ? node : dropout(graph, `${name}.${part}Dropout`, node, { rate });
  const norm = (part: string, node: Steps): Steps =>
    layerNorm(graph, `${name}.${part}Norm`, node, { epsilon });
  /** Adds what a part makes of the steps, standardised on the way in or on the way out. */
  const added = (part: string, node: Steps, make: (from: Steps) => Steps): Steps => {
    if (normFirst) return add(graph.owner, [node, drop(part, make(norm(part, node)))]);
    return norm(part, add(graph.owner, [node, drop(part, make(node))]));
  };
  const looked = added("attention", input, (from) =>
    multiHeadAttention(graph, `${name}.attention`, from, {
      heads,
      keyWidth: width / heads,
      dropout: rate,
      causal,
    }),
  );
  const out = added("output", looked, (from) => {
    const hidden = dense(graph, `${name}.hidden`, from, { units: hiddenUnits, activation });
    return dense(graph, `${name}.output`, hidden, { units: width });
  });
  return graph.layer("transformerEncoder", name, "steps", width, [out], ([value]) => value);
}
