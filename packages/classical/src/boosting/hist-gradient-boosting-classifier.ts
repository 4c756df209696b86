import {
  alignFeatures,
  type Classifies,
  classTarget,
  type ClassTarget,
  DataError,
  type Dataset,
  type DatasetSchema,
  type Decides,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  Matrix,
  Model,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
  type PredictsProbability,
  sampleWeights,
  type Updates,
  weightsWithClasses,
} from "@strata-ml/core";
import { z } from "zod";
import { argmax } from "../tree/argmax.js";
import { labelsSchema } from "../tree/labels-schema.js";
import { classWeightSchema } from "../tree/tree-params.js";
import { boostedFromTensors, boostedTensors, rawScores, stagedScores } from "./boosted-scores.js";
import type { Boosted } from "./booster.js";
import { boostingShape } from "./boosting-params.js";
import { boostingKinds } from "./feature-columns.js";
import { fitBoosted, type TargetRows } from "./fit-boosted.js";
import { gainShares } from "./gain-shares.js";
import { BinaryLogLoss, MultinomialLogLoss, sigmoid, softmaxInto, softmaxOf } from "./log-losses.js";
import { rawScorer } from "./row-scores.js";
import { rowScorer } from "../scorer/row-reader.js";

const params = z.strictObject({
  loss: z
    .enum(["logLoss"])
    .default("logLoss")
    .describe("What is decreased: log loss, binary or multinomial by the number of classes"),
  ...boostingShape,
  maxDeltaStep: boostingShape.maxDeltaStep
    .default(10)
    .describe(
      "Most that a leaf adds to or takes off a score before the learning rate, null is no limit: leaves of one class alone would go on growing",
    ),
  classWeight: classWeightSchema
    .default(null)
    .describe("'balanced', or a factor by class label that multiplies the sample weights"),
});

/**
 * Gradient boosting of trees on binned features, as scikit-learn's HistGradientBoostingClassifier and LightGBM.
 *
 * Missing values go the way that was better in fit. Categorical columns are split by sets of categories; one that fit
 * did not see counts as missing. Stops early by the rows of `options.validation`, or by rows it holds out.
 *
 * @throws DataError for a target of one class, infinite features, weights that are all zero, or validation labels that fit did not see.
 * @see Ke and others: LightGBM (2017); Chen, Guestrin: XGBoost (2016)
 * @example
 * const data = fromColumns({ x: [1, 2, NaN, 8, 9, 9], y: [0, 0, 0, 1, 1, 1] }, { target: "y" });
 * const model = await new HistGradientBoostingClassifier({ minSamplesLeaf: 1 }).fit(data);
 * model.predict(fromColumns({ x: [3, 8] })); // [0, 1]
 */
export class HistGradientBoostingClassifier
  extends Estimator<typeof params, HistGradientBoostingClassifierModel, LabelledDataset>
  implements Updates<HistGradientBoostingClassifierModel, LabelledDataset>
{
  readonly type = "classical/hist-gradient-boosting-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: boostingKinds,
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
  ): Promise<HistGradientBoostingClassifierModel> {
    return this.boost(data, classTarget(this.owner, data), options);
  }

  /**
   * Adds up to `maxIter` iterations to a model, which correct it on these rows. With the rows and params of its fit, what comes
   * out is what more iterations would have given. Categories that fit did not see count as missing.
   *
   * @throws DataError as fit does, and for labels or features that the model does not have.
   */
  async update(
    model: HistGradientBoostingClassifierModel,
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<HistGradientBoostingClassifierModel> {
    const target = placed(this.owner, "labels", model.classes, data);
    return this.boost(data, target, options, model);
  }

  private async boost(
    data: LabelledDataset,
    target: ClassTarget,
    options: FitOptions<LabelledDataset>,
    start?: HistGradientBoostingClassifierModel,
  ): Promise<HistGradientBoostingClassifierModel> {
    const run = new FitRun(this.owner, options);
    const features = start?.features ?? data.featureSchema;
    const weights = weightsWithClasses(
      this.owner,
      sampleWeights(this.owner, data),
      target,
      this.params.classWeight,
    );
    const own = start ? alignFeatures(this.owner, features, data) : data;
    const rows = { data: own, y: Float64Array.from(target.codes), weights };
    const validation = options.validation && this.validationRows(data, features, target, options.validation);
    const loss = lossOf(target.classes.length);
    const { codes, classes } = target;
    const boosted = await fitBoosted(
      run,
      loss,
      this.params,
      rows,
      validation,
      codes,
      features,
      start?.boosted,
    );
    return new HistGradientBoostingClassifierModel(this, features, classes, boosted);
  }

  /** Validation rows with the class weights of the training rows, so that both losses measure the same. */
  private validationRows(
    data: LabelledDataset,
    features: DatasetSchema,
    target: ClassTarget,
    given: LabelledDataset,
  ): TargetRows {
    const y = Float64Array.from(placed(this.owner, "validation labels", target.classes, given).codes);
    let weights = sampleWeights(this.owner, given);
    const { classWeight } = this.params;
    // Balanced factors count the training rows by their sample weights; those of a record do not depend on them.
    const counted = classWeight === "balanced" ? sampleWeights(this.owner, data) : undefined;
    const ofClass = weightsWithClasses(this.owner, counted, target, classWeight);
    if (ofClass !== undefined) {
      const factor = new Float64Array(target.classes.length);
      target.codes.forEach((code, row) => {
        const own = counted?.[row] ?? 1;
        if (own > 0) factor[code] = ofClass[row] / own;
      });
      weights = y.map((code, row) => (weights?.[row] ?? 1) * factor[code]);
    }
    return { data: alignFeatures(this.owner, features, given), y, weights };
  }
}

