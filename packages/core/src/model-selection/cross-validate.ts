import { z } from "zod";
import type { Dataset } from "../dataset/dataset.js";
import type { AnyEstimator, DataOf, ModelOf } from "../estimator/estimator.js";
import { parseParams } from "../estimator/params.js";
import {
  aFlag,
  anEstimator,
  anything,
  requireDataset,
  requireIs,
  requireOptions,
  type Rules,
} from "../guard.js";
import { ParamError } from "../errors.js";
import type { FoldResult } from "./fit-fold.js";
import {
  type CrossValidator,
  foldName,
  splitsOf,
  validationSchema,
  type ValidationSplit,
  withValidation,
} from "./inner-split.js";
import type { ModelOutputs } from "./model-outputs.js";
import {
  type FoldJob,
  type FoldRunOptions,
  foldRunRules,
  requireRegistryModule,
  runFolds,
} from "./run-folds.js";
import { deviation, mean } from "./score-moments.js";
import {
  type ByScore,
  outputsNeeded,
  resolveScorers,
  scoreOutputs,
  type Scoring,
  type Scorings,
} from "./scoring.js";
import type { Split } from "./splits/splitter.js";

/** How an estimator is cross-validated. */
export interface CrossValidationOptions extends Omit<FoldRunOptions, "validation"> {
  /** Default 5. */
  readonly cv?: CrossValidator;
  /**
   * Rows of each training part that go to `FitOptions.validation`, for early stopping; never rows of the test part.
   * Pipelines transform them with their fitted steps. Default: none.
   */
  readonly validation?: ValidationSplit;
}

export interface CrossValidateOptions<S extends Scorings> extends CrossValidationOptions {
  readonly scoring: S;
  /** Whether the training rows are scored too. Default false. */
  readonly returnTrainScores?: boolean;
  /** Default false. */
  readonly returnModels?: boolean;
  /** Whether what the models gave for their test rows is kept. Default false. */
  readonly returnPredictions?: boolean;
}

const { validation: _, ...runRules } = foldRunRules;
export const validationRules: Rules<CrossValidationOptions> = {
  ...runRules,
  cv: anything,
  validation: anything,
};
const scoreRules: Rules<CrossValidationOptions & { readonly scoring: unknown }> = {
  scoring: anything,
  ...validationRules,
};
const rules: Rules<CrossValidateOptions<Scorings>> = {
  ...scoreRules,
  returnTrainScores: aFlag,
  returnModels: aFlag,
  returnPredictions: aFlag,
};

/** One fold of a cross-validation. */
export interface Fold<S extends Scorings, M> {
  /** Rows trained on, less those held out for validation, and rows scored. */
  readonly split: Split;
  readonly scores: ByScore<S, number>;
  readonly fitSeconds: number;
  /** Of the test rows. */
  readonly predictSeconds: number;
  /** With `returnTrainScores`. */
  readonly trainScores?: ByScore<S, number>;
  /** With `returnModels`. */
  readonly model?: M;
  /** With `returnPredictions`: what the scorers asked for, a row for each of `split.test`. */
  readonly predictions?: ModelOutputs;
}

/** Scores by name, each with a value a fold. */
export interface CrossValidation<S extends Scorings, M> {
  readonly scores: ByScore<S, Float64Array>;
  readonly mean: ByScore<S, number>;
  /** Population standard deviation over the folds. */
  readonly std: ByScore<S, number>;
  readonly folds: readonly Fold<S, M>[];
}

/**
 * Fits an estimator anew on the training part of every fold and scores it on the test part. Weights count where the
 * dataset has them; estimators without a target are scored by scorers that need none.
 *
 * @throws ParamError for an unknown scoring or option, what is no estimator, and an executor without a registry to send
 * estimators with; errors of a fold name it and keep their kind; rejects with `signal.reason` when aborted.
 * @example
 * const x = Array.from({ length: 50 }, (_, i) => i);
 * const data = fromColumns({ x, y: x.map((value) => 2 * value + Math.sin(value)) }, { target: "y" });
 * const { mean } = await crossValidate(new Ridge(), data, { scoring: ["r2", "negMeanAbsoluteError"], cv: 5 });
 * mean.r2;
 */
