import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  type FitRun,
  ParamError,
  Random,
  StrataError,
} from "@strata-ml/core";
import { loadGradients } from "../backend/gradients.js";
import { currentBackend } from "../backend/select-backend.js";
import type { NetworkDefinition } from "../network/define-network.js";
import type { Measures } from "../metrics/measures.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import type { EpochSampler } from "../training/epoch-sampler.js";
import type { CheckpointStore } from "../training/checkpoint.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { optimizerSettings } from "../training/optimizers/optimizer-settings.js";
import { trainWeights } from "../training/trainer.js";
import type { TrainingRows } from "../training/training-rows.js";
import { validationSplit } from "../training/validation-split.js";
import { fitName } from "./fit-name.js";
import { FittedNetwork } from "./fitted-network.js";
import { batchSizeOf, type TrainingSettings } from "./training-params.js";

/** Rows with targets as a network learns them (rows x outputs) and their weights. */
export interface LearningRows {
  readonly data: Dataset;
  readonly targets: Float32Array;
  readonly weights: Float64Array | undefined;
  /** What rows weigh in metrics, where weights hold more than that. */
  readonly metricWeights?: Float64Array | undefined;
}

/** What a network learns, whatever kind of estimator asks. */
export interface LearningTask {
  readonly definition: NetworkDefinition;
  readonly settings: NetworkSettings & TrainingSettings;
  readonly loss: RowLoss;
  /** Schema of the features, which those of validation rows are aligned to. */
  readonly features: DatasetSchema;
  readonly train: LearningRows;
  readonly validation: LearningRows | undefined;
  readonly sampler: EpochSampler;
  /** What is measured of the validation rows besides the loss. */
  readonly measures?: Measures;
  /** Added to outputs while training, and in validation and prediction. */
  /** What training goes on from; undefined begins anew. */
  readonly start: FittedNetwork | undefined;
  readonly offsets: { readonly training: Float32Array; readonly prediction: Float32Array };
}

/** Fits preprocessing and network on the training rows, or goes on training a network on them. */
export async function fitNetwork(
  task: LearningTask,
  run: FitRun,
  checkpoint?: CheckpointStore,
): Promise<FittedNetwork> {
  const { settings, features, train, validation, offsets, start, measures } = task;
  const { owner } = run;
  if (measures && measures.metrics.length > 0 && validation === undefined)
    throw new ParamError(
      owner,
      "metrics must have validation rows to be measured on, received none: pass validation to fit, or set patience and validationFraction",
    );
  const breathe = (): Promise<void> => run.breathe();
  const { definition } = task;
  const outputs = offsets.prediction.length;
  const encoder =
    start?.encoder ??
    (await FeatureEncoder.fit(owner, train.data, settings, train.weights, breathe, (layout) =>
      Network.inputsAsked(definition, layout, outputs, settings),
    ));
  const network = start?.network ?? Network.build(definition, encoder.layout, outputs, settings);
  if (network.layout.trained === 0)
    throw new StrataError(network.owner, "there must be a weight to train, received none");
  const rowsOf = async ({ data, targets, weights, metricWeights }: LearningRows): Promise<TrainingRows> => ({
    encoded: await encoder.encode(owner, alignFeatures(owner, features, data), breathe),
    targets,
    weights: averageOne(weights, data.rows),
    metricWeights,
  });
  await currentBackend();
  await loadGradients();
  const rows = { train: await rowsOf(train), validation: validation && (await rowsOf(validation)) };
  const saved = checkpoint && {
    store: checkpoint,
    fit: await fitName(settings, network, rows, start?.weights),
  };
  const { weights, history } = await trainWeights(
    {
      network,
      ...rows,
      sampler: task.sampler,
      step: {
        ...settings,
        optimizer: optimizerSettings(settings.optimizer),
        loss: task.loss,
        offset: offsets.training,
      },
      rate: settings,
      accumulationSteps: settings.accumulationSteps,
      offset: offsets.prediction,
      epochs: settings.epochs,
      batchSize: batchSizeOf(settings, task.sampler.size),
      patience: settings.patience,
      measures,
      seed: settings.seed,
      start,
    },
    run,
    saved,
  );
  return new FittedNetwork(encoder, network, weights, offsets.prediction, history);
}

/** Weights scaled to a mean of 1, so that the learning rate means the same whatever their scale. */
function averageOne(weights: Float64Array | undefined, rows: number): Float32Array {
  if (weights === undefined) return new Float32Array(rows).fill(1);
  const mean = weights.reduce((a, b) => a + b, 0) / rows;
  return Float32Array.from(weights, (weight) => weight / mean);
}

/** The rows that training uses: those of weight zero must not change anything, so they are left out. */
export function weightedRows<D extends Dataset>(data: D, weights: Float64Array | undefined): D {
  if (weights === undefined || weights.every((weight) => weight > 0)) return data;
  return data.filter((row) => weights[row] > 0);
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
