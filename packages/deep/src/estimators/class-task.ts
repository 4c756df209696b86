import {
  classOutputsTarget,
  type ClassTarget,
  classTarget,
  type ClassWeight,
  DataError,
  describe,
  type Label,
  type LabelledDataset,
  requireRows,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import { z } from "zod";
import type { MetricTask } from "../metrics/streaming-metric.js";
import type { EpochSampler } from "../training/epoch-sampler.js";
import type { LearningRows } from "./learning-rows.js";
import { OutputClasses } from "./output-classes.js";

/** The param that weighs classes. */
export const classWeightSchema = z
  .union([z.literal("balanced"), z.record(z.string(), z.number().min(0)).readonly()])
  .nullable()
  .default(null);

/** What metrics are fed with by a classifier; undefined for several outputs of more than two classes, which no metric takes. */
export function classMetrics({ each, logits }: OutputClasses): MetricTask | undefined {
  if (each.length === 1) return { kind: logits === 1 ? "binary" : "categorical", outputs: logits };
  return each.every(({ length }) => length === 2) ? { kind: "multiLabel", outputs: logits } : undefined;
}

/** The classes of a fit, and what each row of a class weighs besides its own weight, by output. */
export interface Classes {
  readonly lists: OutputClasses;
  readonly factors: readonly Float64Array[];
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
  known?: OutputClasses,
): { readonly classes: Classes; readonly codes: readonly Int32Array[] } {
  const targets = known ? targetsLike(owner, data, known, "the data") : classOutputsTarget(owner, data);
  const weights = sampleWeights(owner, data);
  // Refuses class weights that these outputs can't have.
  weightsWithClasses(owner, weights, targets, classWeight);
  const lists = known ?? new OutputClasses(targets.map(({ classes }) => classes));
  const factors = targets.map((target, k) => {
    const weighted = weightsWithClasses(owner, weights, target, classWeight);
    return Float64Array.from(lists.each[k], (label) => {
      const row = target.codes.indexOf(target.classes.indexOf(label));
      return weighted === undefined || row < 0 ? 1 : weighted[row] / (weights?.[row] ?? 1);
    });
  });
  const codes = targets.map((target, k) => codesAmong(owner, target, lists.each[k], "the data"));
  return { classes: { lists, factors }, codes };
}

/** Rows of a classifier. */
export interface ClassRows extends LearningRows {
  /** Place of each row's label among the classes, by output. */
  readonly codes: readonly Int32Array[];
}

/** Rows in the classes of a fit; throws {@link DataError} for a label that is not among them. */
export function classRows(
  owner: string,
  data: LabelledDataset,
  { lists, factors }: Classes,
  where = "the validation data",
): ClassRows {
  const targets = targetsLike(owner, data, lists, where);
  const codes = targets.map((target, k) => codesAmong(owner, target, lists.each[k], where));
  const weights = sampleWeights(owner, data);
  const plain = weights === undefined && factors.every((each) => each.every((factor) => factor === 1));
  const weightOf = (row: number): number =>
    factors.reduce((product, each, k) => product * each[codes[k][row]], weights?.[row] ?? 1);
  return {
    data,
    codes,
    metricWeights: weights,
    targets: classTargets(codes, lists),
    weights: plain ? undefined : Float64Array.from({ length: data.rows }, (_, row) => weightOf(row)),
  };
}

/** The targets of rows that may lack classes: each output may be of one class here. */
function targetsLike(
  owner: string,
  data: LabelledDataset,
  { each }: OutputClasses,
  where: string,
): readonly ClassTarget[] {
  requireRows(owner, data);
  const { target } = data.labelled(owner);
  if (target.kind !== "tensor" && each.length === 1) return [classTarget(owner, data, { minClasses: 1 })];
  const shape = target.kind === "tensor" ? target.shape : [1];
  if (target.kind !== "tensor" || shape.length !== 1 || shape[0] !== each.length)
    throw new DataError(
      owner,
      `the target of ${where} must have ${each.length} output${each.length > 1 ? "s" : ""}, as in training, received ${target.kind} of shape [${shape.join(", ")}]`,
    );
  return each.map((classes, k) => {
    const values = Array.from({ length: data.rows }, (_, row) => target.values[row * each.length + k]);
    const row = values.findIndex((value) => !classes.includes(value));
    if (row >= 0) throw unknownLabel(owner, classes, values[row], `${where}, row ${row}, output ${k}`);
    return { classes, codes: Int32Array.from(values, (value) => classes.indexOf(value)) };
  });
}

function codesAmong(owner: string, target: ClassTarget, labels: readonly Label[], where: string): Int32Array {
  const places = target.classes.map((label) => {
    const place = labels.indexOf(label);
    if (place < 0) throw unknownLabel(owner, labels, label, where);
    return place;
  });
  return target.codes.map((code) => places[code]);
}

function unknownLabel(owner: string, labels: readonly Label[], label: Label, where: string): DataError {
  return new DataError(
    owner,
    `labels of ${where} must be among those of training (${labels.slice(0, 10).join(", ")}), received ${describe(label)}`,
  );
}

/** Of each output 0 or 1 a row for two classes, one-hot for more; rows x logits. */
function classTargets(codes: readonly Int32Array[], { each, starts, logits }: OutputClasses): Float32Array {
  const rows = codes[0].length;
  const out = new Float32Array(rows * logits);
  each.forEach(({ length }, k) => {
    for (let row = 0; row < rows; row++) {
      const code = codes[k][row];
      const at = row * logits + starts[k];
      if (length === 2) out[at] = code;
      else out[at + code] = 1;
    }
  });
  return out;
}

/**
 * What outputs start from: the log odds (or log shares) of the classes by weight, so that a network learns only what
 * differs from them.
 */
export function priorOffset({ codes, weights }: ClassRows, { each }: OutputClasses): Float32Array {
  return Float32Array.from(each.flatMap(({ length }, k) => logShares(codes[k], weights, length)));
}

function logShares(codes: Int32Array, weights: Float64Array | undefined, classes: number): number[] {
  const totals = new Float64Array(classes);
  codes.forEach((code, row) => (totals[code] += weights?.[row] ?? 1));
  const sum = totals.reduce((a, b) => a + b, 0);
  const logs = Array.from(totals, (total) => Math.log(Math.max(total / sum, 1e-7)));
  return logs.length === 2 ? [logs[1] - logs[0]] : logs;
}

/** The same for epochs that take only a part of the largest class: its share of the odds is as much less. */
export function sampledOffset(prior: Float32Array, { majority, rate }: EpochSampler): Float32Array {
  if (majority === undefined) return prior;
  const less = Math.log(rate);
  if (prior.length === 1) return prior.map((odds) => (majority === 1 ? odds + less : odds - less));
  return prior.map((share, k) => (k === majority ? share + less : share));
}
