import {
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  Model,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
  numericTarget,
  type Regresses,
  ParamError,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { boostedFromTensors, boostedTensors, rawScores, stagedScores } from "./boosted-scores.js";
import type { Boosted } from "./booster.js";
import { boostingShape } from "./boosting-params.js";
import { boostingKinds } from "./feature-columns.js";
import { fitBoosted, type TargetRows } from "./fit-boosted.js";
import { gainShares } from "./gain-shares.js";
import type { Loss } from "./loss.js";
import { OwnLoss, type RowLossFunctions } from "./own-loss.js";
import {
  AbsoluteErrorLoss,
  GammaLoss,
  HuberLoss,
  PoissonLoss,
  QuantileLoss,
  SquaredErrorLoss,
  TweedieLoss,
} from "./regression-losses.js";
import { rawScorer } from "./row-scores.js";
import { rowScorer } from "../scorer/row-reader.js";

const params = z.strictObject({
  loss: z
    .enum(["squaredError", "absoluteError", "quantile", "huber", "poisson", "gamma", "tweedie"])
    .default("squaredError")
    .describe(
      "What is decreased: half the squared error, the absolute error, the pinball loss of a quantile, Huber's, or half a deviance, whose predictions are exp of the score",
    ),
  quantile: z.number().gt(0).lt(1).default(0.5).describe("Which quantile the loss 'quantile' predicts"),
  huberDelta: z
    .number()
    .gt(0)
    .default(1)
    .describe("Residual beyond which the loss 'huber' is linear: LightGBM's alpha"),
  tweediePower: z
    .number()
    .gt(1)
    .lt(2)
    .default(1.5)
    .describe("Power of the mean that the variance grows by under the loss 'tweedie'"),
  ...boostingShape,
});

type LossParams = Pick<z.output<typeof params>, "loss" | "quantile" | "huberDelta" | "tweediePower">;

function lossOf({ loss, quantile, huberDelta, tweediePower }: LossParams): Loss {
  switch (loss) {
    case "squaredError":
      return new SquaredErrorLoss();
    case "absoluteError":
      return new AbsoluteErrorLoss();
    case "quantile":
      return new QuantileLoss(quantile);
    case "huber":
      return new HuberLoss(huberDelta);
    case "poisson":
      return new PoissonLoss();
    case "gamma":
      return new GammaLoss();
    case "tweedie":
      return new TweedieLoss(tweediePower);
  }
}

/** Losses whose predictions are exp of the score. */
const logLinked: readonly string[] = ["poisson", "gamma", "tweedie"];

/**
 * Gradient boosting of trees on binned features, as scikit-learn's HistGradientBoostingRegressor and LightGBM.
 * Missing values, categories and early stopping are treated as by `HistGradientBoostingClassifier`.
 *
 * @throws DataError for a target that is not finite numbers (or not what a deviance takes: >= 0 and not all 0, with gamma > 0), infinite features, or weights that are all zero.
 * @see Ke and others: LightGBM (2017); Chen, Guestrin: XGBoost (2016)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: [1, 1, 1, 5, 5, 5] }, { target: "y" });
 * const model = await new HistGradientBoostingRegressor({ minSamplesLeaf: 1 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // Float64Array [about 1, about 5]
 */
export class HistGradientBoostingRegressor
  extends Estimator<typeof params, HistGradientBoostingRegressorModel, LabelledDataset>
  implements Updates<HistGradientBoostingRegressorModel, LabelledDataset>
{
  readonly type = "classical/hist-gradient-boosting-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: boostingKinds,
    target: "required",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<HistGradientBoostingRegressorModel> {
    return this.boost(data, lossOf(this.params), options, false);
  }

  /**
   * Fits to a loss of your own. The model's predictions are the raw scores that the loss takes, whatever `loss` says; the
   * function itself is not saved with it. `updateLoss` goes on training it.
   *
   * @throws DataError as fit does, and for a loss that gives what is not finite, or a negative hessian.
   * @example
   * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: [1, 1, 1, 5, 5, 5] }, { target: "y" });
   * const logCosh = {
   *   value: (y: number, raw: number) => Math.log(Math.cosh(raw - y)),
   *   gradient: (y: number, raw: number) => Math.tanh(raw - y),
   *   hessian: (y: number, raw: number) => 1 - Math.tanh(raw - y) ** 2,
   * };
   * const model = await new HistGradientBoostingRegressor({ minSamplesLeaf: 1 }).fitLoss(data, logCosh);
   */
  async fitLoss(
    data: LabelledDataset,
    loss: RowLossFunctions,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<HistGradientBoostingRegressorModel> {
    return this.unlinked().boost(data, new OwnLoss(this.owner, loss), options, true);
  }

  /**
   * `update` of a model of {@link fitLoss}, by the loss that it was fitted to.
   *
   * @throws DataError as fitLoss and update do; ParamError for a model of `fit`.
   */
  async updateLoss(
    model: HistGradientBoostingRegressorModel,
    data: LabelledDataset,
    loss: RowLossFunctions,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<HistGradientBoostingRegressorModel> {
    if (!model.ownLoss)
      throw new ParamError(
        this.owner,
        `updateLoss: model must be one of fitLoss, received one of the ${model.estimator.params.loss} loss: use update`,
      );
    return this.unlinked().boost(data, new OwnLoss(this.owner, loss), options, true, model);
  }

  /** These params with a loss whose raw scores are predictions. */
  private unlinked(): HistGradientBoostingRegressor {
    return new HistGradientBoostingRegressor({ ...this.params, loss: "squaredError" });
  }

  /**
   * Adds up to `maxIter` iterations to a model, which correct it on these rows. With the rows and params of its fit, what comes
   * out is what more iterations would have given. Categories that fit did not see count as missing.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model; ParamError for another loss than the model's,
   * or a model of {@link fitLoss}.
   */
  async update(
    model: HistGradientBoostingRegressorModel,
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<HistGradientBoostingRegressorModel> {
    const { loss } = model.estimator.params;
    if (model.ownLoss)
      throw new ParamError(
        this.owner,
        "update: model must be one of fit, received one of fitLoss: use updateLoss",
      );
    if (this.params.loss !== loss)
      throw new ParamError(
        this.owner,
        `loss must be that of the model, ${loss}, received ${this.params.loss}`,
      );
    return this.boost(data, lossOf(this.params), options, false, model);
  }

  private async boost(
    data: LabelledDataset,
    loss: Loss,
    options: FitOptions<LabelledDataset>,
    ownLoss: boolean,
    start?: HistGradientBoostingRegressorModel,
  ): Promise<HistGradientBoostingRegressorModel> {
    const run = new FitRun(this.owner, options);
    const target = this.targetRows(data);
    const features = start?.features ?? data.featureSchema;
    const rows = { ...target, data: start ? alignFeatures(this.owner, features, data) : data };
    const given = options.validation;
    const validation = given && {
      ...this.targetRows(given),
      data: alignFeatures(this.owner, features, given),
    };
    const { params } = this;
    const boosted = await fitBoosted(
      run,
      loss,
      params,
      rows,
      validation,
      undefined,
      features,
      start?.boosted,
    );
    return new HistGradientBoostingRegressorModel(this, features, boosted, ownLoss);
  }

  private targetRows(data: LabelledDataset): TargetRows {
    const y = numericTarget(this.owner, data);
    const { loss } = this.params;
    if (logLinked.includes(loss)) {
      const name = `${loss[0].toUpperCase()}${loss.slice(1)}`;
      const row = y.findIndex((value) => !(loss === "gamma" ? value > 0 : value >= 0));
      if (row >= 0)
        throw new DataError(
          this.owner,
          `the target of ${name} loss must be ${loss === "gamma" ? ">" : ">="} 0, received ${y[row]} at row ${row}`,
        );
      if (!y.some((value) => value > 0))
        throw new DataError(
          this.owner,
          `the target of ${name} loss must not be all zero, received only zeros`,
        );
    }
    return { data, y, weights: sampleWeights(this.owner, data) };
  }
}

export class HistGradientBoostingRegressorModel
  extends Model<HistGradientBoostingRegressor>
  implements Regresses, ScoresRows
{
  constructor(
    estimator: HistGradientBoostingRegressor,
    features: DatasetSchema,
    /** Trees, baseline and loss histories. */
    readonly boosted: Boosted,
    /** Whether it was fitted by `fitLoss`, to a loss that the params don't name. */
    readonly ownLoss: boolean,
  ) {
    super(estimator, features);
  }

  /** Iterations that were run. */
  get iterations(): number {
    return this.boosted.trees.iterations;
  }

  /** Mean loss of the training rows before the first iteration and after each. */
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

  predict(data: Dataset): Float64Array {
    return this.inUnits(rawScores(this.owner, this.boosted, this.features, data)[0]);
  }

  /** Predictions after each iteration, the last of which are those of `predict`. */
  *stagedPredict(data: Dataset): Generator<Float64Array> {
    for (const [raw] of stagedScores(this.owner, this.boosted, this.features, data))
      yield this.inUnits(raw.slice());
  }

  /** The prediction for one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    const rawOf = rawScorer(this.boosted);
    const isLog = logLinked.includes(this.estimator.params.loss);
    return rowScorer(this.owner, this.features, { missing: true }, options?.rows, (x) => {
      const raw = rawOf(x);
      if (isLog) raw[0] = Math.exp(raw[0]);
      return raw;
    });
  }

  /** Raw scores in units of the target. */
  private inUnits(raw: Float64Array): Float64Array {
    return logLinked.includes(this.estimator.params.loss) ? raw.map(Math.exp) : raw;
  }
}

export const histGradientBoostingRegressorCodec = defineCodec({
  type: "classical/hist-gradient-boosting-regressor",
  state: z.strictObject({ ownLoss: z.boolean() }),
  estimator: (input) => new HistGradientBoostingRegressor(input),
  encode: (model: HistGradientBoostingRegressorModel) => ({
    state: { ownLoss: model.ownLoss },
    tensors: boostedTensors(model.boosted),
  }),
  decode: ({ estimator, features, state: { ownLoss }, tensors }) =>
    new HistGradientBoostingRegressorModel(
      estimator,
      features,
      boostedFromTensors(estimator.owner, tensors, features, 1),
      ownLoss,
    ),
});
