import type { BestState } from "./best-weights.js";
import type { PlateauState } from "./plateau.js";

/** Measures of every epoch, in order; of L-BFGS an epoch is an iteration. */
export interface TrainingHistory {
  /** Mean loss of the training rows, as the steps of the epoch met them; of L-BFGS as the iteration left them. */
  readonly loss: readonly number[];
  /** Mean loss of the validation rows; empty without any. */
  readonly validationLoss: readonly number[];
  /** Learning rate of the epoch's last step; of L-BFGS the length of its step along the search direction. */
  readonly learningRate: readonly number[];
  /** Metrics of the validation rows by key, of every epoch that measured them. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

/** What an epoch adds to a history. */
export interface EpochMeasures {
  readonly loss: number;
  readonly learningRate: number;
  /** Of the validation rows, where there are any. */
  readonly validation:
    | { readonly loss: number; readonly metrics: Readonly<Record<string, number>> }
    | undefined;
}

export const noHistory: TrainingHistory = { loss: [], validationLoss: [], learningRate: [], metrics: {} };

/** How far training has come, but for weights. */
export interface Progress {
  readonly epoch: number;
  readonly steps: number;
  /** Whether it ended early. */
  readonly ended: boolean;
  readonly best: BestState;
  readonly plateau: PlateauState;
  readonly history: TrainingHistory;
}

/** A history with one more epoch. */
export function extendedHistory(
  history: TrainingHistory,
  { loss, learningRate, validation }: EpochMeasures,
): TrainingHistory {
  const metrics = Object.entries(validation?.metrics ?? {}).map(([key, value]) => [
    key,
    [...(history.metrics[key] ?? []), value],
  ]);
  return {
    loss: [...history.loss, loss],
    validationLoss: validation ? [...history.validationLoss, validation.loss] : history.validationLoss,
    learningRate: [...history.learningRate, learningRate],
    metrics: { ...history.metrics, ...Object.fromEntries(metrics) },
  };
}

/** What progress tells of an epoch. */
export function epochProgress({ loss, learningRate, validation }: EpochMeasures): Record<string, number> {
  return {
    loss,
    learningRate,
    ...(validation && { validationLoss: validation.loss, ...validation.metrics }),
  };
}
