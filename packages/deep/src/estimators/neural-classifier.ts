import {
  type Codec,
  defineCodec,
  Estimator,
  type EstimatorTags,
  FitRun,
  type LabelledDataset,
  ParamError,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { measuresOf, requireMeasures } from "../metrics/measures.js";
import { findTrainStep } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { findNetwork, type NetworkOptions } from "../network/network-list.js";
import { networkSettingsShape } from "../network/network-settings.js";
import { networkKinds, requireNetworkKinds } from "../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import { type OpenStream, openStream } from "../streaming/open-stream.js";
import type { StreamFitOptions, StreamSource } from "../streaming/stream-options.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import { classLoss, classLossSchema } from "../training/losses/class-loss.js";
import { outputsLoss } from "../training/losses/outputs-loss.js";
import {
  classesOf,
  classMetrics,
  classRows,
  classWeightSchema,
  priorOffset,
  sampledOffset,
} from "./class-task.js";
import {
  evaluateNetwork,
  type EvaluateOptions,
  evaluationMetrics,
  type EvaluationData,
  type EvaluationResult,
} from "./evaluate-network.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import { weightedRows } from "./learning-rows.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { metricShape } from "./metric-params.js";
import { NetworkClassifierModel } from "./network-classifier-model.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { classListsSchema, OutputClasses } from "./output-classes.js";
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
  classWeight: classWeightSchema.describe(
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
 * A target that is a tensor of one whole number an output is of several outputs, of two classes each where it is
 * multi-label: losses are averaged over them, and `predictOutputs` and `predictProbaOutputs` answer.
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
    const stream = await openStream(this.owner, source, options, (chunk) => chunk.labelled(this.owner));
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
    stream?: OpenStream<LabelledDataset>,
  ): Promise<NeuralClassifierModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    requireNetworkKinds(owner, data);
    const features = start?.features ?? data.featureSchema;
    const weights = sampleWeights(owner, data);
    requireNoHuge(owner, data, weights);
    const used = weightedRows(data, weights);
    const { classes, codes } = classesOf(owner, used, settings.classWeight, start?.lists);
    const { lists } = classes;
    // Outputs together have too many combinations of classes to hold out a part of each.
    const strata = codes.length === 1 ? codes[0] : undefined;
    const held = stream ? { ...settings, validationFraction: null } : settings;
    const split = splitRows(used, options.validation?.labelled(owner), held, strata);
    const train = classRows(owner, split.train, classes);
    const ratio = settings.majorityRatio;
    if (ratio !== null && codes.length > 1)
      throw new ParamError(
        owner,
        `majorityRatio must be null for a target of several outputs, received ${ratio}`,
      );
    if (stream && ratio !== null)
      throw new ParamError(owner, `majorityRatio must be null for fitStream, received ${ratio}`);
    const sampler = new EpochSampler(
      train.data.rows,
      ratio === null ? undefined : { codes: train.codes[0], count: lists.each[0].length, ratio },
    );
    const prior = start?.fitted.offset ?? priorOffset(train, lists);
    const fitted = await fitNetwork(
      {
        definition: this.definition,
        settings,
        loss: outputsLoss(owner, settings.loss, lists.counts, this.options.losses),
        lossPlan: { kind: "classification", given: settings.loss, classes: lists.counts },
        trainStep: findTrainStep(owner, settings.trainStep, this.options.trainSteps),
        features,
        train,
        validation: split.validation && classRows(owner, split.validation, classes),
        sampler,
        measures: measuresOf(owner, settings, classMetrics(lists)),
        stream: stream && {
          ...stream,
          rowsOf: (rows) => classRows(owner, rows.labelled(owner), classes, "the stream"),
        },
        start: start?.fitted,
        offsets: { training: sampledOffset(prior, sampler), prediction: prior },
      },
      run,
      options,
    );
    return new NeuralClassifierModel(this, features, lists, fitted);
  }
}

export class NeuralClassifierModel extends NetworkClassifierModel<NeuralClassifier> {
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
    const { owner, features, lists, estimator } = this;
    const { loss, ...params } = estimator.params;
    const even = { lists, factors: lists.each.map(({ length }) => new Float64Array(length).fill(1)) };
    return evaluateNetwork(this.fitted, data, {
      owner,
      features,
      loss: outputsLoss(owner, loss, lists.counts, estimator.options.losses),
      measures: measuresOf(owner, evaluationMetrics(owner, options, params), classMetrics(lists)),
      rowsOf: (part) => classRows(owner, weightedRows(part, sampleWeights(owner, part)), even, "the data"),
    });
  }
}

/** The codec of {@link NeuralClassifier}, for models of the default network and of those passed. */
export function neuralClassifierCodec(
  options: NetworkOptions = {},
): Codec<NeuralClassifierModel, NeuralClassifier> {
  return defineCodec({
    type: "deep/neural-classifier",
    state: fittedNetworkState.extend({ classes: classListsSchema }),
    estimator: (input) => new NeuralClassifier(input, options),
    encode: (model: NeuralClassifierModel) => {
      const { state, tensors } = encodeFittedNetwork(model.fitted);
      return { state: { ...state, classes: model.lists.state }, tensors };
    },
    decode: ({ estimator, features, state: { classes, ...state }, tensors }) => {
      const { owner, definition, params: settings } = estimator;
      const parts = { features, state, tensors };
      const lists = OutputClasses.fromState(classes);
      const fitted = decodeFittedNetwork(owner, definition, settings, lists.logits, parts);
      return new NeuralClassifierModel(estimator, features, lists, fitted);
    },
  }) as Codec<NeuralClassifierModel, NeuralClassifier>;
}