export async function crossValidate<E extends AnyEstimator, const S extends Scorings>(
  estimator: E,
  data: DataOf<E>,
  options: CrossValidateOptions<S>,
): Promise<CrossValidation<S, ModelOf<E>>> {
  const owner = "crossValidate";
  const all: Dataset = data;
  requireOptions<CrossValidateOptions<Scorings>>(owner, options, rules);
  const scorers = resolveScorers(owner, options.scoring);
  const asksModel = scorers.some(({ needs }) => needs === "model");
  const names = scorers.map(({ name }) => name);
  const byScore = <T>(values: readonly T[]): ByScore<S, T> =>
    Object.fromEntries(names.map((name, i) => [name, values[i]])) as ByScore<S, T>;
  const jobs = foldJobs(owner, estimator, all, options);
  const request = {
    needs: outputsNeeded(scorers),
    trainOutputs: options.returnTrainScores ?? false,
    keepModel: asksModel || (options.returnModels ?? false),
  };
  const folds: Fold<S, ModelOf<E>>[] = Array.from({ length: jobs.length });
  const score = async (at: number, { test, train, model, ...times }: FoldResult): Promise<void> => {
    const testData = all.take(jobs[at].rows.test);
    const scores = await scoreOutputs(owner, scorers, testData, test, model);
    const trainScores =
      train && (await scoreOutputs(owner, scorers, all.take(jobs[at].rows.train), train, model));
    folds[at] = {
      split: { train: jobs[at].rows.train, test: jobs[at].rows.test },
      scores: byScore(scores),
      ...times,
      ...(trainScores && { trainScores: byScore(trainScores) }),
      ...(options.returnModels && { model: model as ModelOf<E> }),
      ...(options.returnPredictions && { predictions: test }),
    };
  };
  await runFolds(owner, all, jobs, request, runOptions(options), score);
  const columns = names.map((name) =>
    Float64Array.from(folds, ({ scores }) => (scores as Readonly<Record<string, number>>)[name]),
  );
  return {
    scores: byScore(columns),
    mean: byScore(columns.map(mean)),
    std: byScore(columns.map(deviation)),
    folds,
  };
}

/**
 * The scores of {@link crossValidate} for one scoring, one a fold.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y: [0, 0, 0, 1, 0, 1, 0, 1, 1, 1] }, { target: "y" });
 * const aucs = await crossValScore(new LogisticRegression(), data, { scoring: "rocAuc", cv: 3 });
 */
export async function crossValScore<E extends AnyEstimator>(
  estimator: E,
  data: DataOf<E>,
  options: CrossValidationOptions & { readonly scoring: Scoring },
): Promise<Float64Array> {
  requireOptions<CrossValidationOptions & { readonly scoring: unknown }>(
    "crossValScore",
    options,
    scoreRules,
  );
  const { scores } = await crossValidate(estimator, data, options);
  return Object.values<Float64Array>(scores)[0];
}

const validationOption = z.strictObject({ validation: validationSchema.optional() });

/** The folds of an estimator, each a job. Throws for an estimator, dataset or options that are none. */
export function foldJobs(
  owner: string,
  estimator: AnyEstimator,
  data: Dataset,
  { cv = 5, validation, executor, registry }: CrossValidationOptions,
): FoldJob[] {
  requireIs(owner, "the estimator", estimator, anEstimator, ParamError);
  requireDataset(owner, data);
  requireRegistryModule(owner, executor, registry);
  parseParams(owner, validationOption, { validation });
  const splits = splitsOf(owner, cv, estimator, data);
  const rows = splits.map((split, fold) =>
    withValidation(owner, foldName(fold, splits.length), split, validation, estimator, data),
  );
  return rows.map((rows, fold) => ({
    name: foldName(fold, splits.length),
    part: `fold${fold + 1}`,
    estimator,
    rows,
  }));
}

/** The options that {@link runFolds} takes. */
export function runOptions({
  signal,
  onProgress,
  onWarning,
  executor,
  registry,
}: CrossValidationOptions): FoldRunOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    ...(onWarning && { onWarning }),
    ...(executor && { executor }),
    ...(registry && { registry }),
  };
}
