import { listNames, type Label, ParamError } from "@strata-ml/core";
import { z } from "zod";
import { classLossSchema } from "../training/losses/class-loss.js";
import type { HeadLoss, LossPlan } from "../training/losses/loss-plan.js";
import { regressionLossSchema } from "../training/losses/regression-loss.js";
import { classWeightSchema } from "./class-task.js";
import { metricShape } from "./metric-params.js";
import { logitsOf } from "./output-classes.js";

const weight = z
  .number()
  .positive()
  .default(1)
  .describe("Factor of the head's loss in the sum that is minimised");
const { metrics } = metricShape;

/** What one head learns; the name is that of its column. */
export const headSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("classification"),
    loss: classLossSchema.default("crossEntropy").describe("As of NeuralClassifier"),
    weight,
    classWeight: classWeightSchema.describe(
      "Weights of this head's classes, times the sample weights: balanced gives each the same total, a record a factor by label. Factors are divided by their mean over the training rows, so that the head weighs in the sum of losses as without",
    ),
    metrics,
  }),
  z.strictObject({
    kind: z.literal("regression"),
    loss: regressionLossSchema
      .default("squaredError")
      .describe("As of NeuralRegressor, on the standardised target"),
    weight,
    metrics,
  }),
]);
export type HeadSettings = Readonly<z.output<typeof headSchema>>;

/** What each head learns, by its name. */
export type Heads = Readonly<Record<string, HeadSettings>>;

/** What a head has learnt besides weights. */
export const headState = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("classification"),
    name: z.string(),
    classes: z
      .array(z.union([z.number(), z.string()]))
      .min(2)
      .readonly(),
  }),
  z.strictObject({
    kind: z.literal("regression"),
    name: z.string(),
    mean: z.number(),
    scale: z.number().positive(),
  }),
]);
export type HeadState =
  | { readonly kind: "classification"; readonly name: string; readonly classes: readonly Label[] }
  | { readonly kind: "regression"; readonly name: string; readonly mean: number; readonly scale: number };

/** How errors name a head. */
export function headOwner(owner: string, name: string): string {
  return `${owner}, head '${name}'`;
}

/** Outputs that a head has. */
export function headWidth(head: HeadState): number {
  return head.kind === "classification" ? logitsOf(head.classes.length) : 1;
}

export function widthsOf(heads: readonly HeadState[]): Readonly<Record<string, number>> {
  return Object.fromEntries(heads.map((head) => [head.name, headWidth(head)]));
}

/** The loss of a head of so many classes, if it has any. */
export function headLossPlan(settings: HeadSettings, classes: number): LossPlan {
  return settings.kind === "classification"
    ? { kind: "classification", given: settings.loss, classes: [classes] }
    : { kind: "regression", given: settings.loss };
}

/** The loss of a head among those of all; without `classFactors` its classes weigh the same. */
export function headLoss(
  state: HeadState,
  settings: HeadSettings,
  classFactors?: readonly number[],
): HeadLoss {
  const classes = state.kind === "classification" ? state.classes.length : 0;
  return {
    width: headWidth(state),
    weight: settings.weight,
    loss: headLossPlan(settings, classes),
    classFactors,
  };
}

/** Throws {@link ParamError} where the heads that are to learn on are not those of the model, by name and kind; their order may differ. */
export function requireSameHeads(owner: string, heads: Heads, fitted: readonly HeadState[]): void {
  const told = (all: readonly (readonly [name: string, kind: string])[]): string[] =>
    all.map(([name, kind]) => `${name}: ${kind}`).sort();
  const now = told(Object.entries(heads).map(([name, { kind }]) => [name, kind]));
  const then = told(fitted.map(({ name, kind }) => [name, kind]));
  if (JSON.stringify(now) !== JSON.stringify(then))
    throw new ParamError(
      owner,
      `update: heads must be those of the model, ${listNames(then, 20)}, received ${listNames(now, 20)}`,
    );
}
