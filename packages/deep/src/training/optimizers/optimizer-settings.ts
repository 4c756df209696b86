import { z } from "zod";

const share = (value: number, describes: string) =>
  z.number().min(0).lt(1).default(value).describe(describes);
const epsilon = z.number().positive().default(1e-7).describe("Added to the root of the squared gradients");

const beta1 = share(0.9, "How much of the mean gradient a step keeps");

/** Optimizers with their own settings; defaults as in Keras. */
const settings = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("adamw"),
    beta1,
    beta2: share(0.999, "How much of the mean squared gradient a step keeps"),
    epsilon,
  }),
  z.strictObject({
    name: z.literal("adam"),
    beta1,
    beta2: share(0.999, "How much of the mean squared gradient a step keeps"),
    epsilon,
  }),
  z.strictObject({
    name: z.literal("sgd"),
    momentum: share(0, "How much of the last step a step repeats"),
    nesterov: z.boolean().default(false).describe("Whether momentum looks a step ahead (Sutskever 2013)"),
  }),
  z.strictObject({
    name: z.literal("rmsprop"),
    rho: share(0.9, "How much of the mean squared gradient a step keeps"),
    momentum: share(0, "How much of the last step a step repeats"),
    epsilon,
  }),
  z.strictObject({
    name: z.literal("lion"),
    beta1,
    beta2: share(0.99, "How much of the mean gradient the next step keeps"),
  }),
]);

export type OptimizerSettings = Readonly<z.output<typeof settings>>;
type OptimizerName = OptimizerSettings["name"];

const names = ["adamw", "adam", "sgd", "rmsprop", "lion"] as const satisfies readonly OptimizerName[];

/** An optimizer by name, or with settings of its own. */
export const optimizerSchema = z.union([z.enum(names), settings]);

/** The settings of an optimizer that is given by name or whole. */
export function optimizerSettings(given: z.output<typeof optimizerSchema>): OptimizerSettings {
  return typeof given === "string" ? settings.parse({ name: given }) : given;
}
