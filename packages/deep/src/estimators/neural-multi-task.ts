import {
  type Codec,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Label,
  listNames,
  Matrix,
  ParamError,
  requireDataset,
  requireRows,
  sampleWeights,
} from "@strata-ml/core";
import { z } from "zod";
import { findTrainStep } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { findNetwork, type NetworkOptions } from "../network/network-list.js";
import { networkSettingsShape } from "../network/network-settings.js";
import { networkKinds, requireNetworkKinds } from "../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import { type LossPlan, plannedLoss } from "../training/losses/loss-plan.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import type { FittedNetwork } from "./fitted-network.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import { weightedRows } from "./learning-rows.js";
import {
  fitHead,
  type FittedHead,
  headSchema,
  type HeadState,
  headState,
  headWidth,
  learningRows,
} from "./multi-task-heads.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { NetworkModel } from "./network-model.js";
import { OutputClasses } from "./output-classes.js";
import { trainingShape } from "./training-params.js";

const params = z.strictObject({
  ...networkSettingsShape,
  ...trainingShape,
  heads: z
    .record(z.string().min(1), headSchema)
    .readonly()
    .default({})
    .describe(
      "What is predicted: by the name of its column a classification or a regression, its loss and its weight",
    ),
});

/** What the fit of several heads takes besides data. */
export type MultiTaskFitOptions = Omit<NetworkFitOptions, "validation"> & FitOptions;

/**
 * One neural network that predicts several columns at once, classes and numbers: its heads share what they learn of the features.
 * Inputs, network and training as {@link NeuralClassifier}'s; the weighted sum of the heads' losses is minimised. Columns of heads
 * may have any role; they are never features. A network of one's own may give one vector a head.
 *
 * @throws ParamError for no head, DataError for data that it can't take and a head whose column is absent, StrataError for a loss
 * that is not finite.
 * @example
 * const data = fromColumns({ hour: [1, 2, 22, 23], fraud: [1, 1, 0, 0], amount: [90, 80, 5, 3] }, { target: "fraud" });
 * const heads = { fraud: { kind: "classification" }, amount: { kind: "regression", weight: 0.5 } } as const;
 * const model = await new NeuralMultiTask({ heads, epochs: 10 }).fit(data);
 * const { fraud, amount } = await model.predict(data); // an array of labels, a Float64Array
 */
export class NeuralMultiTask extends Estimator<typeof params, NeuralMultiTaskModel> {
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
    private readonly options: NetworkOptions = {},
  ) {
    super(params, input);
    this.definition = findNetwork(this.owner, this.params.network, options);
    findTrainStep(this.owner, this.params.trainStep, options.trainSteps);
    for (const { kind, loss } of Object.values(this.params.heads)) {
      const plan = kind === "regression" ? { kind, given: loss } : { kind, given: loss, classes: [2] };
      // A name that is none is told at once; settings wait for the number of classes.
      if (typeof loss === "string") plannedLoss(this.owner, plan, options.losses);
    }
  }

  override with(patch: Partial<z.input<typeof params>>): this {
    const make = this.constructor as new (input: z.input<typeof params>, options: NetworkOptions) => this;
    return new make({ ...this.params, ...patch }, this.options);
  }

  async fit(data: Dataset, options: MultiTaskFitOptions = {}): Promise<NeuralMultiTaskModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: settings } = this;
    requireRows(owner, data);
    const plain = this.withoutHeads(data);
    requireNetworkKinds(owner, plain);
    const weights = sampleWeights(owner, plain);
    requireNoHuge(owner, plain, weights);
    const used = weightedRows(plain, weights);
    const given = options.validation && this.withoutHeads(options.validation);
    // Parts with the same share of the classes of the first head that is a classification.
    let stratum: Int32Array | undefined;
    const split = () => splitRows<Dataset>(used, given, settings, stratum);
    const entries = Object.entries(settings.heads).sort(
      ([, a], [, b]) => Number(a.kind === "regression") - Number(b.kind === "regression"),
    );
    const fitted = new Map<string, FittedHead>();
    for (const [name, head] of entries)
      fitted.set(
        name,
        fitHead(owner, name, head, used, (codes) => {
          stratum ??= codes;
          return split().train;
        }),
      );
    const heads = Object.keys(settings.heads).map((name) => fitted.get(name)!);
    const { train, validation } = split();
    const offset = Float32Array.from(heads.flatMap((head) => [...head.offset]));
    const lossPlan: LossPlan = {
      kind: "heads",
      heads: heads.map(({ state, weight, loss }) => ({ width: headWidth(state), weight, loss })),
    };
    const network = await fitNetwork(
      {
        definition: this.definition,
        settings,
        loss: plannedLoss(owner, lossPlan, this.options.losses),
        lossPlan,
        trainStep: findTrainStep(owner, settings.trainStep, this.options.trainSteps),
        features: plain.featureSchema,
        train: learningRows(owner, train, heads),
        validation: validation && learningRows(owner, validation, heads),
        sampler: new EpochSampler(train.rows),
        start: undefined,
        heads: widthsOf(heads.map(({ state }) => state)),
        offsets: { training: offset, prediction: offset },
      },
      run,
      options,
    );
    return new NeuralMultiTaskModel(
      this,
      plain.featureSchema,
      heads.map(({ state }) => state),
      network,
    );
  }

  /** The rows with no head among features and target. */
  private withoutHeads(data: Dataset): Dataset {
    const { owner } = this;
    const names = Object.keys(this.params.heads);
    if (names.length === 0)
      throw new ParamError(
        owner,
        'heads must name a column at least, as in { fraud: { kind: "classification" } }, received none',
      );
    const [target] = data.namesOf("target");
    if (target !== undefined && !names.includes(target))
      throw new ParamError(owner, `heads must name the target '${target}', received ${listNames(names, 20)}`);
    return withoutRoles(data, names);
  }
}

