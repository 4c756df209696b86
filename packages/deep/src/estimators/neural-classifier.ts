import {
  alignFeatures,
  type Classifies,
  type Codec,
  type Dataset,
  type DatasetSchema,
  type Decides,
  defineCodec,
  type Embeds,
  Estimator,
  type EstimatorTags,
  FitRun,
  type Label,
  type LabelledDataset,
  Matrix,
  Model,
  ParamError,
  type PredictsProbability,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { measuresOf, requireMeasures } from "../metrics/measures.js";
import { findTrainStep } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { findNetwork, type NetworkOptions } from "../network/network-list.js";
import type { NetworkSummary } from "../network/network-summary.js";
import { networkSettingsShape } from "../network/network-settings.js";
import { networkKinds, requireNetworkKinds } from "../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import { type OpenStream, openStream } from "../streaming/open-stream.js";
import type { StreamFitOptions, StreamSource } from "../streaming/stream-options.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import type { TrainingHistory } from "../training/progress.js";
import { classLoss, classLossSchema } from "../training/losses/class-loss.js";
import { classesOf, classMetrics, classRows, outputsOf, priorOffset, sampledOffset } from "./class-task.js";
import {
  evaluateNetwork,
  type EvaluateOptions,
  evaluationMetrics,
  type EvaluationData,
  type EvaluationResult,
} from "./evaluate-network.js";
import { type Disposes, PreparedNetwork } from "./prepared-network.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import { weightedRows } from "./learning-rows.js";
import type { FittedNetwork } from "./fitted-network.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { metricShape } from "./metric-params.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { requireSameNetwork } from "./require-same-network.js";
import { trainingShape } from "./training-params.js";

const params = z.strictObject({
  ...networkSettingsShape,
  ...trainingShape,
  ...metricShape,
  loss: classLossSchema
    .default("crossEntropy")
    .describe(
      "What is minimised, by name (crossEntropy, focal, hinge, squaredHinge, categoricalHinge, generalizedCrossEntropy, or one by defineLoss) or with its own settings. Probabilities are those of cross entropy alone: focal loss pulls them to the middle, hinge losses give scores",
    ),
  classWeight: z
    .union([z.literal("balanced"), z.record(z.string(), z.number().min(0)).readonly()])
    .nullable()
    .default(null)
    .describe(
      "Weights of classes, times the sample weights: balanced gives each the same total, a record a factor by label",
    ),
  majorityRatio: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "Rows of the largest class that each epoch draws anew for every other row; probabilities are corrected for it. null takes all",
    ),
});

/**
 * A neural network over mixed columns: standardised numbers, embeddings of categories, tokens of texts and histories,
 * joined in one network and trained with AdamW and log loss unless params say otherwise. Two classes share one output. On very imbalanced data
 * `majorityRatio` makes epochs short without biasing the probabilities (prior correction, King and Zeng 2001).
 *
 * Missing values are taken: numbers get an indicator where fit saw missing ones, categories and texts a code of their
 * own, histories may be empty. Timestamps are refused.
 *
 * @throws DataError for data that it can't take, numbers above 1e140 among it, StrataError for a loss that is not finite.
 * @example
 * const data = fromColumns(
 *   { amount: [3, 80, 5, 95], shop: text(["kiosk", "jewels", "kiosk", "jewels"]), fraud: [0, 1, 0, 1] },
 *   { target: "fraud" },
 * );
 * const model = await new NeuralClassifier({ epochs: 20, seed: 7 }).fit(data);
 * await model.predictProba(data); // Matrix of 4 x 2
 */
