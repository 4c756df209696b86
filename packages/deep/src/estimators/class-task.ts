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
import type { LearningRows } from "./fit-network.js";

/** How many outputs a network has for so many classes: one for two. */
export function outputsOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** The classes of a fit, and what each row of a class weighs besides its own weight. */
export interface Classes {
  readonly labels: readonly Label[];
  readonly factors: Float64Array;
}

/**
 * The classes of all rows that a fit got, before any are held out, so that `balanced` means all of them. No row weighs
 * zero: those were left out before.
 */
export function classesOf(
  owner: string,
  data: LabelledDataset,
  classWeight: ClassWeight,
): { readonly classes: Classes; readonly codes: Int32Array } {
  const target = classTarget(owner, data);
  const weights = sampleWeights(owner, data);
  const weighted = weightsWithClasses(owner, weights, target, classWeight);
  const factors = Float64Array.from(target.classes, (_, k) => {
    const row = target.codes.indexOf(k);
    return weighted === undefined ? 1 : weighted[row] / (weights?.[row] ?? 1);
  });
  return { classes: { labels: target.classes, factors }, codes: target.codes };
}

/** Rows of a classifier. */
export interface ClassRows extends LearningRows {
  /** Place of each row's label among the classes. */
  readonly codes: Int32Array;
}

/** Rows in the classes of a fit; throws {@link DataError} for a label that is not among them. */
export function classRows(owner: string, data: LabelledDataset, { labels, factors }: Classes): ClassRows {
  const own = classTarget(owner, data, { minClasses: 1 });
  const place = own.classes.map((label) => placeOf(owner, labels, label));
  const codes = own.codes.map((code) => place[code]);
  const weights = sampleWeights(owner, data);
  const plain = weights === undefined && factors.every((factor) => factor === 1);
  return {
    data,
    codes,
    targets: classTargets(codes, labels.length),
    weights: plain
      ? undefined
      : Float64Array.from(codes, (code, row) => (weights?.[row] ?? 1) * factors[code]),
  };
}

function placeOf(owner: string, labels: readonly Label[], label: Label): number {
  const place = labels.indexOf(label);
  if (place < 0)
    throw new DataError(
      owner,
      `labels of the validation data must be among those of training (${labels.slice(0, 10).join(", ")}), received ${describe(label)}`,
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
 * differs from them. Where `sampled` is given, that class has only the part `rate` of its rows.
 */
export function priorOffset(
  { codes, weights }: ClassRows,
  classes: number,
  sampled?: number,
  rate = 1,
): Float32Array {
  const totals = new Float64Array(classes);
  codes.forEach((code, row) => (totals[code] += (weights?.[row] ?? 1) * (code === sampled ? rate : 1)));
  const sum = totals.reduce((a, b) => a + b, 0);
  const logs = Array.from(totals, (total) => Math.log(Math.max(total / sum, 1e-7)));
  return Float32Array.from(logs.length === 2 ? [logs[1] - logs[0]] : logs);
}
