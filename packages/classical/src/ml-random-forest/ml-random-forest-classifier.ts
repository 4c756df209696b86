import {
  alignFeatures,
  ArtifactError,
  type Classifies,
  classTarget,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseFeatures,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  Matrix,
  Model,
  type PredictsProbability,
} from "@strata-ml/core";
import { RandomForestClassifier } from "ml-random-forest";
import { z } from "zod";
import { Forest } from "../ensemble/forest.js";
import { argmax } from "../tree/argmax.js";
import { labelsSchema } from "../tree/labels-schema.js";
import { giniOfCounts, measured } from "./flat-tree.js";
import { growForest } from "./grow-forest.js";
import { libraryShape } from "./library-params.js";

const params = z.strictObject({
  ...libraryShape,
  replacement: z.boolean().default(true).describe("Whether a tree's features are drawn with replacement"),
  gainThreshold: z
    .number()
    .min(0)
    .default(0.01)
    .describe("Least decrease of Gini impurity that a split must bring"),
});

/**
 * The random forest of the npm package ml-random-forest (2.1) under this library's contract: how a third-party model
 * is brought in. Its trees are taken apart into flat arrays after training, so that a loaded model needs no code of it.
 *
 * What it does differently from a usual random forest: features are drawn for each tree, not for each split; sample
 * weights are ignored, with a warning; its time grows with the square of the rows (about a second a tree on 1,000 rows
 * of 28 noisy features), so it is for small data. Guarded here: missing values are refused, labels may be strings,
 * `maxSamples` (the first rows, not a sample) is not offered, ties between classes go to the first class, importances
 * are finite and survive saving, and a fit can be aborted between trees.
 *
 * @throws DataError for a target of one class, or missing or infinite features.
 * @see https://github.com/mljs/random-forest
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: ["a", "a", "a", "b", "b", "b"] }, { target: "y" });
 * const model = await new MlRandomForestClassifier({ nEstimators: 20, minNumSamples: 1 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // ["a", "b"]
 */
export class MlRandomForestClassifier extends Estimator<
  typeof params,
  MlRandomForestClassifierModel,
  LabelledDataset
> {
  readonly type = "classical/ml-random-forest-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: false,
    sampleWeight: false,
    multiclass: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<MlRandomForestClassifierModel> {
    const run = new FitRun(this.owner, options);
    const { classes, codes } = classTarget(this.owner, data);
    const x = denseFeatures(this.owner, data);
    if (data.weight !== undefined)
      run.warn("ml-random-forest has no sample weights, so the weight column is ignored");
    const forest = await growForest(
      run,
      this.params,
      x,
      [...codes],
      (given) => new RandomForestClassifier(given),
      (tree) =>
        measured(tree, x, classes.length, (row, counts, at) => counts[at + codes[row]]++, giniOfCounts),
    );
    return new MlRandomForestClassifierModel(this, data.featureSchema, classes, forest);
  }
}

export class MlRandomForestClassifierModel
  extends Model<MlRandomForestClassifier>
  implements Classifies, PredictsProbability
{
  constructor(
    estimator: MlRandomForestClassifier,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** The trees; a leaf's value is the code of the class that it votes for. */
    readonly forest: Forest,
  ) {
    super(estimator, features);
  }

  /** Mean share of each column of the feature matrix in the decrease of Gini impurity on the training rows. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /** The class with most votes; the first one of equals. */
  predict(data: Dataset): Label[] {
    const probability = this.predictProba(data);
    return Array.from({ length: probability.rows }, (_, i) => this.classes[argmax(probability.row(i))]);
  }

  /** Share of the trees that vote for each class. */
  predictProba(data: Dataset): Matrix {
    const x = denseFeatures(this.owner, alignFeatures(this.owner, this.features, data));
    const out = new Matrix(x.rows, this.classes.length);
    const { trees } = this.forest;
    for (const tree of trees) {
      const leaves = tree.apply(x);
      for (let i = 0; i < x.rows; i++) out.data[i * out.columns + tree.nodes.value[leaves[i]]]++;
    }
    for (let k = 0; k < out.data.length; k++) out.data[k] /= trees.length;
    return out;
  }
}

export const mlRandomForestClassifierCodec = defineCodec({
  type: "classical/ml-random-forest-classifier",
  state: z.strictObject({ classes: labelsSchema }),
  estimator: (input) => new MlRandomForestClassifier(input),
  encode: (model: MlRandomForestClassifierModel) => ({
    state: { classes: [...model.classes] },
    tensors: model.forest.toTensors(),
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, 1);
    for (const vote of tensors.float64("value")) {
      if (!(Number.isInteger(vote) && vote >= 0 && vote < classes.length))
        throw new ArtifactError(
          estimator.owner,
          `a vote must be a class in 0..${classes.length - 1}, received ${vote}`,
        );
    }
    return new MlRandomForestClassifierModel(estimator, features, classes, forest);
  },
});
