import {
  type Dataset,
  type DatasetSchema,
  type FitRun,
  NotSupportedError,
  ParamError,
  Random,
  StrataError,
} from "@strata-ml/core";
import { loadGradients } from "../backend/gradients.js";
import { type BackendName, currentBackend } from "../backend/select-backend.js";
import { findTrainStep, type TrainStepDefinition } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import type { Measures } from "../metrics/measures.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { requireStrategy, type Strategy } from "../parallel/mirrored.js";
import { Replicas } from "../parallel/replicas.js";
import { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import { type RowStream, streamedRows } from "../streaming/streamed-rows.js";
import type { RowSampler } from "../training/epoch-sampler.js";
import { sampledRows } from "../training/epoch-source.js";
import type { LossPlan } from "../training/losses/loss-plan.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { optimizerSettings } from "../training/optimizers/optimizer-settings.js";
import type { StepSettings } from "../training/train-step.js";
import { type EpochRule, trainWeights } from "../training/trainer.js";
import type { TrainingRows } from "../training/training-rows.js";
import { validationSplit } from "../training/validation-split.js";
import { fitName } from "./fit-name.js";
import { FittedNetwork } from "./fitted-network.js";
import { type LearningRows, meanWeight, trainingRows } from "./learning-rows.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { batchSizeOf, type TrainingSettings } from "./training-params.js";

/** What a network learns, whatever kind of estimator asks. */
export interface LearningTask {
  readonly definition: NetworkDefinition;
  readonly settings: NetworkSettings & TrainingSettings;
  readonly loss: RowLoss;
  /** From which a worker thread makes the loss again; without it there is no mirrored fit. */
  readonly lossPlan?: LossPlan;
  /** The training step that the settings name. */
  readonly trainStep?: TrainStepDefinition | undefined;
  /** Schema of the features, which those of validation rows are aligned to. */
  readonly features: DatasetSchema;
  readonly train: LearningRows;
  readonly validation: LearningRows | undefined;
  readonly sampler: RowSampler;
  /** What is measured of the validation rows besides the loss. */
  readonly measures?: Measures;
  /** Where the rows of the epochs come from in place of `train`, from which preprocessing is learnt all the same. */
  readonly stream?: RowStream | undefined;
  /** What training goes on from; undefined begins anew. */
  readonly start: FittedNetwork | undefined;
  /** Widths of the heads that the outputs are, where there are several. */
  readonly heads?: Readonly<Record<string, number>>;
  /** Fitted preprocessing, where it is not to be fitted as that of networks is. */
  readonly encoder?: FeatureEncoder;
  /** What takes the place of schedule and patience. */
  readonly rule?: EpochRule;
  /** Added to outputs while training, and in validation and prediction. */
  readonly offsets: { readonly training: Float32Array; readonly prediction: Float32Array };
}

/** Fits preprocessing and network on the training rows, or goes on training a network on them. */
export async function fitNetwork(
  task: LearningTask,
  run: FitRun,
  { checkpoint, strategy, signal }: Pick<NetworkFitOptions, "checkpoint" | "strategy" | "signal"> = {},
): Promise<FittedNetwork> {
  const { settings, features, train, validation, offsets, start, measures } = task;
  const { owner } = run;
  if (measures && measures.metrics.length > 0 && validation === undefined)
    throw new ParamError(
      owner,
      "metrics must have validation rows to be measured on, received none: pass validation to fit, or set patience and validationFraction",
    );
  requireStrategy(owner, strategy);
  // An estimator that takes no such options has none to pass.
  if (task.trainStep === undefined) findTrainStep(owner, settings.trainStep);
  requireEnd(task, owner);
  const { encoder, network } = await builtNetwork(task, run);
  const rowsOf = (rows: LearningRows, mean?: number): Promise<TrainingRows> =>
    trainingRows(rows, { encoder, features }, run, mean);
  const { name: backend } = await currentBackend();
  await loadGradients();
  const mean = meanWeight(train);
  const rows = {
    train: await rowsOf(train, mean),
    validation: validation && (await rowsOf(validation)),
  };
  const source = task.stream
    ? streamedRows(task.stream, { owner, features, signal, encode: (some) => rowsOf(some, mean) })
    : sampledRows(rows.train, task.sampler);
  const name = { start: start?.weights, replicas: strategy?.replicas, stream: task.stream?.settings };
  const saved = checkpoint && { store: checkpoint, fit: await fitName(settings, network, rows, name) };
  const step = {
    ...settings,
    optimizer: optimizerSettings(settings.optimizer),
    loss: task.loss,
    own: task.trainStep,
    offset: offsets.training,
  };
  const replicas = await startReplicas(strategy, task, { encoder, network, backend, step }, run);
  try {
    const { weights, history } = await trainWeights(
      {
        network,
        source,
        validation: rows.validation,
        step,
        rate: settings,
        accumulationSteps: settings.accumulationSteps,
        offset: offsets.prediction,
        epochs: settings.epochs,
        batchSize: batchSizeOf(settings, source.size ?? train.data.rows),
        patience: settings.patience,
        measures,
        rule: task.rule,
        seed: settings.seed,
        replicas,
        start,
      },
      run,
      saved,
    );
    return new FittedNetwork(encoder, network, weights, offsets.prediction, history);
  } finally {
    await replicas?.close();
  }
}

/** The fitted preprocessing and the network over it: those that training goes on from, or new ones. */
async function builtNetwork(
  { definition, settings, train, start, encoder: given, heads, offsets }: LearningTask,
  run: FitRun,
): Promise<{ readonly encoder: FeatureEncoder; readonly network: Network }> {
  const outputs = heads ?? offsets.prediction.length;
  const breathe = (): Promise<void> => run.breathe();
  // Weights of classes move scales of features as well: they act as the sample weights that they stand for.
  const encoder =
    start?.encoder ??
    given ??
    (await FeatureEncoder.fit(run.owner, train.data, settings, train.weights, breathe, (layout) =>
      Network.inputsAsked(definition, layout, outputs, settings),
    ));
  const network = start?.network ?? Network.build(definition, encoder.layout, outputs, settings);
  if (network.layout.trained === 0)
    throw new StrataError(network.owner, "there must be a weight to train, received none");
  return { encoder, network };
}

/** Throws {@link ParamError} for a schedule that ends with a fit whose end is not known. */
function requireEnd({ settings: { schedule }, stream }: LearningTask, owner: string): void {
  if (stream === undefined || stream.settings.epochRows !== undefined || schedule === null) return;
  if ("decaySteps" in schedule && schedule.decaySteps === null)
    throw new ParamError(
      owner,
      "the schedule's decaySteps must be given for a stream of unknown length, received null: give them, or epochRows to fitStream",
    );
}

/** The worker threads of a mirrored fit; undefined where this thread does all. */
async function startReplicas(
  strategy: Strategy | undefined,
  { definition, settings, lossPlan, offsets, heads }: LearningTask,
  made: {
    readonly encoder: FeatureEncoder;
    readonly network: Network;
    readonly backend: BackendName;
    readonly step: StepSettings;
  },
  run: FitRun,
): Promise<Replicas | undefined> {
  if (strategy === undefined || strategy.replicas === 1) return undefined;
  const { owner } = run;
  if (lossPlan === undefined)
    throw new NotSupportedError(
      owner,
      "a mirrored strategy needs a loss that worker threads can make by its name, received one that they can't: leave strategy out",
    );
  if (made.backend !== "wasm" && made.backend !== "cpu")
    throw new NotSupportedError(
      owner,
      `a mirrored strategy needs the backend wasm or cpu, of which a thread uses one processor, received ${made.backend}, which uses its whole device without: leave strategy out`,
    );
  const task = {
    owner,
    backend: made.backend,
    modules: strategy.modules,
    network: definition.name,
    settings,
    // The layers' functions stay here; what they give a network is known.
    inputs: { ...made.encoder.layout, preprocess: undefined },
    preprocessed: made.encoder.preprocessed.inputs,
    outputs: heads ?? offsets.prediction.length,
    loss: lossPlan,
    trainStep: settings.trainStep,
    offset: offsets.training,
  };
  return Replicas.start(strategy.replicas, task, made.network, made.step, run);
}

/** Training and validation rows: those given, or a part split off where early stopping needs it. `codes` are classes, for a stratified split. */
export function splitRows<D extends Dataset>(
  data: D,
  validation: D | undefined,
  { patience, validationFraction, seed }: TrainingSettings,
  codes?: Int32Array,
): { readonly train: D; readonly validation: D | undefined } {
  if (validation !== undefined || patience === null || validationFraction === null)
    return { train: data, validation };
  const split = validationSplit(data.rows, validationFraction, new Random(seed).fork("validation"), codes);
  if (split === undefined) return { train: data, validation: undefined };
  return { train: data.take(split.train), validation: data.take(split.validation) };
}
