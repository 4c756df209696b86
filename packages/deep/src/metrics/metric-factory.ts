import { describe, ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { AreaUnderCurve } from "./area-under-curve.js";
import { BestUnderConstraint } from "./best-under-constraint.js";
import { ConfusionRate } from "./confusion-rate.js";
import { FBetaScore, type FBetaOptions } from "./f-beta-score.js";
import { type MetricInput, metricSchema, type MetricSettings, metricSettings } from "./metric-settings.js";
import { R2Score } from "./r2-score.js";
import { RowMean, type RowMeasure } from "./row-mean.js";
import * as measures from "./row-measures.js";
import type { MetricTask, PerClassMetric, StreamingMetric } from "./streaming-metric.js";

/**
 * A fresh metric that is fed batch by batch, with Keras's numbers: area under the ROC or precision-recall curve through
 * thresholds, precision, recall, F scores, what one rate reaches where another is held, accuracies, log loss, errors.
 *
 * @param given a name, or settings with one
 * @param task what it is fed with: probabilities of one output unless said otherwise
 * @throws ParamError for a name or setting that is none, and a metric that doesn't fit the task.
 * @example
 * const metric = streamingMetric({ name: "recallAtPrecision", precision: 0.8 });
 * metric.update([0.1, 0.7, 0.9], [0, 1, 1]);
 * metric.update([0.6], [0], [2]); // one row that weighs 2
 * metric.result(); // 1
 */
export function streamingMetric(given: ScoreInput, task?: MetricTask): PerClassMetric;
export function streamingMetric(given: MetricInput, task?: MetricTask): StreamingMetric;
export function streamingMetric(
  given: MetricInput,
  task: MetricTask = { kind: "binary", outputs: 1 },
): StreamingMetric {
  const owner = "streamingMetric";
  const { metric } = parseParams(owner, z.strictObject({ metric: metricSchema }), { metric: given });
  return metricOf(owner, metricSettings(metric), task);
}

type ScoreInput = "f1" | Extract<MetricInput, { readonly name: "f1" | "fBeta" }>;

/** A fresh metric; throws {@link ParamError} where it doesn't fit the task. */
export function metricOf(owner: string, settings: MetricSettings, task: MetricTask): StreamingMetric {
  requireFit(owner, settings, task);
  const name = `${owner}, metric ${settings.name}`;
  const { kind, outputs } = task;
  const mean = (measure: RowMeasure): StreamingMetric => new RowMean(name, outputs, measure);
  switch (settings.name) {
    case "auc":
      return new AreaUnderCurve(name, outputs, { ...settings, curve: "ROC" });
    case "prAuc":
      return new AreaUnderCurve(name, outputs, { ...settings, curve: "PR" });
    case "precision":
    case "recall":
      return new ConfusionRate(name, outputs, settings);
    case "f1":
      return new FBetaScore(name, outputs, scoreOptions(settings, 1, kind));
    case "fBeta":
      return new FBetaScore(name, outputs, scoreOptions(settings, settings.beta, kind));
    case "recallAtPrecision":
      return new BestUnderConstraint(name, outputs, { ...settings, least: settings.precision });
    case "precisionAtRecall":
      return new BestUnderConstraint(name, outputs, { ...settings, least: settings.recall });
    case "sensitivityAtSpecificity":
      return new BestUnderConstraint(name, outputs, { ...settings, least: settings.specificity });
    case "specificityAtSensitivity":
      return new BestUnderConstraint(name, outputs, { ...settings, least: settings.sensitivity });
    case "accuracy":
      return mean(
        kind === "categorical"
          ? measures.categoricalAccuracy
          : measures.binaryAccuracy(settings.threshold ?? 0.5),
      );
    case "topK":
      return mean(measures.topK(settings.k));
    case "logLoss":
      return mean(kind === "categorical" ? measures.categoricalLogLoss : measures.binaryLogLoss);
    case "meanSquaredError":
      return mean(measures.squaredError);
    case "meanAbsoluteError":
      return mean(measures.absoluteError);
    case "rootMeanSquaredError":
      return new RowMean(name, outputs, measures.squaredError, Math.sqrt);
    case "r2Score":
      return new R2Score(name, outputs);
    case "cosineSimilarity":
      return mean(measures.cosineSimilarity);
  }
}

function scoreOptions(
  { average, threshold }: Extract<MetricSettings, { name: "f1" | "fBeta" }>,
  beta: number,
  kind: MetricTask["kind"],
): FBetaOptions {
  return { beta, average, threshold: threshold ?? (kind === "categorical" ? null : 0.5) };
}

const errors: readonly MetricSettings["name"][] = [
  "meanSquaredError",
  "meanAbsoluteError",
  "rootMeanSquaredError",
  "r2Score",
  "cosineSimilarity",
];

/** Throws {@link ParamError} for a metric that can't be had of such predictions. */
export function requireKind(owner: string, settings: MetricSettings, kind: MetricTask["kind"]): void {
  const { name } = settings;
  if (kind === "regression" && !errors.includes(name))
    throw new ParamError(owner, `metrics of numbers must be among ${errors.join(", ")}, received ${name}`);
}

function requireFit(owner: string, settings: MetricSettings, { kind, outputs }: MetricTask): void {
  requireKind(owner, settings, kind);
  const { name } = settings;
  if (!Number.isInteger(outputs) || outputs < 1 || (kind === "binary" && outputs > 1))
    throw new ParamError(
      owner,
      `outputs of ${kind} predictions must be ${kind === "binary" ? "1" : "a whole number >= 1"}, received ${describe(outputs)}`,
    );
  if (name === "topK" && kind !== "categorical")
    throw new ParamError(
      owner,
      `the metric topK must be of more than two classes, received ${kind} predictions`,
    );
  if (name === "accuracy" && kind === "categorical" && settings.threshold !== null)
    throw new ParamError(
      owner,
      `the threshold of accuracy must be null where the highest of several classes is predicted, received ${settings.threshold}`,
    );
  const place = "classId" in settings ? settings.classId : "average" in settings ? settings.average : null;
  if (typeof place === "number" && place >= outputs)
    throw new ParamError(
      owner,
      `the class of metric ${name} must be < ${outputs}, the number of outputs, received ${place}`,
    );
}
