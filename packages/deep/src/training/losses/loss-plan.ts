import type { z } from "zod";
import { add, mul, slice, sub, sum, type Tensor, tensor } from "../../backend/tensors.js";
import type { LossDefinition } from "../../custom/define-loss.js";
import { classLossNames, type classLossSchema } from "./class-loss.js";
import { outputsLoss } from "./outputs-loss.js";
import { regressionLoss, regressionLossNames, type regressionLossSchema } from "./regression-loss.js";
import type { RowLoss } from "./row-loss.js";

/** What a loss is made from again in another thread: its name, or its settings. */
export type LossPlan =
  | {
      readonly kind: "classification";
      readonly given: z.output<typeof classLossSchema>;
      /** Of each output. */
      readonly classes: readonly number[];
    }
  | { readonly kind: "regression"; readonly given: z.output<typeof regressionLossSchema> }
  | { readonly kind: "heads"; readonly heads: readonly HeadLoss[] };

/** The loss of some of the outputs, those of the heads side by side. */
export interface HeadLoss {
  readonly width: number;
  readonly weight: number;
  readonly loss: LossPlan;
  /** What rows of each class weigh in this head alone; left out where all weigh the same. */
  readonly classFactors?: readonly number[] | undefined;
}

/** @param own losses by {@link defineLoss} */
export function plannedLoss(owner: string, plan: LossPlan, own?: readonly LossDefinition[]): RowLoss {
  switch (plan.kind) {
    case "classification":
      return outputsLoss(owner, plan.given, plan.classes, own);
    case "regression":
      return regressionLoss(owner, plan.given, own);
    case "heads":
      return headsLoss(plan.heads.map((head) => ({ ...head, loss: plannedLoss(owner, head.loss, own) })));
  }
}

/** The weighted sum of the heads' losses. */
function headsLoss(heads: readonly (Omit<HeadLoss, "loss"> & { readonly loss: RowLoss })[]): RowLoss {
  return (outputs, targets) => {
    const rows = outputs.shape[0];
    let from = 0;
    const losses = heads.map(({ width, weight, loss, classFactors }) => {
      const own = (all: Tensor): Tensor => slice(all, [0, from], [rows, width]);
      const truth = own(targets);
      const value = mul(loss(own(outputs), truth), weight);
      from += width;
      return classFactors ? mul(value, rowFactors(truth, classFactors)) : value;
    });
    return losses.reduce((sum, loss) => add(sum, loss));
  };
}

/**
 * The factor of each row's class, from targets that are 0 or 1 for two classes and else one-hot. Weights of rows are the same
 * for all heads; what only one of them weighs can be told from its targets.
 */
function rowFactors(targets: Tensor, factors: readonly number[]): Tensor {
  if (factors.length > 2) return sum(mul(targets, tensor(Float32Array.from(factors))), 1);
  // No difference of the two, in which a small one beside a large one would lose its digits.
  return sum(add(mul(targets, factors[1]), mul(sub(1, targets), factors[0])), 1);
}

/** Names of the losses of one's own. */
export function ownLossNames(plan: LossPlan): readonly string[] {
  if (plan.kind === "heads") return plan.heads.flatMap(({ loss }) => ownLossNames(loss));
  const ours: readonly string[] = plan.kind === "regression" ? regressionLossNames : classLossNames;
  return typeof plan.given === "string" && !ours.includes(plan.given) ? [plan.given] : [];
}
