import { DataError, type Dataset, type Label, type LabelledDataset, sampleWeights } from "@strata-ml/core";
import { z } from "zod";
import { classLossSchema } from "../training/losses/class-loss.js";
import type { LossPlan } from "../training/losses/loss-plan.js";
import { regressionLossSchema } from "../training/losses/regression-loss.js";
import { classesOf, classRows, priorOffset } from "./class-task.js";
import type { LearningRows } from "./learning-rows.js";
import { logitsOf } from "./output-classes.js";
import { requireTargets, TargetScaling } from "./target-scaling.js";

const weight = z
  .number()
  .positive()
  .default(1)
  .describe("Factor of the head's loss in the sum that is minimised");

/** What one head learns; the name is that of its column. */
export const headSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("classification"),
    loss: classLossSchema.default("crossEntropy").describe("As of NeuralClassifier"),
    weight,
  }),
  z.strictObject({
    kind: z.literal("regression"),
    loss: regressionLossSchema
      .default("squaredError")
      .describe("As of NeuralRegressor, on the standardised target"),
    weight,
  }),
]);
export type HeadSettings = Readonly<z.output<typeof headSchema>>;

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

/** Outputs that a head has. */
export function headWidth(head: HeadState): number {
  return head.kind === "classification" ? logitsOf(head.classes.length) : 1;
}

/** One head over the rows of a fit. */
export interface FittedHead {
  readonly state: HeadState;
  readonly loss: LossPlan;
  readonly weight: number;
  /** What its outputs start from. */
  readonly offset: Float32Array;
  /** Rows x its outputs. */
  readonly targets: (rows: Dataset) => Float32Array;
  /** Class of each row, for a stratified split; undefined of a regression. */
  readonly codes: Int32Array | undefined;
}

/** The rows with one head's column as their target. */
function headRows(owner: string, data: Dataset, name: string): LabelledDataset {
  if (!data.has(name))
    throw new DataError(owner, `there must be a column '${name}', the name of a head, received none`);
  return data.withRole(name, "target").labelled(owner);
}

/** Learns the classes or the scale of a head's target from `all` rows and those of training; throws {@link DataError} for a target that can't be. */
export function fitHead(
  owner: string,
  name: string,
  settings: HeadSettings,
  all: Dataset,
  trainOf: (codes: Int32Array | undefined) => Dataset,
): FittedHead {
  const head = `${owner}, head '${name}'`;
  const rows = headRows(owner, all, name);
  if (settings.kind === "regression") {
    requireTargets(head, rows, undefined);
    const scaling = TargetScaling.fit(head, headRows(owner, trainOf(undefined), name));
    scaling.requireNear(head, rows);
    return {
      state: { kind: "regression", name, mean: scaling.mean[0], scale: scaling.scale[0] },
      loss: { kind: "regression", given: settings.loss },
      weight: settings.weight,
      offset: Float32Array.of(0),
      targets: (some) => {
        const own = headRows(owner, some, name);
        scaling.requireNear(head, own);
        return scaling.targetsOf(head, own);
      },
      codes: undefined,
    };
  }
  const { classes, codes: byOutput } = classesOf(head, rows, null);
  const { lists } = classes;
  const [codes] = byOutput;
  const rowsOf = (some: Dataset) => classRows(head, headRows(owner, some, name), classes);
  return {
    state: { kind: "classification", name, classes: lists.each[0] },
    loss: { kind: "classification", given: settings.loss, classes: lists.counts },
    weight: settings.weight,
    offset: priorOffset(rowsOf(trainOf(codes)), lists),
    targets: (some) => rowsOf(some).targets,
    codes,
  };
}

/** Rows with the targets of all heads side by side. */
export function learningRows(owner: string, data: Dataset, heads: readonly FittedHead[]): LearningRows {
  const widths = heads.map(({ state }) => headWidth(state));
  const total = widths.reduce((a, b) => a + b, 0);
  const targets = new Float32Array(data.rows * total);
  let from = 0;
  heads.forEach((head, h) => {
    const own = head.targets(data);
    for (let i = 0; i < data.rows; i++)
      targets.set(own.subarray(i * widths[h], (i + 1) * widths[h]), i * total + from);
    from += widths[h];
  });
  return { data, targets, weights: sampleWeights(owner, data) };
}
