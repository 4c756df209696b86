import { z } from "zod";
import { classWeightSchema, treeShape } from "../tree/tree-params.js";

/** Params that all forests share; the defaults of some differ. */
export const forestShape = {
  ...treeShape,
  nEstimators: z.int().min(1).default(100).describe("Number of trees"),
  bootstrap: z
    .boolean()
    .default(true)
    .describe("Whether each tree learns from rows drawn with replacement, by their weights"),
  maxSamples: z
    .union([z.int().min(1), z.number().gt(0).lt(1), z.null()])
    .default(null)
    .describe("Rows drawn for each tree: a count, or a share of those that have weight; null draws as many"),
  oobScore: z
    .boolean()
    .default(false)
    .describe("Whether each row is judged by the trees that did not draw it: an honest score of the fit"),
  seed: z.number().default(0).describe("Seed of the rows, features and thresholds drawn"),
};

/** What extremely randomised trees have instead. */
export const allRowsByDefault = forestShape.bootstrap
  .unwrap()
  .default(false)
  .describe("Whether each tree learns from rows drawn with replacement, by their weights");

/** What classifiers have instead of all features. */
export const rootOfFeatures = forestShape.maxFeatures
  .unwrap()
  .default("sqrt")
  .describe("Features drawn for each split: a count, a share, 'sqrt' or 'log2' of them; null takes all");

export const classForestShape = {
  criterion: z
    .enum(["gini", "entropy", "logLoss"])
    .default("gini")
    .describe("Impurity that a split decreases; 'logLoss' is another name of 'entropy'"),
  classWeight: z
    .union([...classWeightSchema.options, z.literal("balancedSubsample")])
    .default(null)
    .describe(
      "'balanced', or a factor by class label that multiplies the sample weights; 'balancedSubsample' balances the rows of each tree",
    ),
};

export const targetCriterion = z
  .enum(["squaredError"])
  .default("squaredError")
  .describe("What a split decreases: the squared error about the mean");

export type ForestParams = z.output<z.ZodObject<typeof forestShape>>;
export type ClassForestParams = ForestParams & z.output<z.ZodObject<typeof classForestShape>>;

/** The schema with the rules of params that only a bootstrap gives a meaning. */
export function forestSchema<S extends z.ZodObject<typeof forestShape>>(schema: S): S {
  const params = (given: unknown): ForestParams => given as ForestParams;
  return schema
    .refine((given) => params(given).bootstrap || params(given).maxSamples === null, {
      path: ["maxSamples"],
      message: "must be null where bootstrap is false, since no rows are drawn then",
    })
    .refine((given) => params(given).bootstrap || !params(given).oobScore, {
      path: ["oobScore"],
      message: "must be false where bootstrap is false, since no rows are left out then",
    });
}

/** Rows that a tree draws of so many; null where it takes all of them. */
export function drawsOf({ bootstrap, maxSamples }: ForestParams, rows: number): number | null {
  if (!bootstrap) return null;
  if (maxSamples === null) return rows;
  return maxSamples < 1 ? Math.max(1, Math.floor(maxSamples * rows)) : maxSamples;
}
