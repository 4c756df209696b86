import { listNames, ParamError } from "@strata-ml/core";
import type { z } from "zod";
import { metricOf, requireKind } from "./metric-factory.js";
import { type metricSchema, type MetricSettings, metricSettings } from "./metric-settings.js";
import { probabilities } from "./probabilities.js";
import type { MetricKind, MetricTask, StreamingMetric } from "./streaming-metric.js";

/** A metric under the name that histories know it by. */
interface NamedMetric {
  readonly key: string;
  /** Whether a lower result is a better one. */
  readonly lower: boolean;
  /** A fresh one. */
  create(): StreamingMetric;
}

/** What is measured besides the loss, and what metrics are fed with. */
export interface Measures {
  readonly metrics: readonly NamedMetric[];
  /** What decides which epoch is best: `validationLoss`, or a metric's key. */
  readonly monitor: string;
  /** Scores from a network's outputs. */
  scores(outputs: Float32Array): ArrayLike<number>;
  /** Targets from those that a network learns. */
  targets(learned: Float32Array): ArrayLike<number>;
}

interface Scales {
  readonly mean: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
}

/** The params of an estimator that say what is measured. */
export interface MetricParams {
  readonly metrics: readonly z.output<typeof metricSchema>[];
  readonly monitor: string;
}

const lossKeys: readonly string[] = ["loss", "validationLoss", "learningRate"];
const lowerIsBetter: readonly MetricSettings["name"][] = [
  "logLoss",
  "meanSquaredError",
  "meanAbsoluteError",
  "rootMeanSquaredError",
];

/** Throws {@link ParamError} for metrics that share a key or don't fit the kind, and a monitor that is none of them. */
export function requireMeasures(owner: string, { metrics, monitor }: MetricParams, kind: MetricKind): void {
  const taken = new Set(lossKeys);
  for (const given of metrics) {
    const settings = metricSettings(given);
    requireKind(owner, settings, kind);
    const key = settings.key ?? settings.name;
    if (taken.has(key))
      throw new ParamError(owner, `metrics must have a key of their own, received '${key}' twice: set key`);
    taken.add(key);
  }
  const monitored = [...taken].filter((key) => key !== "loss" && key !== "learningRate");
  if (!monitored.includes(monitor))
    throw new ParamError(owner, `monitor must be one of ${listNames(monitored, 20)}, received '${monitor}'`);
}

/**
 * What params ask to be measured of predictions of that kind.
 *
 * @param scales of a regression, by output: what turns standardised numbers into those of the target
 * @param task undefined where no metric takes the predictions
 * @throws ParamError for a metric that doesn't fit.
 */
export function measuresOf(
  owner: string,
  params: MetricParams,
  task: MetricTask | undefined,
  { mean, scale }: Scales = { mean: [0], scale: [1] },
): Measures {
  if (task === undefined) return unmeasured(owner, params);
  requireMeasures(owner, params, task.kind);
  const metrics = params.metrics.map((given) => {
    const settings = metricSettings(given);
    metricOf(owner, settings, task);
    return {
      key: settings.key ?? settings.name,
      lower: lowerIsBetter.includes(settings.name),
      create: () => metricOf(owner, settings, task),
    };
  });
  const width = mean.length;
  const plain = (values: Float32Array) =>
    Float64Array.from(values, (value, at) => value * scale[at % width] + mean[at % width]);
  return {
    metrics,
    monitor: params.monitor,
    scores: task.kind === "regression" ? plain : (outputs) => probabilities(outputs, task),
    targets: task.kind === "regression" ? plain : (learned) => learned,
  };
}

/** Of what no metric takes. */
function unmeasured(owner: string, { metrics, monitor }: MetricParams): Measures {
  if (metrics.length > 0)
    throw new ParamError(
      owner,
      `metrics must be empty for several outputs of more than two classes, received ${listNames(
        metrics.map((given) => metricSettings(given).name),
        10,
      )}`,
    );
  return { metrics: [], monitor, scores: (outputs) => outputs, targets: (learned) => learned };
}

/** What an epoch is judged by, the lower the better. */
export function monitoredCost(
  measures: Measures | undefined,
  validationLoss: number,
  results: Readonly<Record<string, number>>,
): number {
  const metric = measures?.metrics.find(({ key }) => key === measures.monitor);
  if (metric === undefined) return validationLoss;
  return metric.lower ? results[metric.key] : -results[metric.key];
}
