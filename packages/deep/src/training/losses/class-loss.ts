import { ParamError } from "@strata-ml/core";
import { z } from "zod";
import {
  add,
  div,
  exp,
  logSoftmax,
  max,
  mul,
  neg,
  pow,
  relu,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
} from "../../backend/tensors.js";
import { findLoss, type LossDefinition, rowLossOf } from "../../custom/define-loss.js";
import { meanOfOutputs, type RowLoss } from "./row-loss.js";

const labelSmoothing = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe("Part of each target that is spread evenly over the classes (Szegedy and others 2016)");

const settings = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("crossEntropy"), labelSmoothing }),
  z.strictObject({
    name: z.literal("focal"),
    gamma: z.number().min(0).default(2).describe("How much less rows count that are already told well"),
    alpha: z
      .number()
      .gt(0)
      .lt(1)
      .nullable()
      .default(null)
      .describe("Weight of the second of two classes, 1 - alpha that of the first; null weighs neither"),
    labelSmoothing,
  }),
  z.strictObject({ name: z.literal("hinge") }),
  z.strictObject({ name: z.literal("squaredHinge") }),
  z.strictObject({ name: z.literal("categoricalHinge") }),
  z.strictObject({
    name: z.literal("generalizedCrossEntropy"),
    q: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe("How little rows count that are told badly: near 0 cross entropy, near 1 the absolute error"),
  }),
]);

export const classLossNames = [
  "crossEntropy",
  "focal",
  "hinge",
  "squaredHinge",
  "categoricalHinge",
  "generalizedCrossEntropy",
] as const satisfies readonly z.output<typeof settings>["name"][];
const isClassLoss = (name: string): boolean => (classLossNames as readonly string[]).includes(name);

/** A loss of a classification by name, one's own among them, or with settings of its own. */
export const classLossSchema = z.union([z.string(), settings]);

/**
 * A loss of logits: one output for two classes, else one a class. Cross entropy; focal loss (Lin and others 2017); hinge
 * losses of each output, or of the best wrong class (Crammer and Singer 2001); generalized cross entropy, which wrong labels
 * harm less (Zhang and Sabuncu 2018).
 *
 * @param own losses by {@link defineLoss}
 * @throws ParamError for a setting or loss that doesn't fit the number of classes, and a name that is none.
 */
export function classLoss(
  owner: string,
  given: z.output<typeof classLossSchema>,
  classes: number,
  own?: readonly LossDefinition[],
): RowLoss {
  if (typeof given === "string" && !isClassLoss(given))
    return rowLossOf(owner, findLoss(owner, given, classLossNames, own));
  const loss = typeof given === "string" ? settings.parse({ name: given }) : given;
  switch (loss.name) {
    case "hinge":
      return (z, y) => meanOfOutputs(hinge(z, y));
    case "squaredHinge":
      return (z, y) => meanOfOutputs(square(hinge(z, y)));
    case "categoricalHinge":
      if (classes > 2) return categoricalHinge;
      throw new ParamError(
        owner,
        `categoricalHinge must be of more than two classes, received ${classes}: use hinge`,
      );
    case "generalizedCrossEntropy":
      return (z, y) => generalized(logOfTruth(z, y, classes), loss.q);
    default:
      return crossEntropy(owner, loss, classes);
  }
}

function crossEntropy(
  owner: string,
  loss: Extract<z.output<typeof settings>, { name: "crossEntropy" | "focal" }>,
  classes: number,
): RowLoss {
  const gamma = loss.name === "focal" ? loss.gamma : 0;
  const alpha = loss.name === "focal" ? loss.alpha : null;
  const smoothing = loss.labelSmoothing;
  if (classes === 2) return (z, y) => binary(z, smoothed(y, smoothing, 2), gamma, alpha);
  if (alpha !== null)
    throw new ParamError(
      owner,
      `the focal loss's alpha must be null for more than two classes, received ${alpha} for ${classes}: use classWeight`,
    );
  return (z, y) => several(z, smoothed(y, smoothing, classes), gamma);
}

function smoothed(y: Tensor, smoothing: number, classes: number): Tensor {
  return smoothing === 0 ? y : add(mul(y, 1 - smoothing), smoothing / classes);
}

/** Of logits of the second class: log(1 + e^z) - y z, times how far the probability is from the target. */
function binary(z: Tensor, y: Tensor, gamma: number, alpha: number | null): Tensor {
  let loss = sub(softplus(z), mul(y, z));
  if (gamma > 0) {
    // 1 - y p - (1 - y) (1 - p) with log p = -softplus(-z), which keeps what a sigmoid near 1 loses.
    const [p, q] = [neg(z), z].map((logit) => exp(neg(softplus(logit))));
    loss = mul(pow(add(mul(y, q), mul(sub(1, y), p)), gamma), loss);
  }
  if (alpha !== null) loss = mul(add(mul(y, 2 * alpha - 1), 1 - alpha), loss);
  return meanOfOutputs(loss);
}

function several(z: Tensor, y: Tensor, gamma: number): Tensor {
  const logs = logSoftmax(z);
  const terms = mul(y, logs);
  return neg(sum(gamma > 0 ? mul(pow(sub(1, exp(logs)), gamma), terms) : terms, 1));
}

/** What each output lacks to 1 on the right side of 0. */
function hinge(z: Tensor, y: Tensor): Tensor {
  return relu(sub(1, mul(sub(mul(y, 2), 1), z)));
}

/** What the true class lacks to 1 above the best wrong one, or above 0 where all of those are below. */
const categoricalHinge: RowLoss = (z, y) => relu(add(sub(max(mul(sub(1, y), z), 1), sum(mul(y, z), 1)), 1));

/** The log of the probability of the true class, one a row. */
function logOfTruth(z: Tensor, y: Tensor, classes: number): Tensor {
  if (classes > 2) return sum(mul(y, logSoftmax(z)), 1);
  return neg(meanOfOutputs(softplus(mul(sub(1, mul(y, 2)), z))));
}

/** (1 - p^q) / q. */
function generalized(logs: Tensor, q: number): Tensor {
  return div(sub(1, exp(mul(logs, q))), q);
}
