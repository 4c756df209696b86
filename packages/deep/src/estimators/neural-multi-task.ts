import {
  type Codec,
  type Dataset,
  defineCodec,
  Estimator,
  type EstimatorTags,
  FitRun,
  listNames,
  ParamError,
  requireRows,
  sampleWeights,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { findTrainStep } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { findNetwork, type NetworkOptions } from "../network/network-list.js";
import { networkSettingsShape } from "../network/network-settings.js";
import { networkKinds, requireNetworkKinds } from "../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import { type OpenStream, openStream } from "../streaming/open-stream.js";
import type { StreamFitOptions, StreamSource } from "../streaming/stream-options.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import { type LossPlan, plannedLoss } from "../training/losses/loss-plan.js";
import { fitHeads, learningRows, requireHeadColumn } from "./fit-heads.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { weightedRows } from "./learning-rows.js";
import { headLossPlan, headSchema, headState, requireSameHeads, widthsOf } from "./multi-task-heads.js";
import { headMeasures, metricsOf, requireHeadMeasures } from "./multi-task-metrics.js";
import { NeuralMultiTaskModel, withoutRoles } from "./multi-task-model.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { requireSameNetwork } from "./require-same-network.js";
import { trainingShape } from "./training-params.js";

const params = z.strictObject({
  ...networkSettingsShape,
  ...trainingShape,
  heads: z
    .record(z.string().min(1), headSchema)
    .readonly()
    .default({})
    .describe(
      "What is predicted: by the name of its column a classification or a regression, its loss, weight and metrics",
    ),
  monitor: z
    .string()
    .default("validationLoss")
    .describe(
      "What tells the best epoch, for patience and reduceOnPlateau: validationLoss, or a head's metric by head and key, as in fraud.auc",
    ),
});

/** What the fit of several heads takes besides data. */
export type MultiTaskFitOptions = NetworkFitOptions<Dataset>;

/**
 * One neural network that predicts several columns at once, classes and numbers: its heads share what they learn of the features.
 * Inputs, network and training as {@link NeuralClassifier}'s; the weighted sum of the heads' losses is minimised. Columns of heads
 * may have any role; they are never features. A network of one's own may give one vector a head.
 *
 * A head's `classWeight` weighs rows in its loss alone, by factors whose mean over the training rows is 1: it moves weight from
 * class to class, not from head to head, and a single head learns what {@link NeuralClassifier} learns with the same classWeight
 * from inputs scaled alike. Scales of features, shared by all heads, count sample weights alone, where the classifier's count class
 * weights too. Validation losses take the factors of the training rows; what layers add to the loss (`addLoss`) belongs to no head
 * and has none.
 *
 * @throws ParamError for no head, DataError for data that it can't take and a head whose column is absent, StrataError for a loss
 * that is not finite.
 * @example
 * const data = fromColumns({ hour: [1, 2, 22, 23], fraud: [1, 1, 0, 0], amount: [90, 80, 5, 3] }, { target: "fraud" });
 * const heads = {
 *   fraud: { kind: "classification", classWeight: "balanced" },
 *   amount: { kind: "regression", weight: 0.5 },
 * } as const;
 * const model = await new NeuralMultiTask({ heads, epochs: 10 }).fit(data);
 * const { fraud, amount } = await model.predict(data); // an array of labels, a Float64Array
 */
export class NeuralMultiTask
  extends Estimator<typeof params, NeuralMultiTaskModel>
  implements Updates<NeuralMultiTaskModel>
{
  readonly type = "deep/neural-multi-task";
  readonly tags: EstimatorTags = {
    kind: "multiTask",
    accepts: networkKinds,
    target: "none",
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
    const { owner, params: settings } = this;
    this.definition = findNetwork(owner, settings.network, options);
    findTrainStep(owner, settings.trainStep, options.trainSteps);
    for (const head of Object.values(settings.heads)) {
      // A name that is none is told at once; settings wait for the number of classes.
      if (typeof head.loss === "string") plannedLoss(owner, headLossPlan(head, 2), options.losses);
    }
    requireHeadMeasures(owner, settings.heads, settings.monitor);
  }

  override with(patch: Partial<z.input<typeof params>>): this {
    const make = this.constructor as new (input: z.input<typeof params>, options: NetworkOptions) => this;
    return new make({ ...this.params, ...patch }, this.options);
  }

  async fit(data: Dataset, options: MultiTaskFitOptions = {}): Promise<NeuralMultiTaskModel> {
    return this.train(data, options);
  }

  /**
   * Fits on rows that needn't be in memory at once: chunks of a source that begins anew in every epoch, each with the columns of all
   * heads. Preprocessing, classes and scales of the heads are learnt from the first `adaptRows` rows, or from `adapt`; early
   * stopping needs `validation` (no part of a stream is held out).
   *
   * @param source gives the chunks of an epoch, the same for the same epoch where a fit is to repeat.
   * @throws StrataError for a source that fails, DataError for one without rows and for chunks that differ from the rows learnt from, else
   * as fit does.
   * @example
   * async function* chunks() {
   *   for (let k = 0; k < 3; k++) yield fromColumns({ a: [k, k + 1, -k - 1], up: [1, 1, 0], twice: [2 * k, 2 * k + 2, -2 * k - 2] });
   * }
   * const heads = { up: { kind: "classification" }, twice: { kind: "regression" } } as const;
   * const model = await new NeuralMultiTask({ heads, epochs: 2 }).fitStream(chunks, { shuffleRows: 4 });
   */
  async fitStream(
    source: StreamSource<Dataset>,
    options: StreamFitOptions<Dataset> = {},
  ): Promise<NeuralMultiTaskModel> {
    const stream = await openStream(this.owner, source, options, (chunk) => this.withoutHeads(chunk));
    return this.train(stream.adapted, options, undefined, stream);
  }

  /**
   * Goes on training a model: up to `epochs` more over these rows, from its weights and with its preprocessing, classes and scales
   * as they are. The optimizer begins anew. Rows may lack some of the model's classes, but must have the
   * column of every head.
   *
   * @throws DataError as fit does, for rows that lack a feature of the model and a label that it doesn't know; ParamError where
   * params that shape the network, or names and kinds of heads, are not the model's.
   * @example
   * const heads = { up: { kind: "classification" }, twice: { kind: "regression" } } as const;
   * const estimator = new NeuralMultiTask({ heads, epochs: 2 });
   * const model = await estimator.fit(fromColumns({ a: [1, 2, -1, -2], up: [1, 1, 0, 0], twice: [2, 4, -2, -4] }));
   * const updated = await estimator.update(model, fromColumns({ a: [3, 4], up: [1, 1], twice: [6, 8] }));
   */
  async update(
    model: NeuralMultiTaskModel,
    data: Dataset,
    options: MultiTaskFitOptions = {},
  ): Promise<NeuralMultiTaskModel> {
    requireSameNetwork(this.owner, this.params, model.estimator.params);
    requireSameHeads(this.owner, this.params.heads, model.heads);
    return this.train(data, options, model);
  }

  private async train(
    data: Dataset,
    options: MultiTaskFitOptions,
    start?: NeuralMultiTaskModel,
    stream?: OpenStream<Dataset>,
  ): Promise<NeuralMultiTaskModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    const plain = this.withoutHeads(data);
    requireNetworkKinds(owner, plain);
    const features = start?.features ?? plain.featureSchema;
    const weights = sampleWeights(owner, plain);
    requireNoHuge(owner, plain, weights);
    const used = weightedRows(plain, weights);
    const given = options.validation && this.withoutHeads(options.validation);
    const held = stream ? { ...settings, validationFraction: null } : settings;
    let split: ReturnType<typeof splitRows<Dataset>> | undefined;
    const splitBy = (codes?: Int32Array) => (split ??= splitRows(used, given, held, codes));
    const trainOf = (codes: Int32Array | undefined) => splitBy(codes).train;
    const heads = fitHeads(owner, settings.heads, used, trainOf, start?.heads);
    const { train, validation } = splitBy();
    const states = heads.map(({ state }) => state);
    const offset = start?.fitted.offset ?? Float32Array.from(heads.flatMap((head) => [...head.offset]));
    const lossPlan: LossPlan = { kind: "heads", heads: heads.map(({ loss }) => loss) };
    const fitted = await fitNetwork(
      {
        definition: this.definition,
        settings,
        loss: plannedLoss(owner, lossPlan, this.options.losses),
        lossPlan,
        trainStep: findTrainStep(owner, settings.trainStep, this.options.trainSteps),
        features,
        train: learningRows(owner, train, states),
        validation: validation && learningRows(owner, validation, states, "the validation data"),
        sampler: new EpochSampler(train.rows),
        measures: headMeasures(owner, states, metricsOf(settings.heads), settings.monitor),
        stream: stream && {
          ...stream,
          columns: states.map(({ name }) => name),
          rowsOf: (rows) => learningRows(owner, rows, states, "the stream"),
        },
        start: start?.fitted,
        heads: widthsOf(states),
        offsets: { training: offset, prediction: offset },
      },
      run,
      options,
    );
    return new NeuralMultiTaskModel(this, features, states, fitted);
  }

  /** The rows with no head among features and target; throws {@link DataError} where a head has no column. */
  private withoutHeads(data: Dataset): Dataset {
    const { owner } = this;
    const names = Object.keys(this.params.heads);
    if (names.length === 0)
      throw new ParamError(
        owner,
        'heads must name a column at least, as in { fraud: { kind: "classification" } }, received none',
      );
    const plain = withoutRoles(owner, data, names);
    const [target] = plain.namesOf("target");
    if (target !== undefined)
      throw new ParamError(owner, `heads must name the target '${target}', received ${listNames(names, 20)}`);
    for (const name of names) requireHeadColumn(owner, plain, name);
    return plain;
  }
}

/** The codec of {@link NeuralMultiTask}, for models of the default network and of those passed. */
export function neuralMultiTaskCodec(
  options: NetworkOptions = {},
): Codec<NeuralMultiTaskModel, NeuralMultiTask> {
  return defineCodec({
    type: "deep/neural-multi-task",
    state: fittedNetworkState.extend({ heads: z.array(headState).min(1) }),
    estimator: (input) => new NeuralMultiTask(input, options),
    encode: (model: NeuralMultiTaskModel) => {
      const { state, tensors } = encodeFittedNetwork(model.fitted);
      const heads = model.heads.map((head) =>
        head.kind === "classification" ? { ...head, classes: [...head.classes] } : head,
      );
      return { state: { ...state, heads }, tensors };
    },
    decode: ({ estimator, features, state: { heads, ...state }, tensors }) => {
      const { owner, definition, params: settings } = estimator;
      const parts = { features, state, tensors };
      const fitted = decodeFittedNetwork(owner, definition, settings, widthsOf(heads), parts);
      return new NeuralMultiTaskModel(estimator, features, heads, fitted);
    },
  }) as Codec<NeuralMultiTaskModel, NeuralMultiTask>;
}
