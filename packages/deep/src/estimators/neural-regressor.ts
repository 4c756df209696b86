import {
  type Codec,
  defineCodec,
  Estimator,
  type EstimatorTags,
  FitRun,
  type LabelledDataset,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { measuresOf, requireMeasures } from "../metrics/measures.js";
import type { MetricTask } from "../metrics/streaming-metric.js";
import { findTrainStep } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { findNetwork, type NetworkOptions } from "../network/network-list.js";
import { networkSettingsShape } from "../network/network-settings.js";
import { networkKinds, requireNetworkKinds } from "../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import { type OpenStream, openStream } from "../streaming/open-stream.js";
import type { StreamFitOptions, StreamSource } from "../streaming/stream-options.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { regressionLoss, regressionLossSchema } from "../training/losses/regression-loss.js";
import {
  evaluateNetwork,
  type EvaluateOptions,
  evaluationMetrics,
  type EvaluationData,
  type EvaluationResult,
} from "./evaluate-network.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import { type LearningRows, weightedRows } from "./learning-rows.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { requireSameNetwork } from "./require-same-network.js";
import { requireTargets, TargetScaling, targetScalingState } from "./target-scaling.js";
import { metricShape } from "./metric-params.js";
import { NetworkRegressorModel } from "./network-regressor-model.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { trainingShape } from "./training-params.js";

const params = z.strictObject({
  ...networkSettingsShape,
  ...trainingShape,
  ...metricShape,
  loss: regressionLossSchema
    .default("squaredError")
    .describe(
      "What is minimised, on the standardised target, by name (squaredError, absoluteError, huber, logCosh, quantile, or one by defineLoss) or with its own settings",
    ),
});

/**
 * A neural network over mixed columns that predicts a number; inputs, network and training as {@link NeuralClassifier}'s.
 * The target is standardised inside. One that is a tensor of a number an output is of several outputs, each standardised by
 * itself: `predictOutputs` answers.
 *
 * @throws DataError for data that it can't take, numbers above 1e140 among it, StrataError for a loss that is not finite.
 * @example
 * const data = fromColumns({ size: [30, 60, 90], town: ["A", "B", "A"], rent: [400, 900, 1200] }, { target: "rent" });
 * const model = await new NeuralRegressor({ epochs: 20 }).fit(data);
 * await model.predict(data); // Float64Array of 3
 */
export class NeuralRegressor
  extends Estimator<typeof params, NeuralRegressorModel, LabelledDataset>
  implements Updates<NeuralRegressorModel, LabelledDataset>
{
  readonly type = "deep/neural-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: networkKinds,
    target: "required",
    missing: true,
    sampleWeight: true,
  };
  /** The plan that `params.network` names. */
  readonly definition: NetworkDefinition;
  private readonly loss: RowLoss;

  constructor(
    input?: z.input<typeof params>,
    /** Networks and losses of one's own. */
    readonly options: NetworkOptions = {},
  ) {
    super(params, input);
    this.definition = findNetwork(this.owner, this.params.network, options);
    findTrainStep(this.owner, this.params.trainStep, options.trainSteps);
    this.loss = regressionLoss(this.owner, this.params.loss, options.losses);
    requireMeasures(this.owner, this.params, "regression");
  }

  override with(patch: Partial<z.input<typeof params>>): this {
    const make = this.constructor as new (input: z.input<typeof params>, options: NetworkOptions) => this;
    return new make({ ...this.params, ...patch }, this.options);
  }

  async fit(data: LabelledDataset, options: NetworkFitOptions = {}): Promise<NeuralRegressorModel> {
    return this.train(data, options);
  }

  /**
   * Fits on rows that needn't be in memory at once: chunks of a source that begins anew in every epoch. Preprocessing and the scale of the target are learnt
   * from the first `adaptRows` rows, or from `adapt`; early stopping needs `validation` (no part of a stream is held out).
   *
   * @param source gives the chunks of an epoch, the same for the same epoch where a fit is to repeat.
   * @throws StrataError for a source that fails, DataError for one without rows and for chunks that differ from the rows learnt from, else
   * as fit does.
   * @example
   * async function* chunks() {
   *   for (let k = 0; k < 3; k++) yield fromColumns({ a: [k, k + 1, -k - 1], y: [2 * k, 2 * k + 2, -2 * k - 2] }, { target: "y" });
   * }
   * const model = await new NeuralRegressor({ epochs: 2 }).fitStream(chunks, { shuffleRows: 4 });
   */
  async fitStream(source: StreamSource, options: StreamFitOptions = {}): Promise<NeuralRegressorModel> {
    const stream = await openStream(this.owner, source, options, (chunk) => chunk.labelled(this.owner));
    return this.train(stream.adapted, options, undefined, stream);
  }

  /**
   * Goes on training a model: up to `epochs` more over these rows, from its weights and with its preprocessing and scaling of
   * the target as they are. The optimizer begins anew.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model; ParamError where params that shape the network
   * are not the model's.
   */
  async update(
    model: NeuralRegressorModel,
    data: LabelledDataset,
    options: NetworkFitOptions = {},
  ): Promise<NeuralRegressorModel> {
    requireSameNetwork(this.owner, this.params, model.estimator.params);
    return this.train(data, options, model);
  }

  private async train(
    data: LabelledDataset,
    options: NetworkFitOptions,
    start?: NeuralRegressorModel,
    stream?: OpenStream<LabelledDataset>,
  ): Promise<NeuralRegressorModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    requireNetworkKinds(owner, data);
    const features = start?.features ?? data.featureSchema;
    const weights = sampleWeights(owner, data);
    requireNoHuge(owner, data, weights);
    requireTargets(owner, data, weights);
    const given = options.validation?.labelled(owner);
    const held = stream ? { ...settings, validationFraction: null } : settings;
    const { train, validation } = splitRows(weightedRows(data, weights), given, held);
    const scaling = start?.scaling ?? TargetScaling.fit(owner, train);
    // By the rows as they came: those of a part would be numbered otherwise.
    scaling.requireNear(owner, data, weights);
    if (given) scaling.requireNear(owner, given, undefined, " of the validation data");
    const rowsOf = (rows: LabelledDataset): LearningRows => learningRows(owner, rows, scaling);
    const zero = new Float32Array(scaling.outputs);
    const fitted = await fitNetwork(
      {
        definition: this.definition,
        settings,
        loss: this.loss,
        lossPlan: { kind: "regression", given: settings.loss },
        trainStep: findTrainStep(owner, settings.trainStep, this.options.trainSteps),
        features,
        train: rowsOf(train),
        validation: validation && rowsOf(validation),
        sampler: new EpochSampler(train.rows),
        measures: measuresOf(owner, settings, numberMetrics(scaling), scaling),
        stream: stream && {
          ...stream,
          rowsOf: (some) => {
            const rows = some.labelled(owner);
            requireTargets(owner, rows, undefined);
            scaling.requireNear(owner, rows);
            return rowsOf(rows);
          },
        },
        start: start?.fitted,
        offsets: { training: zero, prediction: zero },
      },
      run,
      options,
    );
    return new NeuralRegressorModel(this, features, fitted, scaling);
  }
}