/** The labels of rows by their places among the classes of a fit. */
function placed(owner: string, what: string, known: readonly Label[], data: LabelledDataset): ClassTarget {
  const { classes, codes } = classTarget(owner, data, { minClasses: 1 });
  const place = classes.map((label) => known.indexOf(label));
  const unseen = place.indexOf(-1);
  if (unseen >= 0)
    throw new DataError(
      owner,
      `${what} must be among those seen in fit (${known.slice(0, 10).join(", ")}), received ${String(classes[unseen])}`,
    );
  return { classes: known, codes: codes.map((code) => place[code]) };
}

const lossOf = (classes: number): BinaryLogLoss | MultinomialLogLoss =>
  classes === 2 ? new BinaryLogLoss() : new MultinomialLogLoss(classes);

export class HistGradientBoostingClassifierModel
  extends Model<HistGradientBoostingClassifier>
  implements Classifies, PredictsProbability, Decides, ScoresRows
{
  constructor(
    estimator: HistGradientBoostingClassifier,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** Trees, baseline and loss histories. */
    readonly boosted: Boosted,
  ) {
    super(estimator, features);
  }

  /** Iterations that were run. */
  get iterations(): number {
    return this.boosted.trees.iterations;
  }

  /** Mean log loss of the training rows before the first iteration and after each. */
  get trainLoss(): Float64Array {
    return this.boosted.trainLoss;
  }

  /** The same of the validation rows; empty where there were none. */
  get validationLoss(): Float64Array {
    return this.boosted.validationLoss;
  }

  /** Share of each feature in the total decrease of the loss; all zero where nothing was split. */
  get featureImportances(): Float64Array {
    return gainShares(this.boosted.trees, this.features);
  }

  /** Number of splits on each feature. */
  get splitCounts(): Float64Array {
    return this.boosted.trees.splits(this.featureImportances.length);
  }

  predict(data: Dataset): Label[] {
    const probability = this.predictProba(data);
    return Array.from({ length: probability.rows }, (_, i) => this.classes[argmax(probability.row(i))]);
  }

  predictProba(data: Dataset): Matrix {
    return this.probabilities(rawScores(this.owner, this.boosted, this.features, data));
  }

  /** Probabilities after each iteration, the last of which are those of `predictProba`. */
  *stagedPredictProba(data: Dataset): Generator<Matrix> {
    for (const raw of stagedScores(this.owner, this.boosted, this.features, data))
      yield this.probabilities(raw);
  }

  /** Raw scores: the log-odds of the second of two classes, or one score a class. */
  decisionFunction(data: Dataset): Matrix {
    const raw = rawScores(this.owner, this.boosted, this.features, data);
    const out = new Matrix(data.rows, raw.length);
    raw.forEach((scores, k) => {
      for (let i = 0; i < scores.length; i++) out.data[i * raw.length + k] = scores[i];
    });
    return out;
  }

  /** Probabilities by class of one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    const rawOf = rawScorer(this.boosted);
    const out = new Float64Array(this.classes.length);
    return rowScorer(this.owner, this.features, { missing: true }, options?.rows, (x) => {
      const raw = rawOf(x);
      if (raw.length > 1) return softmaxInto(raw, out);
      out[0] = sigmoid(-raw[0]);
      out[1] = sigmoid(raw[0]);
      return out;
    });
  }

  private probabilities(raw: readonly Float64Array[]): Matrix {
    const out = new Matrix(raw[0].length, this.classes.length);
    for (let i = 0; i < out.rows; i++) {
      if (raw.length > 1) softmaxOf(raw, i, out.row(i));
      else {
        out.data[2 * i] = sigmoid(-raw[0][i]);
        out.data[2 * i + 1] = sigmoid(raw[0][i]);
      }
    }
    return out;
  }
}

export const histGradientBoostingClassifierCodec = defineCodec({
  type: "classical/hist-gradient-boosting-classifier",
  state: z.strictObject({ classes: labelsSchema }),
  estimator: (input) => new HistGradientBoostingClassifier(input),
  encode: (model: HistGradientBoostingClassifierModel) => ({
    state: { classes: [...model.classes] },
    tensors: boostedTensors(model.boosted),
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const { trees } = lossOf(classes.length);
    const boosted = boostedFromTensors(estimator.owner, tensors, features, trees);
    return new HistGradientBoostingClassifierModel(estimator, features, classes, boosted);
  },
});
