import { DataError } from "@strata-ml/core";
import { z } from "zod";

/** Params that classifier and regressor trees share. */
export const treeShape = {
  maxDepth: z.int().min(1).nullable().default(null).describe("Deepest level of leaves; null is no limit"),
  minSamplesSplit: z.int().min(2).default(2).describe("Fewest rows of a node that is split"),
  minSamplesLeaf: z.int().min(1).default(1).describe("Fewest rows of a leaf"),
  minWeightFractionLeaf: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe("Least share of the total sample weight in a leaf"),
  maxFeatures: z
    .union([z.int().min(1), z.number().gt(0).lt(1), z.literal("sqrt"), z.literal("log2"), z.null()])
    .default(null)
    .describe("Features drawn for each split: a count, a share, 'sqrt' or 'log2' of them; null takes all"),
  maxLeafNodes: z
    .int()
    .min(2)
    .nullable()
    .default(null)
    .describe("Most leaves; where given, the tree grows best first. null is no limit"),
  minImpurityDecrease: z
    .number()
    .min(0)
    .default(0)
    .describe("Least weighted decrease of impurity that a split must bring"),
  ccpAlpha: z
    .number()
    .min(0)
    .default(0)
    .describe("Branches whose impurity falls by less than this a leaf are pruned; 0 prunes nothing"),
  seed: z.number().default(0).describe("Seed of the features drawn where maxFeatures leaves some out"),
};

/** `"balanced"`, factors by label, or null. */
export const classWeightSchema = z.union([
  z.literal("balanced"),
  z.record(z.string(), z.number().min(0)),
  z.null(),
]);

export const classTreeShape = {
  criterion: z
    .enum(["gini", "entropy", "logLoss"])
    .default("gini")
    .describe("Impurity that a split decreases; 'logLoss' is another name of 'entropy'"),
  ...treeShape,
  classWeight: classWeightSchema
    .default(null)
    .describe("'balanced', or a factor by class label that multiplies the sample weights"),
};

export type TreeParams = z.output<z.ZodObject<typeof treeShape>>;
export type ClassTreeParams = z.output<z.ZodObject<typeof classTreeShape>>;

/** When a tree stops growing; `null` is no limit. */
export interface GrowthLimits {
  readonly maxDepth: number | null;
  readonly minSamplesSplit: number;
  readonly minSamplesLeaf: number;
  readonly minWeightFractionLeaf: number;
  readonly maxFeatures: number;
  readonly maxLeafNodes: number | null;
  readonly minImpurityDecrease: number;
}

/** The limits that params mean for a number of features. */
export function growthLimits(params: TreeParams, features: number): GrowthLimits {
  return { ...params, maxFeatures: featuresPerSplit(params.maxFeatures, features) };
}

/** As scikit-learn counts them: shares, roots and logarithms are rounded down, and there is at least one. */
export function featuresPerSplit(maxFeatures: TreeParams["maxFeatures"], features: number): number {
  if (maxFeatures === null) return features;
  if (maxFeatures === "sqrt") return Math.max(1, Math.floor(Math.sqrt(features)));
  if (maxFeatures === "log2") return Math.max(1, Math.floor(Math.log2(features)));
  const count = maxFeatures < 1 ? Math.floor(maxFeatures * features) : maxFeatures;
  return Math.min(features, Math.max(1, count));
}

/** How many rows have weight; throws {@link DataError} where class weights leave none. */
export function weighingRows(owner: string, weights: Float64Array | undefined, rows: number): number {
  const count = weights === undefined ? rows : weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  if (count === 0)
    throw new DataError(
      owner,
      "sample weights times class weights must not all be zero, received only zeros",
    );
  return count;
}