/** What metrics are fed with. */
function numberMetrics({ outputs }: TargetScaling): MetricTask {
  return { kind: "regression", outputs };
}

/** Rows as a network learns them. */
function learningRows(owner: string, data: LabelledDataset, scaling: TargetScaling): LearningRows {
  const weights = sampleWeights(owner, data);
  return { data, targets: scaling.targetsOf(owner, data), weights, metricWeights: weights };
}

export class NeuralRegressorModel extends NetworkRegressorModel<NeuralRegressor> {
  /**
   * The mean loss over rows, of standardised targets, and metrics by key, of targets as they are; both by the weights of the
   * rows. A data set, or parts of one that are read one after the other, of any length in all.
   *
   * @throws DataError for rows and targets that the model can't take; ParamError for a metric that is none.
   * @example
   * const data = fromColumns({ size: [30, 60, 90], rent: [400, 900, 1200] }, { target: "rent" });
   * const model = await new NeuralRegressor({ epochs: 5 }).fit(data);
   * await model.evaluate(data, { metrics: ["meanAbsoluteError"] }); // { meanAbsoluteError: ..., loss: ... }
   */
  async evaluate(data: EvaluationData, options: EvaluateOptions = {}): Promise<EvaluationResult> {
    const { owner, features, estimator, scaling } = this;
    const { loss, ...params } = estimator.params;
    return evaluateNetwork(this.fitted, data, {
      owner,
      features,
      loss: regressionLoss(owner, loss, estimator.options.losses),
      measures: measuresOf(owner, evaluationMetrics(owner, options, params), numberMetrics(scaling), scaling),
      rowsOf: (part) => {
        const used = weightedRows(part, sampleWeights(owner, part));
        scaling.requireNear(owner, used);
        return learningRows(owner, used, scaling);
      },
    });
  }
}

/** The codec of {@link NeuralRegressor}, for models of the default network and of those passed. */
export function neuralRegressorCodec(
  options: NetworkOptions = {},
): Codec<NeuralRegressorModel, NeuralRegressor> {
  return defineCodec({
    type: "deep/neural-regressor",
    state: fittedNetworkState.extend(targetScalingState),
    estimator: (input) => new NeuralRegressor(input, options),
    encode: (model: NeuralRegressorModel) => {
      const { state, tensors } = encodeFittedNetwork(model.fitted);
      return { state: { ...state, ...model.scaling.state }, tensors };
    },
    decode: ({ estimator, features, state: { targetMean, targetScale, ...state }, tensors }) => {
      const { owner, definition, params: settings } = estimator;
      const scaling = TargetScaling.fromState(owner, { targetMean, targetScale });
      const parts = { features, state, tensors };
      const fitted = decodeFittedNetwork(owner, definition, settings, scaling.outputs, parts);
      return new NeuralRegressorModel(estimator, features, fitted, scaling);
    },
  }) as Codec<NeuralRegressorModel, NeuralRegressor>;
}
