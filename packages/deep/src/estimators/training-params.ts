import { z } from "zod";
import { optimizerSchema } from "../training/optimizers/optimizer-settings.js";
import { scheduleSchema } from "../training/schedules.js";

/** The params that say how a network is trained, shared by every neural estimator. */
export const trainingShape = {
  epochs: z.int().min(1).max(100_000).default(50).describe("Passes over the training rows at most"),
  batchSize: z
    .union([z.literal("auto"), z.int().min(1)])
    .default("auto")
    .describe("Rows of a step; auto takes a 64th of the rows, between 16 and 256"),
  learningRate: z.number().positive().default(0.001).describe("Step size of the optimizer"),
  optimizer: optimizerSchema
    .default("adamw")
    .describe("Optimizer by name (adamw, adam, sgd, rmsprop, lion), or with its own settings"),
  schedule: scheduleSchema
    .nullable()
    .default(null)
    .describe("How the learning rate falls from step to step; null keeps it"),
  warmupSteps: z
    .int()
    .min(0)
    .default(0)
    .describe("Steps over which the learning rate rises from 0, before the schedule"),
  weightDecay: z
    .number()
    .min(0)
    .default(0.004)
    .describe("Weight decay of kernels and embeddings; of adam an L2 penalty"),
  clipNorm: z
    .number()
    .positive()
    .nullable()
    .default(1)
    .describe("Longest gradient over all weights together; null clips none"),
  clipValue: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Largest number of a gradient either way, before clipNorm; null cuts none"),
  accumulationSteps: z
    .int()
    .min(1)
    .default(1)
    .describe("Batches whose gradients make one step: steps of more rows than memory holds at once"),
  trainStep: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "Name of a training step by defineTrainStep that is passed to the constructor; null minimises the mean loss",
    ),
  patience: z
    .int()
    .min(1)
    .nullable()
    .default(5)
    .describe(
      "Epochs without a better validation loss (or what is monitored) after which training ends with the best weights; null never ends early",
    ),
  validationFraction: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(0.1)
    .describe(
      "Part of the rows held out for early stopping and metrics where fit gets no validation data and patience is not null; null holds out none",
    ),
  seed: z.number().default(0).describe("Seed of first weights, order of rows, dropout and held-out rows"),
};

const training = z.strictObject(trainingShape);
export type TrainingSettings = Readonly<z.output<typeof training>>;

export function batchSizeOf({ batchSize }: TrainingSettings, rows: number): number {
  if (batchSize !== "auto") return batchSize;
  return Math.min(256, Math.max(16, 2 ** Math.round(Math.log2(Math.max(1, rows) / 64))));
}