export class NeuralClassifier
  extends Estimator<typeof params, NeuralClassifierModel, LabelledDataset>
  implements Updates<NeuralClassifierModel, LabelledDataset>
{
  readonly type = "deep/neural-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: networkKinds,
    target: "required",
    missing: true,
    sampleWeight: true,
    multiclass: true,
  };
  /** The plan that `params.network` names. */
  readonly definition: NetworkDefinition;

  constructor(
    input?: z.input<typeof params>,
    /** Networks and losses of one's own. */
    readonly options: NetworkOptions = {},
  ) {
    super(params, input);
    this.definition = findNetwork(this.owner, this.params.network, options);
    findTrainStep(this.owner, this.params.trainStep, options.trainSteps);
    // A name that is none is told at once.
    if (typeof this.params.loss === "string") classLoss(this.owner, this.params.loss, 3, options.losses);
    requireMeasures(this.owner, this.params, "categorical");
  }

  override with(patch: Partial<z.input<typeof params>>): this {
    const make = this.constructor as new (input: z.input<typeof params>, options: NetworkOptions) => this;
    return new make({ ...this.params, ...patch }, this.options);
  }

  async fit(data: LabelledDataset, options: NetworkFitOptions = {}): Promise<NeuralClassifierModel> {
    return this.train(data, options);
  }

  /**
   * Fits on rows that needn't be in memory at once: chunks of a source that begins anew in every epoch. Preprocessing and classes are learnt
   * from the first `adaptRows` rows, or from `adapt`; early stopping needs `validation` (no part of a stream is held out).
   *
   * @param source gives the chunks of an epoch, the same for the same epoch where a fit is to repeat.
   * @throws StrataError for a source that fails, DataError for one without rows and for chunks that differ from the rows learnt from, else
   * as fit does.
   * @example
   * async function* chunks() {
   *   for (let k = 0; k < 3; k++) yield fromColumns({ a: [k, k + 1, -k - 1], y: [1, 1, 0] }, { target: "y" });
   * }
   * const model = await new NeuralClassifier({ epochs: 2 }).fitStream(chunks, { shuffleRows: 4 });
   */
  async fitStream(source: StreamSource, options: StreamFitOptions = {}): Promise<NeuralClassifierModel> {
    const stream = await openStream(this.owner, source, options);
    return this.train(stream.adapted, options, undefined, stream);
  }

  /**
   * Goes on training a model: up to `epochs` more over these rows, from its weights and with its preprocessing, scales and
   * dictionaries as they are. The optimizer begins anew. Rows may lack some of the model's classes.
   *
   * @throws DataError as fit does, for rows that lack a feature of the model and a label that it doesn't know; ParamError where
   * params that shape the network are not the model's.
   */
  async update(
    model: NeuralClassifierModel,
    data: LabelledDataset,
    options: NetworkFitOptions = {},
  ): Promise<NeuralClassifierModel> {
    requireSameNetwork(this.owner, this.params, model.estimator.params);
    return this.train(data, options, model);
  }

  private async train(
    data: LabelledDataset,
    options: NetworkFitOptions,
    start?: NeuralClassifierModel,
    stream?: OpenStream,
  ): Promise<NeuralClassifierModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    requireNetworkKinds(owner, data);
    const features = start?.features ?? data.featureSchema;
    const weights = sampleWeights(owner, data);
    requireNoHuge(owner, data, weights);
    const used = weightedRows(data, weights);
    const { classes, codes } = classesOf(owner, used, settings.classWeight, start?.classes);
    const count = classes.labels.length;
    const held = stream ? { ...settings, validationFraction: null } : settings;
    const split = splitRows(used, options.validation?.labelled(owner), held, codes);
    const train = classRows(owner, split.train, classes);
    const ratio = settings.majorityRatio;
    if (stream && ratio !== null)
      throw new ParamError(owner, `majorityRatio must be null for fitStream, received ${ratio}`);
    const sampler = new EpochSampler(
      train.codes.length,
      ratio === null ? undefined : { codes: train.codes, count, ratio },
    );
    const prior = start?.fitted.offset ?? priorOffset(train, count);
    const fitted = await fitNetwork(
      {
        definition: this.definition,
        settings,
        loss: classLoss(owner, settings.loss, count, this.options.losses),
        lossPlan: { kind: "classification", given: settings.loss, classes: count },
        trainStep: findTrainStep(owner, settings.trainStep, this.options.trainSteps),
        features,
        train,
        validation: split.validation && classRows(owner, split.validation, classes),
        sampler,
        measures: measuresOf(owner, settings, classMetrics(count)),
        stream: stream && { ...stream, rowsOf: (rows) => classRows(owner, rows, classes, "the stream") },
        start: start?.fitted,
        offsets: { training: sampledOffset(prior, sampler), prediction: prior },
      },
      run,
      options,
    );
    return new NeuralClassifierModel(this, features, classes.labels, fitted);
  }
}

