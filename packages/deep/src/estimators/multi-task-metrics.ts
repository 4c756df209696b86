import { listNames, ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type MetricParams, type Measures, measuresOf, requireMeasures } from "../metrics/measures.js";
import { type MetricInput, metricSchema, metricSettings } from "../metrics/metric-settings.js";
import type { MetricTask, StreamingMetric } from "../metrics/streaming-metric.js";
import { classMetrics } from "./class-task.js";
import { headOwner, type Heads, type HeadState, headWidth } from "./multi-task-heads.js";
import { OutputClasses } from "./output-classes.js";

/** What is measured of each head, by its name. */
export type HeadMetrics = Readonly<Record<string, MetricParams["metrics"]>>;

/** What an evaluation of several heads takes besides data. */
export interface MultiTaskEvaluateOptions {
  /** What is measured by head besides the loss; those of the heads' settings where left out. */
  readonly metrics?: Readonly<Record<string, readonly MetricInput[]>>;
}

const options = z.strictObject({
  metrics: z.record(z.string(), z.array(metricSchema).readonly()).readonly().optional(),
});

/** What an evaluation measures; throws {@link ParamError} for metrics of a head that is none. */
export function evaluatedMetrics(owner: string, given: MultiTaskEvaluateOptions, heads: Heads): HeadMetrics {
  const { metrics } = parseParams(`${owner}, evaluate`, options, given);
  if (metrics === undefined) return metricsOf(heads);
  for (const name of Object.keys(metrics))
    if (!Object.hasOwn(heads, name))
      throw new ParamError(
        owner,
        `evaluate: metrics must be of heads, ${listNames(Object.keys(heads), 20)}, received '${name}'`,
      );
  return metrics;
}

/** What the heads' settings ask to be measured. */
export function metricsOf(heads: Heads): HeadMetrics {
  return Object.fromEntries(Object.entries(heads).map(([name, { metrics }]) => [name, metrics]));
}

const monitorsLoss = "validationLoss";

/** Throws {@link ParamError} for metrics that don't fit their head, two of one key, and a monitor that is none of them. */
export function requireHeadMeasures(owner: string, heads: Heads, monitor: string): void {
  const keys = [monitorsLoss];
  for (const [name, { kind, metrics }] of Object.entries(heads)) {
    const own = { metrics, monitor: monitorsLoss };
    requireMeasures(headOwner(owner, name), own, kind === "regression" ? kind : "categorical");
    for (const given of metrics) {
      const { key, name: metric } = metricSettings(given);
      keys.push(keyOf(name, key ?? metric));
    }
  }
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (twice !== undefined)
    throw new ParamError(
      owner,
      `metrics of heads must have a key of their own, received '${twice}' twice: set key`,
    );
  if (!keys.includes(monitor))
    throw new ParamError(owner, `monitor must be one of ${listNames(keys, 20)}, received '${monitor}'`);
}

/** What is measured of the heads' predictions, each metric of the columns of its head. */
export function headMeasures(
  owner: string,
  heads: readonly HeadState[],
  metrics: HeadMetrics,
  monitor: string,
): Measures {
  const total = heads.reduce((sum, head) => sum + headWidth(head), 0);
  let from = 0;
  const all = heads.flatMap((head) => {
    const params = { metrics: metrics[head.name] ?? [], monitor: monitorsLoss };
    const scales = head.kind === "regression" ? { mean: [head.mean], scale: [head.scale] } : undefined;
    const own = measuresOf(headOwner(owner, head.name), params, taskOf(head), scales);
    const columns = { from, width: headWidth(head), total };
    from += columns.width;
    return own.metrics.map(({ key, lower, create }) => ({
      key: keyOf(head.name, key),
      lower,
      create: () => ofColumns(create(), own, columns),
    }));
  });
  // Outputs of all heads go through as they are: each metric makes its own head's into scores.
  return { metrics: all, monitor, scores: (outputs) => outputs, targets: (learned) => learned };
}

const keyOf = (head: string, metric: string): string => `${head}.${metric}`;

function taskOf(head: HeadState): MetricTask | undefined {
  if (head.kind === "regression") return { kind: "regression", outputs: 1 };
  return classMetrics(new OutputClasses([head.classes]));
}

interface Columns {
  readonly from: number;
  readonly width: number;
  /** Of all heads. */
  readonly total: number;
}

/** A metric of one head that is fed with the outputs and targets of all. */
function ofColumns(metric: StreamingMetric, own: Measures, columns: Columns): StreamingMetric {
  return {
    update: (outputs, targets, weights) =>
      metric.update(own.scores(cut(outputs, columns)), own.targets(cut(targets, columns)), weights),
    result: () => metric.result(),
  };
}

function cut(values: ArrayLike<number>, { from, width, total }: Columns): Float32Array {
  const out = new Float32Array((values.length / total) * width);
  for (let i = 0; i < out.length; i++) out[i] = values[Math.floor(i / width) * total + from + (i % width)];
  return out;
}
