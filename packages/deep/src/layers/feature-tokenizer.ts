import { StrataError } from "@strata-ml/core";
import { add, concat, expandDims, mul, ones, reshape, type Tensor, zeros } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { firstRowsZero, uniformInitializer } from "../network/initializer.js";
import type { Code, Steps, Vector } from "../network/node.js";
import { checkWhole } from "./check-option.js";
import { lookUp, RESERVED_CODES } from "./embedding.js";

export interface FeatureTokenizerOptions {
  /** Width of each step. */
  readonly units: number;
  /** A vector whose numbers become a step each. */
  readonly numeric?: Vector | undefined;
  /** Codes that become a step each. */
  readonly categorical?: readonly Code[];
  /** Whether a learned step comes first, for `firstStep` to read the row from; default true. */
  readonly classToken?: boolean;
}

/**
 * Features as steps, for a transformer over tabular rows (Gorishniy et al. 2021): a number times a learned vector, or a
 * category's learned vector, plus a learned bias of the feature. Weights `classToken` (units), `numeric` (numbers x
 * units), `embeddings<i>` (codes x units) and `bias` (features x units), all first uniform within ±1 / sqrt(units).
 *
 * @throws StrataError where there is no feature, ParamError where units are no whole number >= 1.
 */
export function featureTokenizer(
  graph: Graph,
  name: string,
  { units, numeric, categorical = [], classToken = true }: FeatureTokenizerOptions,
): Steps {
  checkWhole({ owner: graph.owner, layer: name }, "units", units);
  const numbers = numeric?.width ?? 0;
  const features = numbers + categorical.length;
  if (features === 0)
    throw new StrataError(graph.owner, `layer '${name}': there must be at least one feature, received none`);
  const first = uniformInitializer(1 / Math.sqrt(units));
  const declare = (weight: string, rows: number, initializer = first): string =>
    graph.weight(name, weight, [rows, units], initializer, { decays: true });
  const token = classToken ? declare("classToken", 1) : undefined;
  const scale = numeric && declare("numeric", numbers);
  const tables = categorical.map(({ width }, i) =>
    declare(`embeddings${i}`, width, firstRowsZero(Math.min(RESERVED_CODES, width), first)),
  );
  const bias = graph.weight(name, "bias", [features, units], first);
  const inputs = [...(numeric ? [numeric] : []), ...categorical];
  return graph.layer("featureTokenizer", name, "steps", units, inputs, (values, run) => {
    const rows = values[0].tensor.shape[0];
    const parts: Tensor[] = [];
    if (scale !== undefined) parts.push(mul(expandDims(values[0].tensor, 2), run.weight(scale)));
    tables.forEach((table, i) => {
      const codes = values[inputs.length - tables.length + i].tensor;
      parts.push(expandDims(lookUp(run.weight(table), reshape(codes, [rows])), 1));
    });
    const tokens = add(concat(parts, 1), run.weight(bias));
    const tensor =
      token === undefined ? tokens : concat([add(zeros([rows, 1, units]), run.weight(token)), tokens], 1);
    return { tensor, mask: ones([rows, features + (token === undefined ? 0 : 1)]) };
  });
}
