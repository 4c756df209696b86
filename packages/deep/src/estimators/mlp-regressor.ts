import {
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  outputsTarget,
  requireKinds,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { mul } from "../backend/tensors.js";
import { regressionLoss } from "../training/losses/regression-loss.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { type LearningRows, weightedRows } from "./learning-rows.js";
import { encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { decodeMlp, fitMlp, mlpKinds, mlpShapeNames, splitMlpRows } from "./mlp/fit-mlp.js";
import { mlpSchema } from "./mlp/mlp-params.js";
import { NetworkRegressorModel } from "./network-regressor-model.js";
import { requireSameParams } from "./require-same-network.js";
import { TargetScaling } from "./target-scaling.js";

/**
 * A multilayer perceptron over numbers as they come that predicts one number, or several where the target is a tensor; as
 * scikit-learn's MLPRegressor: half the squared error, summed over outputs, plus alpha / 2 times the squared weights by rows
 * of a step; of L-BFGS by the weight of all rows.
 *
 * Neither features nor target are scaled; numbers larger than a million count as that. Early stopping watches the loss of
 * the held-out rows, where scikit-learn's watches their R2. L-BFGS computes losses in float32, where scikit-learn does in float64:
 * it ends where they can't tell a lower one from rounding.
 *
 * @throws DataError for columns that are no numbers, missing values and targets beyond 1e15, StrataError for a loss that is not finite.
 * @see Glorot and Bengio (2010), Kingma and Ba (2015), Liu and Nocedal (1989)
 * @example
 * const data = fromColumns({ x: [0, 1, 2, 3], y: [0, 1, 4, 9] }, { target: "y" });
 * const model = await new MlpRegressor({ activation: "tanh", learningRateInit: 0.05, maxIter: 500 }).fit(data);
 * await model.predict(data); // Float64Array of 4
 */
export class MlpRegressor
  extends Estimator<typeof mlpSchema, MlpRegressorModel, LabelledDataset>
  implements Updates<MlpRegressorModel, LabelledDataset>
{
  readonly type = "deep/mlp-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: mlpKinds,
    target: "required",
    missing: false,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof mlpSchema>) {
    super(mlpSchema, input);
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<MlpRegressorModel> {
    return this.train(data, options);
  }

  /**
   * Goes on training a model: up to `maxIter` more passes (or iterations) over these rows, from its weights. The solver, and
   * the rule by which training ends, begin anew.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model; ParamError where hidden layers or their
   * activation are not the model's.
   */
  async update(
    model: MlpRegressorModel,
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<MlpRegressorModel> {
    requireSameParams(this.owner, this.params, model.estimator.params, mlpShapeNames);
    return this.train(data, options, model);
  }

  private async train(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset>,
    start?: MlpRegressorModel,
  ): Promise<MlpRegressorModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    requireKinds(owner, data, mlpKinds);
    const weights = sampleWeights(owner, data);
    const scaling = start?.scaling ?? unscaled(outputsTarget(owner, data).columns);
    scaling.requireNear(owner, data, weights);
    const given = options.validation?.labelled(owner);
    if (given) scaling.requireNear(owner, given, undefined, " of the validation data");
    const { train, validation } = splitMlpRows(settings, weightedRows(data, weights), given);
    const rowsOf = (rows: LabelledDataset): LearningRows => ({
      data: rows,
      targets: scaling.targetsOf(owner, rows),
      weights: sampleWeights(owner, rows),
    });
    const { outputs } = scaling;
    const features = start?.features ?? data.featureSchema;
    const fitted = await fitMlp(
      settings,
      features,
      { train: rowsOf(train), validation: validation && rowsOf(validation) },
      { outputs, loss: halfSquares(owner, outputs) },
      run,
      start?.fitted,
    );
    return new MlpRegressorModel(this, features, fitted, scaling);
  }
}

/** Targets as they are. */
function unscaled(outputs: number): TargetScaling {
  return new TargetScaling(new Float64Array(outputs), new Float64Array(outputs).fill(1));
}

/** Half the sum of squares. */
export function halfSquares(owner: string, outputs: number): RowLoss {
  const mean = regressionLoss(owner, "squaredError");
  return (given, targets) => mul(mean(given, targets), outputs / 2);
}

export class MlpRegressorModel extends NetworkRegressorModel<MlpRegressor> {}

export const mlpRegressorCodec = defineCodec({
  type: "deep/mlp-regressor",
  state: fittedNetworkState.extend({
    outputs: z
      .int()
      .min(1)
      .max(1 << 20),
  }),
  estimator: (input) => new MlpRegressor(input),
  encode: (model: MlpRegressorModel) => {
    const { state, tensors } = encodeFittedNetwork(model.fitted);
    return { state: { ...state, outputs: model.scaling.outputs }, tensors };
  },
  decode: ({ estimator, features, state: { outputs, ...state }, tensors }) => {
    const { owner, params: settings } = estimator;
    const fitted = decodeMlp(owner, settings, outputs, { features, state, tensors });
    return new MlpRegressorModel(estimator, features, fitted, unscaled(outputs));
  },
});
