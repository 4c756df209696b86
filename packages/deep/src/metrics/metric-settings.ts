import { z } from "zod";

const key = z
  .string()
  .min(1)
  .nullable()
  .default(null)
  .describe("What the metric is called in histories and progress; null takes its name");
const numThresholds = z.int().min(2).max(1_000_000).default(200).describe("Thresholds from 0 to 1");
const classId = z
  .int()
  .min(0)
  .nullable()
  .default(null)
  .describe("Place of the class that is looked at; null counts the scores of all classes together");
const least = z.number().min(0).max(1);
const threshold = z.number().min(0).max(1);

const area = {
  key,
  numThresholds,
  summationMethod: z
    .enum(["interpolation", "minoring", "majoring"])
    .default("interpolation")
    .describe("Height of the curve between two thresholds"),
  multiLabel: z
    .boolean()
    .default(false)
    .describe("Whether each output has a curve of its own, and the result is their mean"),
};
const rate = {
  key,
  threshold: threshold.default(0.5).describe("A score above it is predicted positive"),
  classId,
};
const score = {
  key,
  average: z
    .union([z.enum(["micro", "macro", "weighted"]), z.int().min(0)])
    .default("macro")
    .describe("micro counts all classes together; a number is the place of the one class that is looked at"),
  threshold: threshold
    .nullable()
    .default(null)
    .describe(
      "A score above it is predicted; null predicts the highest of several classes, and above 0.5 elsewhere",
    ),
};
const constrained = { key, numThresholds, classId };

/** Metrics with their own settings; defaults as in Keras, but for averages of F scores. */
const settings = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("auc"), ...area }),
  z.strictObject({ name: z.literal("prAuc"), ...area }),
  z.strictObject({ name: z.literal("precision"), ...rate }),
  z.strictObject({ name: z.literal("recall"), ...rate }),
  z.strictObject({ name: z.literal("f1"), ...score }),
  z.strictObject({
    name: z.literal("fBeta"),
    ...score,
    beta: z.number().positive().default(1).describe("How much more recall counts than precision"),
  }),
  z.strictObject({ name: z.literal("recallAtPrecision"), ...constrained, precision: least }),
  z.strictObject({ name: z.literal("precisionAtRecall"), ...constrained, recall: least }),
  z.strictObject({ name: z.literal("sensitivityAtSpecificity"), ...constrained, specificity: least }),
  z.strictObject({ name: z.literal("specificityAtSensitivity"), ...constrained, sensitivity: least }),
  z.strictObject({
    name: z.literal("accuracy"),
    key,
    threshold: threshold
      .nullable()
      .default(null)
      .describe("A score above it is predicted, of one output or labels; null takes 0.5"),
  }),
  z.strictObject({
    name: z.literal("topK"),
    key,
    k: z.int().min(1).default(5).describe("How many of the highest scores the true class may be among"),
  }),
  z.strictObject({ name: z.literal("logLoss"), key }),
  z.strictObject({ name: z.literal("meanSquaredError"), key }),
  z.strictObject({ name: z.literal("meanAbsoluteError"), key }),
  z.strictObject({ name: z.literal("rootMeanSquaredError"), key }),
  z.strictObject({ name: z.literal("r2Score"), key }),
  z.strictObject({ name: z.literal("cosineSimilarity"), key }),
]);

export type MetricSettings = Readonly<z.output<typeof settings>>;

/** Those that need no settings. */
const names = [
  "auc",
  "prAuc",
  "precision",
  "recall",
  "f1",
  "accuracy",
  "topK",
  "logLoss",
  "meanSquaredError",
  "meanAbsoluteError",
  "rootMeanSquaredError",
  "r2Score",
  "cosineSimilarity",
] as const satisfies readonly MetricSettings["name"][];

/** A metric by name, or with settings of its own. */
export const metricSchema = z.union([z.enum(names), settings]);

/** A metric by name, or with settings, as params take it. */
export type MetricInput = z.input<typeof metricSchema>;

/** The settings of a metric that is given by name or whole. */
export function metricSettings(given: z.output<typeof metricSchema>): MetricSettings {
  return typeof given === "string" ? settings.parse({ name: given }) : given;
}
