import { StrataError } from "@strata-ml/core";
import { z } from "zod";
import {
  add,
  cast,
  exp,
  greaterEqual,
  log,
  matMul,
  max,
  mul,
  relu,
  slice,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  topk,
} from "../../backend/tensors.js";
import { detached } from "../../custom/detached.js";
import { unitVectors } from "../../layers/unit-norm.js";
import { distances, meanOver, type Pairs, pairsOf, squaredDistances, withPair } from "./embedding-pairs.js";
import type { RowLoss } from "./row-loss.js";
import { tripletWeights } from "./triplet-mining.js";

const temperature = z.number().positive().default(0.1).describe("What cosines are divided by");
const margin = z.number().positive().default(1);

const settings = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("contrastive"),
    margin: margin.describe("Distance that rows of two entities should have at least"),
    negatives: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe("Nearest rows of other entities that count; null counts all"),
  }),
  z.strictObject({ name: z.literal("infoNce"), temperature }),
  z.strictObject({ name: z.literal("supervisedContrastive"), temperature }),
  z.strictObject({
    name: z.literal("triplet"),
    margin: margin.describe("How much further than a positive a negative should be"),
    mining: z
      .enum(["semiHard", "hard", "all"])
      .default("semiHard")
      .describe(
        "Which triplets count: for every positive the nearest negative beyond it, the hardest one, or all",
      ),
    distance: z.enum(["euclidean", "squaredEuclidean", "cosine"]).default("euclidean"),
  }),
]);
type EmbeddingLoss = z.output<typeof settings>;

const names = [
  "contrastive",
  "infoNce",
  "supervisedContrastive",
  "triplet",
] as const satisfies readonly EmbeddingLoss["name"][];

/** A loss of embeddings by name, or with settings of its own. */
export const embeddingLossSchema = z.union([z.enum(names), settings]);

/**
 * A loss that draws rows of one entity together and those of others apart, within a batch. Outputs are embeddings, rows x
 * units; targets the entity of each row, rows x 1, as whole numbers below 2^24. A row without another of its entity, or (but for
 * `contrastive`) without one of another, counts 0.
 *
 * - `contrastive` (Hadsell and others 2006): half the squared distance of pairs of one entity, half the square of what others
 *   lack to the margin; the mean over a row's pairs.
 * - `infoNce` (van den Oord and others 2018): cross entropy of each positive among the negatives, by cosines; the mean over
 *   positives.
 * - `supervisedContrastive` (Khosla and others 2020, L_out): the same among all other rows, positives too.
 * - `triplet` (Schroff and others 2015): what a positive's distance and the margin are above a negative's; the mean over a
 *   row's positives, of `hard` its hardest triplet, of `all` the mean over all. Memory of `semiHard` and `all` doesn't grow
 *   beyond some blocks of anchors.
 *
 * @throws StrataError, from the loss itself, for targets of another shape.
 */
export function embeddingLoss(owner: string, given: z.output<typeof embeddingLossSchema>): RowLoss {
  const loss = typeof given === "string" ? settings.parse({ name: given }) : given;
  return (outputs, targets) => {
    if (targets.size !== outputs.shape[0])
      throw new StrataError(
        owner,
        `targets of ${loss.name} must be one entity a row, ${outputs.shape[0]} x 1, received ${targets.shape.join(" x ")}`,
      );
    const pairs = pairsOf(targets);
    switch (loss.name) {
      case "contrastive":
        return contrastive(outputs, pairs, loss.margin, loss.negatives);
      case "infoNce":
        return infoNce(cosines(outputs, loss.temperature), pairs);
      case "supervisedContrastive":
        return supervised(cosines(outputs, loss.temperature), pairs);
      case "triplet":
        return triplet(distancesBy[loss.distance](outputs), pairs, loss);
    }
  };
}

function contrastive(
  x: Tensor,
  { same, different }: Pairs,
  margin: number,
  negatives: number | null,
): Tensor {
  const distance = distances(x);
  const others = negatives === null ? different : detached((d) => nearest(d, different, negatives), distance);
  const pull = mul(same, squaredDistances(x));
  const push = mul(others, square(relu(sub(margin, distance))));
  const sums = mul(sum(add(pull, push), 1), 0.5);
  return mul(meanOver(sums, sum(add(same, others), 1)), withPair(same));
}

/** Of the pairs those of a row's smallest distances; all where there are fewer. */
function nearest(distance: Tensor, pairs: Tensor, count: number): Tensor {
  const rows = distance.shape[0];
  if (count >= rows) return pairs;
  const closeness = sub(mul(sub(1, pairs), -1e30), distance);
  const last = slice(topk(closeness, count).values, [0, count - 1], [rows, 1]);
  return mul(pairs, cast(greaterEqual(closeness, last), "float32"));
}

const cosines = (x: Tensor, temperature: number): Tensor => {
  const unit = unitVectors(x);
  return mul(matMul(unit, unit, false, true), 1 / temperature);
};

/** -log(e^s_p / (e^s_p + sum over negatives e^s_n)) = softplus(log-sum of the negatives - s_p). */
function infoNce(similarity: Tensor, { same, different }: Pairs): Tensor {
  const losses = mul(same, softplus(sub(logSum(similarity, different), similarity)));
  return mul(meanOver(sum(losses, 1), sum(same, 1)), withPair(different));
}

function supervised(similarity: Tensor, { same, different }: Pairs): Tensor {
  const all = logSum(similarity, add(same, different));
  const losses = mul(same, sub(all, similarity));
  return mul(meanOver(sum(losses, 1), sum(same, 1)), withPair(different));
}

/** log of the sum of e^x over a row's pairs, rows x 1. */
function logSum(x: Tensor, pairs: Tensor): Tensor {
  const masked = add(mul(x, pairs), mul(sub(1, pairs), -1e9));
  const most = detached((values) => max(values, 1, true), masked);
  return add(log(sum(exp(sub(masked, most)), 1, true)), most);
}

const distancesBy = {
  euclidean: distances,
  squaredEuclidean: squaredDistances,
  cosine: (x: Tensor): Tensor => sub(1, cosines(x, 1)),
};

function triplet(
  distance: Tensor,
  { same, different }: Pairs,
  { mining, margin }: Extract<EmbeddingLoss, { name: "triplet" }>,
): Tensor {
  const weights = detached((d) => tripletWeights(d, same, different, mining, margin), distance);
  return sum(add(mul(weights, distance), mul(relu(weights), margin)), 1);
}
