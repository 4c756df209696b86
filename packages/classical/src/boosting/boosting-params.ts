import { z } from "zod";

/** Params that classifier and regressor share. */
export const boostingShape = {
  learningRate: z.number().gt(0).default(0.1).describe("Factor on the values of every tree's leaves"),
  maxIter: z
    .int()
    .min(1)
    .default(100)
    .describe("Most iterations: trees, or, of several classes, sets of one tree a class"),
  maxLeafNodes: z.int().min(2).nullable().default(31).describe("Most leaves of a tree; null is no limit"),
  maxDepth: z.int().min(1).nullable().default(null).describe("Deepest level of leaves; null is no limit"),
  minSamplesLeaf: z.int().min(1).default(20).describe("Fewest rows of a leaf"),
  l2Regularization: z
    .number()
    .min(0)
    .default(0)
    .describe("Added to a leaf's hessian, which shrinks its value"),
  l1Regularization: z
    .number()
    .min(0)
    .default(0)
    .describe("Taken off a leaf's gradient, so that leaves of little gradient have value 0"),
  minHessianLeaf: z
    .number()
    .min(0)
    .default(1e-3)
    .describe(
      "Least sum of hessians of a leaf: LightGBM's min_sum_hessian_in_leaf, XGBoost's min_child_weight",
    ),
  maxDeltaStep: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe("Most that a leaf adds or takes before the learning rate; null is no limit"),
  minGain: z.number().min(0).default(0).describe("Decrease of the loss that a split must exceed"),
  growth: z
    .enum(["leafWise", "depthWise"])
    .default("leafWise")
    .describe("Which leaf is split next: the one of greatest gain, or the one nearest to the root"),
  monotonicConstraints: z
    .record(z.string(), z.union([z.literal(-1), z.literal(0), z.literal(1)]))
    .default({})
    .describe("By numeric feature: 1 where the score must not fall as it grows, -1 where it must not rise"),
  interactionConstraints: z
    .array(z.array(z.string()).min(1))
    .nullable()
    .default(null)
    .describe(
      "Sets of features that may share a path from the root; features in none of them form one more. null allows all",
    ),
  subsample: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("Share of the rows drawn for each iteration, without replacement"),
  goss: z
    .strictObject({
      topRate: z.number().gt(0).lt(1).default(0.2).describe("Share of the rows, those of largest gradients"),
      otherRate: z.number().gt(0).lt(1).default(0.1).describe("Share of the rows, drawn from the others"),
    })
    .refine(({ topRate, otherRate }) => topRate + otherRate <= 1, "topRate + otherRate must be <= 1")
    .nullable()
    .default(null)
    .describe(
      "Draws the rows of each iteration by their gradients: the topRate of largest ones, and the otherRate of the rest, which count for all of it; null draws by subsample",
    ),
  colsampleByTree: z.number().gt(0).max(1).default(1).describe("Share of the features drawn for each tree"),
  maxFeatures: z.number().gt(0).max(1).default(1).describe("Share of the features drawn for each split"),
  maxBins: z
    .int()
    .min(2)
    .max(255)
    .default(255)
    .describe(
      "Most bins of a feature, missing values not counted; of more categories than that, those that tell most have a bin each, chosen anew for every tree",
    ),
  binning: z
    .enum(["tails", "quantile"])
    .default("tails")
    .describe(
      "How the bins of a numeric feature are spread: of about equal weight as in scikit-learn and LightGBM ('quantile'), or a quarter of them on the lowest and highest values, which are rare and tell most ('tails')",
    ),
  maxSplitCategories: z
    .int()
    .min(1)
    .nullable()
    .default(24)
    .describe(
      "Most categories that a split sets apart from the others: LightGBM's max_cat_threshold; null is no limit, by which categories of few rows are fitted too closely",
    ),
  earlyStopping: z
    .union([z.boolean(), z.literal("auto")])
    .default("auto")
    .describe(
      "Whether to stop when the loss no longer falls; 'auto' does where validation data is given or there are more than 10,000 rows",
    ),
  validationFraction: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(0.1)
    .describe(
      "Share of rows held out to stop by where no validation data is given; null stops by the training loss",
    ),
  nIterNoChange: z.int().min(1).default(10).describe("Iterations without improvement after which to stop"),
  tol: z.number().min(0).default(1e-7).describe("Least decrease of the loss that counts as improvement"),
  seed: z
    .number()
    .default(0)
    .describe("Seed of the rows held out, the rows binned by, and the rows and features drawn"),
};

export type BoostingParams = z.output<z.ZodObject<typeof boostingShape>>;