export class NeuralClassifierModel
  extends Model<NeuralClassifier>
  implements Classifies, PredictsProbability, Decides, Embeds
{
  constructor(
    estimator: NeuralClassifier,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    readonly fitted: FittedNetwork,
  ) {
    super(estimator, features);
  }

  /**
   * The same model made ready for many predictions of few rows, such as one a request: its weights stay on the backend, and what
   * a shape of inputs takes is worked out once. Call `dispose` when it is done; it then predicts as this model does.
   */
  async prepare(): Promise<NeuralClassifierModel & Disposes> {
    const network = await PreparedNetwork.of(this.fitted);
    const model = new NeuralClassifierModel(this.estimator, this.features, this.classes, network);
    return Object.assign(model, { dispose: () => network.dispose() });
  }

  /** Losses, metrics and learning rate of every epoch of the fit. */
  get history(): TrainingHistory {
    return this.fitted.history;
  }

  /** The network's layers, their shapes and weights: a table where it is made a string. */
  summary(): NetworkSummary {
    return this.fitted.network.summary();
  }

  /** Names of the network's layers that give one vector a row. */
  get layers(): readonly string[] {
    return this.fitted.network.layers;
  }

  /** Rows x 1 log odds of the second class for two classes, else rows x classes logits. */
  async decisionFunction(data: Dataset): Promise<Matrix> {
    return this.fitted.run(this.owner, alignFeatures(this.owner, this.features, data));
  }

  async predictProba(data: Dataset): Promise<Matrix> {
    return probabilities(await this.decisionFunction(data));
  }

  async predict(data: Dataset): Promise<Label[]> {
    const scores = await this.decisionFunction(data);
    return Array.from({ length: scores.rows }, (_, i) => {
      const row = scores.row(i);
      const best = row.length === 1 ? Number(row[0] > 0) : row.indexOf(Math.max(...row));
      return this.classes[best];
    });
  }

  /**
   * The mean loss over rows and metrics by key, both by the weights of the rows; classes weigh the same here. A data set, or
   * parts of one that are read one after the other, of any length in all.
   *
   * @throws DataError for labels that the model doesn't know and rows that it can't take; ParamError for a metric that is none.
   * @example
   * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
   * const model = await new NeuralClassifier({ epochs: 5 }).fit(data);
   * await model.evaluate(data, { metrics: ["auc", "accuracy"] }); // { auc: ..., accuracy: ..., loss: ... }
   */
  async evaluate(data: EvaluationData, options: EvaluateOptions = {}): Promise<EvaluationResult> {
    const { owner, features, classes, estimator } = this;
    const { loss, ...params } = estimator.params;
    const count = classes.length;
    const even = { labels: classes, factors: new Float64Array(count).fill(1) };
    return evaluateNetwork(this.fitted, data, {
      owner,
      features,
      loss: classLoss(owner, loss, count, estimator.options.losses),
      measures: measuresOf(owner, evaluationMetrics(owner, options, params), classMetrics(count)),
      rowsOf: (part) => classRows(owner, weightedRows(part, sampleWeights(owner, part)), even, "the data"),
    });
  }

  /** Rows x units of a layer; without a name that of the last hidden layer, called `embedding` in the default network. */
  async embed(data: Dataset, { layer }: { readonly layer?: string } = {}): Promise<Matrix> {
    const aligned = alignFeatures(this.owner, this.features, data);
    return this.fitted.run(this.owner, aligned, layer ?? this.fitted.network.embeddingLayer);
  }
}

/** Sigmoid of one score a row, softmax of more. */
export function probabilities(scores: Matrix): Matrix {
  if (scores.columns === 1) {
    const out = new Matrix(scores.rows, 2);
    scores.data.forEach((score, i) => {
      const small = 1 / (1 + Math.exp(Math.abs(score)));
      out.data[2 * i] = score > 0 ? small : 1 - small;
      out.data[2 * i + 1] = score > 0 ? 1 - small : small;
    });
    return out;
  }
  const out = new Matrix(scores.rows, scores.columns);
  for (let i = 0; i < scores.rows; i++) {
    const row = scores.row(i);
    const most = Math.max(...row);
    const powers = row.map((score) => Math.exp(score - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    out.row(i).set(powers.map((power) => power / sum));
  }
  return out;
}

/** The codec of {@link NeuralClassifier}, for models of the default network and of those passed. */
export function neuralClassifierCodec(
  options: NetworkOptions = {},
): Codec<NeuralClassifierModel, NeuralClassifier> {
  return defineCodec({
    type: "deep/neural-classifier",
    state: fittedNetworkState.extend({ classes: z.array(z.union([z.number(), z.string()])).min(2) }),
    estimator: (input) => new NeuralClassifier(input, options),
    encode: (model: NeuralClassifierModel) => {
      const { state, tensors } = encodeFittedNetwork(model.fitted);
      return { state: { ...state, classes: [...model.classes] }, tensors };
    },
    decode: ({ estimator, features, state: { classes, ...state }, tensors }) => {
      const { owner, definition, params: settings } = estimator;
      const parts = { features, state, tensors };
      const fitted = decodeFittedNetwork(owner, definition, settings, outputsOf(classes.length), parts);
      return new NeuralClassifierModel(estimator, features, classes, fitted);
    },
  }) as Codec<NeuralClassifierModel, NeuralClassifier>;
}
