import type { EncodedRows } from "../preprocessing/feature-encoder.js";
import type { Batch } from "./train-step.js";

/** Encoded rows with their targets (rows x outputs, or whatever width the loss takes) and weights. */
export interface TrainingRows {
  readonly encoded: EncodedRows;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
  /** What rows weigh in metrics: the weights that data came with, not those of classes. Each 1 where left out. */
  readonly metricWeights?: Float64Array | undefined;
}

/** Some of the rows, in that order. */
export function batchOf({ encoded, targets, weights }: TrainingRows, rows: Int32Array): Batch {
  const outputs = targets.length / weights.length;
  const out = { targets: new Float32Array(rows.length * outputs), weights: new Float32Array(rows.length) };
  for (let i = 0; i < rows.length; i++) {
    out.weights[i] = weights[rows[i]];
    for (let j = 0; j < outputs; j++) out.targets[i * outputs + j] = targets[rows[i] * outputs + j];
  }
  return { feeds: encoded.batch(rows), ...out };
}
