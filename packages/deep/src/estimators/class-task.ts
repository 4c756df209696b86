import {
  classTarget,
  type ClassWeight,
  DataError,
  describe,
  type Label,
  type LabelledDataset,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import type { MetricTask } from "../metrics/streaming-metric.js";
import type { EpochSampler } from "../training/epoch-sampler.js";
import type { LearningRows } from "./learning-rows.js";

/** How many outputs a network has for so many classes: one for two. */
export function outputsOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** What metrics are fed with by a classifier. */
export function classMetrics(classes: number): MetricTask {
  return { kind: classes === 2 ? "binary" : "categorical", outputs: outputsOf(classes) };
}

/** The classes of a fit, and what each row of a class weighs besides its own weight. */
export interface Classes {
  readonly labels: readonly Label[];
  readonly factors: Float64Array;
}

/**
 * The classes of all rows that a fit got, before any are held out, so that `balanced` means all of them. No row weighs
 * zero: those were left out before.
 *
 * @param known the classes of a model that goes on learning; rows may lack some of them
 */
export function classesOf(
  owner: string,
  data: LabelledDataset,
  classWeight: ClassWeight,
  known?: readonly Label[],
): { readonly classes: Classes; readonly codes: Int32Array } {
  const target = classTarget(owner, data, known ? { minClasses: 1 } : {});
  const weights = sampleWeights(owner, data);
  const weighted = weightsWithClasses(owner, weights, target, classWeight);
  const labels = known ?? target.classes;
  const factors = Float64Array.from(labels, (label) => {
    const row = target.codes.indexOf(target.classes.indexOf(label));
    return weighted === undefined || row < 0 ? 1 : weighted[row] / (weights?.[row] ?? 1);
  });
  const places = target.classes.map((label) => placeOf(owner, labels, label, "the data"));
  return { classes: { labels, factors }, codes: target.codes.map((code) => places[code]) };
}

/** Rows of a classifier. */
export interface ClassRows extends LearningRows {
  /** Place of each row's label among the classes. */
  readonly codes: Int32Array;
}

/** Rows in the classes of a fit; throws {@link DataError} for a label that is not among them. */
export function classRows(
  owner: string,
  data: LabelledDataset,
  { labels, factors }: Classes,
  where = "the validation data",
): ClassRows {
  const own = classTarget(owner, data, { minClasses: 1 });
  const place = own.classes.map((label) => placeOf(owner, labels, label, where));
  const codes = own.codes.map((code) => place[code]);
  const weights = sampleWeights(owner, data);
  const plain = weights === undefined && factors.every((factor) => factor === 1);
  return {
    data,
    codes,
    metricWeights: weights,
    targets: classTargets(codes, labels.length),
    weights: plain
      ? undefined
      : Float64Array.from(codes, (code, row) => (weights?.[row] ?? 1) * factors[code]),
  };
}

function placeOf(owner: string, labels: readonly Label[], label: Label, where: string): number {
  const place = labels.indexOf(label);
  if (place < 0)
    throw new DataError(
      owner,
      `labels of ${where} must be among those of training (${labels.slice(0, 10).join(", ")}), received ${describe(label)}`,
    );
  return place;
}

/** 0 or 1 a row for two classes, one-hot for more. */
function classTargets(codes: Int32Array, classes: number): Float32Array {
  if (classes === 2) return Float32Array.from(codes);
  const out = new Float32Array(codes.length * classes);
  codes.forEach((code, row) => (out[row * classes + code] = 1));
  return out;
}

/**
 * What outputs start from: the log odds (or log shares) of the classes by weight, so that a network learns only what
 * differs from them.
 */
export function priorOffset({ codes, weights }: ClassRows, classes: number): Float32Array {
  const totals = new Float64Array(classes);
  codes.forEach((code, row) => (totals[code] += weights?.[row] ?? 1));
  const sum = totals.reduce((a, b) => a + b, 0);
  const logs = Array.from(totals, (total) => Math.log(Math.max(total / sum, 1e-7)));
  return Float32Array.from(logs.length === 2 ? [logs[1] - logs[0]] : logs);
}

/** The same for epochs that take only a part of the largest class: its share of the odds is as much less. */
export function sampledOffset(prior: Float32Array, { majority, rate }: EpochSampler): Float32Array {
  if (majority === undefined) return prior;
  const less = Math.log(rate);
  if (prior.length === 1) return prior.map((odds) => (majority === 1 ? odds + less : odds - less));
  return prior.map((share, k) => (k === majority ? share + less : share));
}
