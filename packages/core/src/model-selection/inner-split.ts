import { z } from "zod";
import type { Dataset } from "../dataset/dataset.js";
import type { AnyEstimator } from "../estimator/estimator.js";
import { DataError, describe, ParamError } from "../errors.js";
import { aList, anArray, anObject, requireIs } from "../guard.js";
import type { FoldRows } from "./fit-fold.js";
import { foldError } from "./fold-error.js";
import { KFold } from "./splits/k-fold.js";
import { ShuffleSplit, StratifiedShuffleSplit } from "./splits/shuffle-split.js";
import type { Split, Splitter } from "./splits/splitter.js";
import { StratifiedKFold } from "./splits/stratified-k-fold.js";

export const splitterSchema = z.custom<Splitter>(
  // A string has a split too.
  (value) =>
    typeof value === "object" && value !== null && "split" in value && typeof value.split === "function",
  "must be a splitter",
);

/** How folds are cut: a splitter, their number (stratified for classifiers, as in scikit-learn), or the splits themselves. */
export type CrossValidator = number | Splitter | readonly Split[];

const fractionSchema = z.strictObject({
  fraction: z.number().gt(0).lt(1).describe("Share of the training rows held out"),
  stratified: z.boolean().optional().describe("Whether by class; default: for classifiers"),
  seed: z.number().default(0).describe("Start of the random order"),
});

export const validationSchema = z.union([fractionSchema, splitterSchema]);

/**
 * How each training part gives up rows for `FitOptions.validation`: a random fraction of it, or the last split of a
 * splitter (which of a time series is the one with the latest rows).
 */
export type ValidationSplit = z.input<typeof fractionSchema> | Splitter;

/** The splits of a dataset, each part with at least one row. Throws {@link ParamError} for what cuts none. */
export function splitsOf(
  owner: string,
  cv: CrossValidator,
  estimator: AnyEstimator,
  data: Dataset,
): readonly Split[] {
  const splits = Array.isArray(cv)
    ? (cv as readonly Split[])
    : splitterOf(owner, cv as number | Splitter, estimator, data).split(data);
  requireIs(owner, "splits", splits, anArray);
  if (splits.length === 0) throw new DataError(owner, "there must be at least 1 split, received none");
  for (const [fold, split] of splits.entries()) {
    if (!anObject.holds(split) || !aList.holds(split.train) || !aList.holds(split.test))
      throw new DataError(
        owner,
        `${foldName(fold, splits.length)}: a split must be { train, test } of row numbers, received ${describe(split)}`,
      );
    const { train, test } = split;
    if (train.length === 0 || test.length === 0)
      throw new DataError(
        owner,
        `${foldName(fold, splits.length)}: both parts must hold rows, received ${train.length} training and ${test.length} test rows`,
      );
  }
  return splits;
}

function splitterOf(owner: string, cv: number | Splitter, estimator: AnyEstimator, data: Dataset): Splitter {
  if (typeof cv === "number") return defaultSplitter(cv, estimator, data);
  if (splitterSchema.safeParse(cv).success) return cv;
  throw new ParamError(
    owner,
    `cv must be a number of folds, a splitter or an array of splits, received ${describe(cv)}`,
  );
}

function defaultSplitter(nSplits: number, estimator: AnyEstimator, data: Dataset): Splitter {
  const classes = estimator.tags.kind === "classifier" && data.isLabelled();
  return classes ? new StratifiedKFold({ nSplits }) : new KFold({ nSplits });
}

export function foldName(fold: number, folds: number): string {
  return `fold ${fold + 1} of ${folds}`;
}

/** A split whose training part has given up its validation rows. */
export function withValidation(
  owner: string,
  fold: string,
  split: Split,
  validation: ValidationSplit | null | undefined,
  estimator: AnyEstimator,
  data: Dataset,
): FoldRows {
  if (validation === null || validation === undefined) return split;
  const rows = (places: Int32Array): Int32Array => places.map((place) => split.train[place]);
  try {
    const inner = innerSplit(owner, validation, estimator, data.take(split.train));
    return { train: rows(inner.train), validation: rows(inner.test), test: split.test };
  } catch (error) {
    throw foldError(owner, fold, error);
  }
}

/** Training and validation rows of a dataset that is all for training. */
export function innerSplit(
  owner: string,
  validation: ValidationSplit,
  estimator: AnyEstimator,
  data: Dataset,
): Split {
  if (!("fraction" in validation)) {
    const last = validation.split(data).at(-1);
    if (last === undefined)
      throw new DataError(owner, "validation must give at least 1 split, received none");
    return last;
  }
  const { fraction, stratified = estimator.tags.kind === "classifier", seed = 0 } = validation;
  const splitter = stratified ? StratifiedShuffleSplit : ShuffleSplit;
  const [{ train, test }] = new splitter({ nSplits: 1, testSize: fraction, seed }).split(data);
  return { train: train.sort(), test: test.sort() }; // in the order of the data, which may mean something
}