/** The rows with these columns neither features nor target. */
function withoutRoles(data: Dataset, names: readonly string[]): Dataset {
  requireDataset("NeuralMultiTask", data);
  return names.reduce((rows, name) => (rows.has(name) ? rows.withRole(name, "id") : rows), data);
}

function widthsOf(heads: readonly HeadState[]): Readonly<Record<string, number>> {
  return Object.fromEntries(heads.map((head) => [head.name, headWidth(head)]));
}

export class NeuralMultiTaskModel extends NetworkModel<NeuralMultiTask> {
  constructor(
    estimator: NeuralMultiTask,
    features: DatasetSchema,
    /** What is predicted, in the order of the heads: classes, or mean and scale of a number. */
    readonly heads: readonly HeadState[],
    fitted: FittedNetwork,
  ) {
    super(estimator, features, fitted);
  }

  /** By head: the likeliest class of each row, or a number. */
  async predict(data: Dataset): Promise<Readonly<Record<string, Label[] | Float64Array>>> {
    return this.byHead(await this.run(data), (head, own) => {
      if (head.kind === "regression") return own.data.map((value) => value * head.scale + head.mean);
      const [shares] = new OutputClasses([head.classes]).probabilities(own);
      return Array.from({ length: own.rows }, (_, i) => {
        const row = shares.row(i);
        return head.classes[row.indexOf(Math.max(...row))];
      });
    });
  }

  /** By head that is a classification: rows x classes, every row sums to 1. */
  async predictProba(data: Dataset): Promise<Readonly<Record<string, Matrix>>> {
    return this.byHead(await this.run(data), (head, own) =>
      head.kind === "classification" ? new OutputClasses([head.classes]).probabilities(own)[0] : undefined,
    );
  }

  /** The features of fit; columns of heads may be there, whatever their roles. */
  protected override aligned(data: Dataset): Dataset {
    const names = this.heads.map(({ name }) => name);
    return super.aligned(withoutRoles(data, names));
  }

  private byHead<T>(
    all: Matrix,
    of: (head: HeadState, own: Matrix) => T | undefined,
  ): Readonly<Record<string, T>> {
    let from = 0;
    const entries = this.heads.flatMap((head) => {
      const own = new Matrix(all.rows, headWidth(head));
      for (let i = 0; i < all.rows; i++) own.row(i).set(all.row(i).subarray(from, from + own.columns));
      from += own.columns;
      const value = of(head, own);
      return value === undefined ? [] : [[head.name, value] as const];
    });
    return Object.fromEntries(entries);
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
