import {
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  requireKinds,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import type { z } from "zod";
import { mul } from "../backend/tensors.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { outputsLoss } from "../training/losses/outputs-loss.js";
import { classesOf, classRows } from "./class-task.js";
import { weightedRows } from "./learning-rows.js";
import { encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { decodeMlp, fitMlp, mlpKinds, mlpShapeNames, splitMlpRows } from "./mlp/fit-mlp.js";
import { mlpSchema } from "./mlp/mlp-params.js";
import { NetworkClassifierModel } from "./network-classifier-model.js";
import { classListsSchema, OutputClasses } from "./output-classes.js";
import { requireSameParams } from "./require-same-network.js";

/**
 * A multilayer perceptron over numbers as they come, as scikit-learn's MLPClassifier: log loss, summed over the outputs of
 * a target of several (multi-label ones and others), plus alpha / 2 times the squared weights by rows of a step; of
 * L-BFGS by the weight of all rows.
 *
 * Numbers are not scaled (a StandardScaler before it helps), and count as a million where they are larger. Early stopping
 * watches the loss of the held-out rows, where scikit-learn's watches their accuracy. L-BFGS computes losses in float32, where
 * scikit-learn does in float64: it ends where they can't tell a lower one from rounding.
 *
 * @throws DataError for columns that are no numbers and missing values, StrataError for a loss that is not finite.
 * @see Glorot and Bengio (2010), Kingma and Ba (2015), Liu and Nocedal (1989)
 * @example
 * const data = fromColumns({ x: [0, 0, 1, 1], y: [0, 1, 0, 1], xor: [0, 1, 1, 0] }, { target: "xor" });
 * const model = await new MlpClassifier({ hiddenLayerSizes: [8], learningRateInit: 0.05, maxIter: 500 }).fit(data);
 * await model.predict(data); // 0 or 1 for each of 4 rows
 */
export class MlpClassifier
  extends Estimator<typeof mlpSchema, MlpClassifierModel, LabelledDataset>
  implements Updates<MlpClassifierModel, LabelledDataset>
{
  readonly type = "deep/mlp-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: mlpKinds,
    target: "required",
    missing: false,
    sampleWeight: true,
    multiclass: true,
  };

  constructor(input?: z.input<typeof mlpSchema>) {
    super(mlpSchema, input);
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<MlpClassifierModel> {
    return this.train(data, options);
  }

  /**
   * Goes on training a model: up to `maxIter` more passes (or iterations) over these rows, from its weights. The solver, and
   * the rule by which training ends, begin anew. Rows may lack some of the model's classes.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model and a label that it doesn't know; ParamError where hidden layers or their
   * activation are not the model's.
   */
  async update(
    model: MlpClassifierModel,
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<MlpClassifierModel> {
    requireSameParams(this.owner, this.params, model.estimator.params, mlpShapeNames);
    return this.train(data, options, model);
  }

  private async train(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset>,
    start?: MlpClassifierModel,
  ): Promise<MlpClassifierModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    requireKinds(owner, data, mlpKinds);
    const used = weightedRows(data, sampleWeights(owner, data));
    const { classes, codes } = classesOf(owner, used, null, start?.lists);
    const strata = codes.length === 1 ? codes[0] : undefined;
    const { train, validation } = splitMlpRows(settings, used, options.validation?.labelled(owner), strata);
    const rowsOf = (rows: LabelledDataset) => classRows(owner, rows, classes);
    const { lists } = classes;
    const features = start?.features ?? data.featureSchema;
    const fitted = await fitMlp(
      settings,
      features,
      { train: rowsOf(train), validation: validation && rowsOf(validation) },
      { outputs: lists.logits, loss: logLoss(owner, lists) },
      run,
      start?.fitted,
    );
    return new MlpClassifierModel(this, features, lists, fitted);
  }
}

/** The sum over outputs, not their mean. */
export function logLoss(owner: string, lists: OutputClasses): RowLoss {
  const mean = outputsLoss(owner, "crossEntropy", lists.counts);
  return (outputs, targets) => mul(mean(outputs, targets), lists.each.length);
}

export class MlpClassifierModel extends NetworkClassifierModel<MlpClassifier> {}

export const mlpClassifierCodec = defineCodec({
  type: "deep/mlp-classifier",
  state: fittedNetworkState.extend({ classes: classListsSchema }),
  estimator: (input) => new MlpClassifier(input),
  encode: (model: MlpClassifierModel) => {
    const { state, tensors } = encodeFittedNetwork(model.fitted);
    return { state: { ...state, classes: model.lists.state }, tensors };
  },
  decode: ({ estimator, features, state: { classes, ...state }, tensors }) => {
    const { owner, params: settings } = estimator;
    const lists = OutputClasses.fromState(classes);
    const fitted = decodeMlp(owner, settings, lists.logits, { features, state, tensors });
    return new MlpClassifierModel(estimator, features, lists, fitted);
  },
});
