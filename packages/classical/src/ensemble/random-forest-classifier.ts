import {
  alignFeatures,
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
  Random,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import { z } from "zod";
import { argmax } from "../tree/argmax.js";
import { ClassCriterion, entropy, gini } from "../tree/criterion.js";
import { labelsSchema } from "../tree/labels-schema.js";
import { classWeightSchema, growthLimits, treeShape, treeWeights } from "../tree/tree-params.js";
import { drawCounts } from "./bootstrap.js";
import { Forest } from "./forest.js";
import { growForest } from "./grow-forest.js";

const params = z.strictObject({
  nEstimators: z.int().min(1).default(100).describe("Number of trees"),
  criterion: z
    .enum(["gini", "entropy", "logLoss"])
    .default("gini")
    .describe("Impurity that a split decreases; 'logLoss' is another name of 'entropy'"),
  ...treeShape,
  maxFeatures: treeShape.maxFeatures
    .unwrap()
    .default("sqrt")
    .describe("Features drawn for each split: a count, a share, 'sqrt' or 'log2' of them; null takes all"),
  bootstrap: z
    .boolean()
    .default(true)
    .describe("Whether each tree learns from as many rows drawn with replacement, by their weights"),
  classWeight: classWeightSchema
    .default(null)
    .describe("'balanced', or a factor by class label that multiplies the sample weights"),
  seed: z.number().default(0).describe("Seed of the rows and features drawn"),
});

/**
 * A random forest: trees with exact best splits among a few features drawn for each, every tree on a bootstrap of the
 * rows, their class shares averaged. As scikit-learn's RandomForestClassifier, whose trees differ by their draws.
 *
 * Weights are the rows' chances to be drawn, and without `bootstrap` the weights of the trees.
 *
 * @throws DataError for a target of one class, infinite features, or weights that are all zero.
 * @see Breiman: Random Forests (2001)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: ["a", "a", "a", "b", "b", "b"] }, { target: "y" });
 * const model = await new RandomForestClassifier({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // ["a", "b"]
 */
export class RandomForestClassifier extends Estimator<
  typeof params,
  RandomForestClassifierModel,
  LabelledDataset
> {
  readonly type = "classical/random-forest-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: true,
    sampleWeight: true,
    multiclass: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<RandomForestClassifierModel> {
    const run = new FitRun(this.owner, options);
    const { codes, classes } = classTarget(this.owner, data);
    const x = denseFeatures(this.owner, data, { missing: true });
    const given = weightsWithClasses(
      this.owner,
      sampleWeights(this.owner, data),
      { codes, classes },
      this.params.classWeight,
    );
    const weights = treeWeights(this.owner, given, x.rows);
    const { nEstimators, bootstrap, criterion, seed } = this.params;
    const impurityOf = criterion === "gini" ? gini : entropy;
    const forest = await growForest(run, x, {
      trees: nEstimators,
      limits: growthLimits(this.params, x.columns),
      random: new Random(seed),
      weightsOf: (random) => (bootstrap ? drawCounts(weights, random) : weights),
      criterionOf: (drawn) => new ClassCriterion(codes, drawn, classes.length, impurityOf),
      signal: options.signal,
    });
    return new RandomForestClassifierModel(this, data.featureSchema, classes, forest);
  }
}

export class RandomForestClassifierModel
  extends Model<RandomForestClassifier>
  implements Classifies, PredictsProbability
{
  constructor(
    estimator: RandomForestClassifier,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** The trees; a node's value is its class shares. */
    readonly forest: Forest,
  ) {
    super(estimator, features);
  }

  /** Mean share of each column of the feature matrix in the decrease of impurity. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /** The class of the greatest mean share; the first one of equals. */
  predict(data: Dataset): Label[] {
    const probability = this.predictProba(data);
    return Array.from({ length: probability.rows }, (_, i) => this.classes[argmax(probability.row(i))]);
  }

  /** Mean over the trees of the class shares in each row's leaf. */
  predictProba(data: Dataset): Matrix {
    const x = denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
    const out = new Matrix(x.rows, this.classes.length);
    const { trees } = this.forest;
    for (const tree of trees) tree.addValues(x, out.data);
    for (let k = 0; k < out.data.length; k++) out.data[k] /= trees.length;
    return out;
  }
}

export const randomForestClassifierCodec = defineCodec({
  type: "classical/random-forest-classifier",
  state: z.strictObject({ classes: labelsSchema }),
  estimator: (input) => new RandomForestClassifier(input),
  encode: (model: RandomForestClassifierModel) => ({
    state: { classes: [...model.classes] },
    tensors: model.forest.toTensors(),
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, classes.length);
    return new RandomForestClassifierModel(estimator, features, classes, forest);
  },
});
