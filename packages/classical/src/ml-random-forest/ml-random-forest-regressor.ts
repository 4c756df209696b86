import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseFeatures,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  Model,
  numericTarget,
  type Regresses,
} from "@strata-ml/core";
import { RandomForestRegression } from "ml-random-forest";
import { z } from "zod";
import { Forest } from "../ensemble/forest.js";
import { measured, varianceOfSums } from "./flat-tree.js";
import { growForest } from "./grow-forest.js";
import { libraryShape } from "./library-params.js";

const params = z.strictObject({
  ...libraryShape,
  replacement: z.boolean().default(false).describe("Whether a tree's features are drawn with replacement"),
  selectionMethod: z
    .enum(["mean", "median"])
    .default("mean")
    .describe("How the predictions of the trees become one"),
});

/**
 * Least error that a split must leave. The library asks for more than 0, which forbids the best splits, those that leave
 * none; below 0 it allows them, except at the root.
 */
const gainThreshold = -1;

/**
 * The regression forest of the npm package ml-random-forest (2.1) under this library's contract. What it does
 * differently from a usual random forest, and what is guarded, is said at `MlRandomForestClassifier`. Besides, a tree
 * stays one leaf where a single split would leave no error at all: a target of two values told apart by one feature.
 *
 * @throws DataError for a target that is not finite numbers, or missing or infinite features.
 * @see https://github.com/mljs/random-forest
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: [1, 1.1, 1.2, 5, 5.1, 5.2] }, { target: "y" });
 * const model = await new MlRandomForestRegressor({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // Float64Array [near 1.1, near 5.1]
 */
export class MlRandomForestRegressor extends Estimator<
  typeof params,
  MlRandomForestRegressorModel,
  LabelledDataset
> {
  readonly type = "classical/ml-random-forest-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: false,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<MlRandomForestRegressorModel> {
    const run = new FitRun(this.owner, options);
    const y = numericTarget(this.owner, data);
    const x = denseFeatures(this.owner, data);
    if (data.weight !== undefined)
      run.warn("ml-random-forest has no sample weights, so the weight column is ignored");
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const addMoments = (row: number, sums: Float64Array, at: number): void => {
      sums[at] += y[row] - mean;
      sums[at + 1] += (y[row] - mean) ** 2;
    };
    const forest = await growForest(
      run,
      { ...this.params, gainThreshold },
      x,
      [...y],
      (given) => new RandomForestRegression(given),
      (tree) => measured(tree, x, 2, addMoments, varianceOfSums),
    );
    return new MlRandomForestRegressorModel(this, data.featureSchema, forest);
  }
}

export class MlRandomForestRegressorModel extends Model<MlRandomForestRegressor> implements Regresses {
  constructor(
    estimator: MlRandomForestRegressor,
    features: DatasetSchema,
    /** The trees; a leaf's value is the mean of its targets. */
    readonly forest: Forest,
  ) {
    super(estimator, features);
  }

  /** Mean share of each column of the feature matrix in the decrease of variance on the training rows. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /** Mean, or median, of the predictions of the trees. */
  predict(data: Dataset): Float64Array {
    const x = denseFeatures(this.owner, alignFeatures(this.owner, this.features, data));
    const votes = this.forest.trees.map((tree) => {
      const out = new Float64Array(x.rows);
      tree.addValues(x, out);
      return out;
    });
    const ofRow = new Float64Array(votes.length);
    const select = this.estimator.params.selectionMethod === "mean" ? meanOf : medianOf;
    return Float64Array.from({ length: x.rows }, (_, i) => {
      for (let t = 0; t < votes.length; t++) ofRow[t] = votes[t][i];
      return select(ofRow);
    });
  }
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sorts in place. */
function medianOf(values: Float64Array): number {
  values.sort();
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

export const mlRandomForestRegressorCodec = defineCodec({
  type: "classical/ml-random-forest-regressor",
  state: z.null(),
  estimator: (input) => new MlRandomForestRegressor(input),
  encode: (model: MlRandomForestRegressorModel) => ({ state: null, tensors: model.forest.toTensors() }),
  decode: ({ estimator, features, tensors }) => {
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, 1);
    return new MlRandomForestRegressorModel(estimator, features, forest);
  },
});
