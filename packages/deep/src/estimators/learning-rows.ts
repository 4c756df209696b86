import { alignFeatures, type Dataset, type DatasetSchema, type FitRun } from "@strata-ml/core";
import type { EncodedRows, FeatureEncoder } from "../preprocessing/feature-encoder.js";
import type { TrainingRows } from "../training/training-rows.js";

/** Rows with targets as a network learns them (rows x outputs) and their weights. */
export interface LearningRows {
  readonly data: Dataset;
  readonly targets: Float32Array;
  readonly weights: Float64Array | undefined;
  /** The rows as the network reads them, where they are not those of `data`: targets and weights are theirs then. */
  readonly encoded?: EncodedRows;
  /** What rows weigh in metrics, where weights hold more than that. */
  readonly metricWeights?: Float64Array | undefined;
}

/** The rows that training uses: those of weight zero must not change anything, so they are left out. */
export function weightedRows<D extends Dataset>(data: D, weights: Float64Array | undefined): D {
  if (weights === undefined || weights.every((weight) => weight > 0)) return data;
  return data.filter((row) => weights[row] > 0);
}

/** The mean weight of rows; dividing weights by it makes the learning rate mean the same whatever their scale. */
export function meanWeight({ weights }: LearningRows): number {
  return weights === undefined ? 1 : weights.reduce((a, b) => a + b, 0) / weights.length;
}

/** Weights in units of a mean. */
function scaledWeights({ weights, data, encoded }: LearningRows, mean: number): Float32Array {
  return weights === undefined
    ? new Float32Array((encoded ?? data).rows).fill(1)
    : Float32Array.from(weights, (weight) => weight / mean);
}

/** Rows as training takes them: encoded, aligned to the schema of the features, their weights in units of `mean`. */
export async function trainingRows(
  rows: LearningRows,
  { encoder, features }: { readonly encoder: FeatureEncoder; readonly features: DatasetSchema },
  run: FitRun,
  mean = meanWeight(rows),
): Promise<TrainingRows> {
  const { owner } = run;
  const encode = () => encoder.encode(owner, alignFeatures(owner, features, rows.data), () => run.breathe());
  return {
    encoded: rows.encoded ?? (await encode()),
    targets: rows.targets,
    weights: scaledWeights(rows, mean),
    metricWeights: rows.metricWeights,
  };
}
