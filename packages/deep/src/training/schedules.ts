import { z } from "zod";

const decaySteps = z
  .int()
  .min(1)
  .nullable()
  .default(null)
  .describe("Steps over which the rate falls; null is all that the fit makes");

/** How the learning rate changes from step to step; formulas as in Keras. */
export const scheduleSchema = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("cosine"),
    decaySteps,
    endFactor: z.number().min(0).max(1).default(0).describe("What is left of the rate at the end"),
  }),
  z.strictObject({
    name: z.literal("polynomial"),
    decaySteps,
    endFactor: z.number().min(0).max(1).default(0).describe("What is left of the rate at the end"),
    power: z.number().positive().default(1).describe("1 falls in a straight line"),
  }),
  z.strictObject({
    name: z.literal("exponential"),
    decaySteps: z.int().min(1).describe("Steps in which the rate falls by the factor"),
    decayFactor: z.number().gt(0).lt(1).default(0.96).describe("What is left of the rate after them"),
    staircase: z.boolean().default(false).describe("Whether it falls at once, after all of them"),
  }),
  z.strictObject({
    name: z.literal("reduceOnPlateau"),
    factor: z.number().gt(0).lt(1).default(0.1).describe("What a plateau leaves of the rate"),
    patience: z.int().min(1).default(10).describe("Epochs without a lower loss that make a plateau"),
    minDelta: z.number().min(0).default(1e-4).describe("Least fall of the loss that counts"),
    cooldown: z.int().min(0).default(0).describe("Epochs after a reduction that don't count"),
    minRate: z.number().min(0).default(0).describe("Least learning rate"),
  }),
]);

export type Schedule = Readonly<z.output<typeof scheduleSchema>>;

export interface RatePlan {
  readonly learningRate: number;
  readonly schedule: Schedule | null;
  /** Steps over which the rate rises from 0 in a straight line, before the schedule begins. */
  readonly warmupSteps: number;
  /** Steps that the fit makes in all. */
  readonly totalSteps: number;
}

/**
 * The learning rate of a step, from 0: warm-up (Goyal and others 2017), then the schedule. What reductions on plateaus have left
 * is a factor of its own; see `Plateau`.
 */
export function rateAt({ learningRate, schedule, warmupSteps, totalSteps }: RatePlan, step: number): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  if (schedule === null) return learningRate;
  const after = step - warmupSteps;
  const all = Math.max(1, totalSteps - warmupSteps);
  switch (schedule.name) {
    case "cosine": {
      const done = Math.min(1, after / (schedule.decaySteps ?? all));
      const left = (1 + Math.cos(Math.PI * done)) / 2;
      return learningRate * (schedule.endFactor + (1 - schedule.endFactor) * left);
    }
    case "polynomial": {
      const done = Math.min(1, after / (schedule.decaySteps ?? all));
      return learningRate * (schedule.endFactor + (1 - schedule.endFactor) * (1 - done) ** schedule.power);
    }
    case "exponential": {
      const times = after / schedule.decaySteps;
      return learningRate * schedule.decayFactor ** (schedule.staircase ? Math.floor(times) : times);
    }
    case "reduceOnPlateau":
      return learningRate;
  }
}
