import {
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  type LabelledDataset,
  parseParams,
  StrataError,
} from "@strata-ml/core";
import { z } from "zod";
import { currentBackend } from "../backend/select-backend.js";
import { dispose } from "../backend/tensors.js";
import type { Measures, MetricParams } from "../metrics/measures.js";
import { type MetricInput, metricSchema } from "../metrics/metric-settings.js";
import { Evaluation } from "../training/evaluation.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import type { LearningRows } from "./learning-rows.js";
import type { FittedNetwork } from "./fitted-network.js";

/** Rows to evaluate a model on: a data set, or parts of one that are read one after the other. */
export type EvaluationData<D extends Dataset = LabelledDataset> = D | AsyncIterable<D>;

export interface EvaluateOptions {
  /** What is measured besides the loss; those of the estimator's params where left out. */
  readonly metrics?: readonly MetricInput[];
}

/** The loss of a model over rows, and metrics by their keys. */
export interface EvaluationResult {
  readonly loss: number;
  readonly [metric: string]: number;
}

const options = z.strictObject({ metrics: z.array(metricSchema).readonly().optional() });

/** What an evaluation measures: what is asked for, or else what the fit measured. */
export function evaluationMetrics(
  owner: string,
  given: EvaluateOptions,
  { metrics }: { readonly metrics: readonly z.output<typeof metricSchema>[] },
): MetricParams {
  return {
    metrics: parseParams(`${owner}, evaluate`, options, given).metrics ?? metrics,
    monitor: "validationLoss",
  };
}

/** How a model's rows are judged. */
export interface EvaluationTask<D extends Dataset> {
  readonly owner: string;
  readonly features: DatasetSchema;
  readonly loss: RowLoss;
  readonly measures: Measures;
  /** Rows that weigh something, with their targets. */
  readonly rowsOf: (data: D) => LearningRows;
}

/**
 * Loss and metrics of a fitted network over all rows, by their weights; of what is read in parts only one is held.
 *
 * @throws DataError where no row weighs anything, StrataError for a loss that is not finite.
 */
export async function evaluateNetwork<D extends Dataset>(
  { encoder, network, weights, offset }: FittedNetwork,
  data: EvaluationData<D>,
  { owner, features, loss, measures, rowsOf }: EvaluationTask<D>,
): Promise<EvaluationResult> {
  await currentBackend();
  const evaluation = new Evaluation(network, { loss, offset, measures });
  const tensors = network.layout.upload(weights);
  let rows = 0;
  try {
    for await (const part of isStream(data) ? data : [data]) {
      const own = rowsOf(part);
      rows += own.data.rows;
      if (own.data.rows === 0) continue;
      const encoded = await encoder.encode(owner, alignFeatures(owner, features, own.data));
      const unit = own.weights ?? new Float64Array(own.data.rows).fill(1);
      await evaluation.add(tensors, {
        encoded,
        targets: own.targets,
        weights: Float32Array.from(unit),
        metricWeights: own.metricWeights,
      });
    }
  } finally {
    dispose([...tensors.values()]);
  }
  if (rows === 0)
    throw new DataError(owner, "evaluate: there must be a row of weight above 0, received none");
  const { loss: mean, metrics } = evaluation.result();
  if (!Number.isFinite(mean))
    throw new StrataError(owner, `evaluate: the loss must be a finite number, received ${mean}`);
  return { ...metrics, loss: mean };
}

function isStream<D extends Dataset>(data: EvaluationData<D>): data is AsyncIterable<D> {
  return typeof data === "object" && data !== null && Symbol.asyncIterator in data;
}
