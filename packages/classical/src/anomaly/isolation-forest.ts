import {
  alignFeatures,
  type Classifies,
  type Dataset,
  type DatasetSchema,
  type Decides,
  defineCodec,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Matrix,
  Model,
  Random,
  requireKinds,
  requireRows,
  sampleWeights,
  type ScoresSamples,
} from "@strata-ml/core";
import { z } from "zod";
import { RowDraw } from "./draw-rows.js";
import { FeatureRows } from "./feature-rows.js";
import { growIsolation } from "./grow-isolation.js";
import { isolationScores, isolationScoresOf } from "./isolation-paths.js";
import { IsolationTrees } from "./isolation-trees.js";

const params = z.strictObject({
  nEstimators: z.int().min(1).default(100).describe("Number of trees"),
  maxSamples: z
    .union([z.literal("auto"), z.int().min(1), z.number().gt(0).lt(1), z.null()])
    .default("auto")
    .describe(
      "Rows that each tree draws: a count, a share, null for all; 'auto' is 256, or all where there are fewer",
    ),
  contamination: z
    .union([z.literal("auto"), z.number().gt(0).max(0.5)])
    .default("auto")
    .describe(
      "Share of the training rows that shall count as outliers; 'auto' draws the line at a score of -0.5",
    ),
  maxFeatures: z
    .union([z.int().min(1), z.number().gt(0).lt(1), z.null()])
    .default(null)
    .describe("Features that each tree draws: a count, a share, or null for all"),
  bootstrap: z.boolean().default(false).describe("Whether a row may be drawn twice for a tree"),
  seed: z.number().default(0).describe("Seed of the rows, features and splits drawn"),
});

/**
 * An isolation forest: trees of random splits, in which rows that are few and different are alone after few of them. As
 * scikit-learn's IsolationForest, whose trees differ by their draws.
 *
 * Weights are the rows' chances to be drawn. Missing values are isolated by their being missing.
 *
 * @throws DataError for no rows, infinite features, or weights that are all zero.
 * @see Liu, Ting, Zhou: Isolation forest (2008)
 * @example
 * const data = fromColumns({ x: [-1.1, 0.3, 0.5, 100] });
 * const model = await new IsolationForest().fit(data);
 * model.predict(fromColumns({ x: [0.1, 90] })); // [1, -1]
 */
export class IsolationForest extends Estimator<typeof params, IsolationForestModel> {
  readonly type = "classical/isolation-forest";
  readonly tags: EstimatorTags = {
    kind: "outlierDetector",
    accepts: ["numeric", "tensor", "sparse"],
    target: "none",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<IsolationForestModel> {
    return fitIsolation(this, data, options);
  }
}

/** Fits on so many threads; default as many as pay. */
export async function fitIsolation(
  estimator: IsolationForest,
  data: Dataset,
  options: FitOptions,
  threads?: number,
): Promise<IsolationForestModel> {
  const { owner, tags } = estimator;
  const { nEstimators, maxSamples, maxFeatures, contamination, bootstrap, seed } = estimator.params;
  const run = new FitRun(owner, options);
  requireRows(owner, data);
  requireKinds(owner, data, tags.accepts);
  const rows = new FeatureRows(owner, data);
  const draw = new RowDraw(data.rows, sampleWeights(owner, data));
  const plan = {
    trees: nEstimators,
    rowsPerTree: rowsPerTree(maxSamples, draw.rows.length),
    featuresPerTree: countOf(maxFeatures, rows.width),
    bootstrap,
    threads,
  };
  const trees = await growIsolation(run, rows, draw, plan, new Random(seed));
  let offset = -0.5;
  if (contamination !== "auto") {
    const scores = await isolationScoresOf(run, trees, rows, data.rows, threads);
    offset = quantile(
      Float64Array.from(draw.rows, (row) => scores[row]),
      contamination,
    );
  }
  return new IsolationForestModel(estimator, data.featureSchema, trees, offset);
}

function rowsPerTree(maxSamples: "auto" | number | null, rows: number): number {
  return maxSamples === "auto" ? Math.min(256, rows) : countOf(maxSamples, rows);
}

/** A count or share of `all`; at least one. */
function countOf(some: number | null, all: number): number {
  if (some === null) return all;
  return Math.max(1, Math.min(all, some < 1 ? Math.floor(some * all) : some));
}

/** Value below which a share of the values lies, interpolated between order statistics as numpy's percentile. */
function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export class IsolationForestModel
  extends Model<IsolationForest>
  implements ScoresSamples, Classifies, Decides
{
  /** Outliers and usual rows. */
  readonly classes: readonly number[] = [-1, 1];

  constructor(
    estimator: IsolationForest,
    features: DatasetSchema,
    readonly trees: IsolationTrees,
    /** Rows of a lower score are outliers. */
    readonly offset: number,
  ) {
    super(estimator, features);
  }

  /**
   * How usual each row is: -2^(-path length / what is usual), about -1 for rows that are isolated at once, about -0.5 where
   * nothing stands out, and towards 0 for the most ordinary ones.
   */
  scoreSamples(data: Dataset): Float64Array {
    const aligned = alignFeatures(this.owner, this.features, data);
    return isolationScores(this.trees, new FeatureRows(this.owner, aligned), data.rows);
  }

  /** The scores less {@link offset}: negative for outliers. */
  decisionFunction(data: Dataset): Matrix {
    const scores = this.scoreSamples(data);
    for (let i = 0; i < scores.length; i++) scores[i] -= this.offset;
    return new Matrix(scores.length, 1, scores);
  }

  /** -1 for outliers, 1 for other rows. */
  predict(data: Dataset): number[] {
    return Array.from(this.decisionFunction(data).data, (score) => (score < 0 ? -1 : 1));
  }
}

export const isolationForestCodec = defineCodec({
  type: "classical/isolation-forest",
  state: z.strictObject({ offset: z.number(), rowsPerTree: z.int().min(1) }),
  estimator: (input) => new IsolationForest(input),
  encode: ({ offset, trees }: IsolationForestModel) => ({
    state: { offset, rowsPerTree: trees.rowsPerTree },
    tensors: trees.toTensors(),
  }),
  decode: ({ estimator, features, state: { offset, rowsPerTree: perTree }, tensors }) => {
    const { length } = denseNames(features);
    const trees = IsolationTrees.fromTensors(
      estimator.owner,
      tensors,
      length,
      estimator.params.nEstimators,
      perTree,
    );
    return new IsolationForestModel(estimator, features, trees, offset);
  },
});
