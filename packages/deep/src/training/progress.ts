import type { BestState } from "./best-weights.js";
import type { PlateauState } from "./plateau.js";

/** Measures of every epoch, in order. */
export interface TrainingHistory {
  /** Mean loss of the training rows, as the steps of the epoch met them. */
  readonly loss: readonly number[];
  /** Mean loss of the validation rows; empty without any. */
  readonly validationLoss: readonly number[];
  /** Learning rate of the epoch's last step. */
  readonly learningRate: readonly number[];
}

export const noHistory: TrainingHistory = { loss: [], validationLoss: [], learningRate: [] };

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
