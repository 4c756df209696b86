import type { Dataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import type { AnyEstimator, DataOf, ModelOf } from "../estimator/estimator.js";
import { DataError } from "../errors.js";
import { oneOf, requireOptions, type Rules } from "../guard.js";
import { Matrix } from "../matrix.js";
import { distinctLabels, listLabels } from "../metrics/labels.js";
import { type CrossValidationOptions, foldJobs, runOptions, validationRules } from "./cross-validate.js";
import type { ModelOutputs } from "./model-outputs.js";
import { runFolds } from "./run-folds.js";

type Method = "predict" | "predictProba" | "decisionFunction";

type General<K extends Method> = K extends "predict" ? Label[] | Float64Array | Int32Array : Matrix;

/** What a model's method gives, awaited; the general type where the model isn't known. */
export type PredictedBy<M, K extends Method> = 0 extends 1 & M
  ? General<K>
  : M extends { readonly [P in K]: (...args: never[]) => infer R }
    ? Awaited<R>
    : General<K>;

export interface CrossValPredictOptions<K extends Method> extends CrossValidationOptions {
  /** Default "predict". */
  readonly method?: K;
}

const rules: Rules<CrossValPredictOptions<Method>> = {
  method: oneOf("predict", "predictProba", "decisionFunction"),
  ...validationRules,
};

/**
 * A prediction for every row by a model that did not see it: each row is in exactly one test part. Matrices have a column a
 * class, ascending; a class that a fold's training part lacks has probability 0 there.
 *
 * Not a score: averaged over folds, {@link crossValidate} is that.
 *
 * @throws DataError where the test parts don't hold every row once, as those of time series and shuffle splits; ParamError
 * for an unknown method or option, what is no estimator, and an executor without a registry; errors of a fold name it.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y: [0, 0, 0, 1, 0, 1, 0, 1, 1, 1] }, { target: "y" });
 * const proba = await crossValPredict(new LogisticRegression(), data, { method: "predictProba", cv: 5 });
 */
export async function crossValPredict<E extends AnyEstimator, K extends Method = "predict">(
  estimator: E,
  data: DataOf<E>,
  options: CrossValPredictOptions<K> = {},
): Promise<PredictedBy<ModelOf<E>, K>> {
  const owner = "crossValPredict";
  const all: Dataset = data;
  requireOptions<CrossValPredictOptions<Method>>(owner, options, rules);
  const method: Method = options.method ?? "predict";
  const jobs = foldJobs(owner, estimator, all, options);
  requirePartition(
    owner,
    jobs.map(({ rows }) => rows.test),
    all.rows,
  );
  const request = {
    needs: [method === "predictProba" ? "proba" : method],
    trainOutputs: false,
    keepModel: false,
  } as const;
  const folds: FoldOutput[] = [];
  await runFolds(owner, all, jobs, request, runOptions(options), (at, { test }) => {
    folds.push({ rows: jobs[at].rows.test, outputs: test });
  });
  const joined =
    method === "predict"
      ? joinPredictions(folds, all.rows)
      : method === "predictProba"
        ? joinProbabilities(owner, folds, all.rows)
        : joinDecisions(owner, folds, all.rows);
  return joined as PredictedBy<ModelOf<E>, K>;
}

interface FoldOutput {
  readonly rows: Int32Array;
  readonly outputs: ModelOutputs;
}

function requirePartition(owner: string, tests: readonly Int32Array[], rows: number): void {
  const times = new Int32Array(rows);
  for (const test of tests) for (const row of test) times[row]++;
  const wrong = times.findIndex((count) => count !== 1);
  if (wrong >= 0)
    throw new DataError(
      owner,
      `every row must be in exactly one test part, received row ${wrong} in ${times[wrong]}`,
    );
}

function joinPredictions(folds: readonly FoldOutput[], rows: number): Label[] | Float64Array | Int32Array {
  const first = folds[0].outputs.predict!;
  const out: Label[] | Float64Array | Int32Array =
    first instanceof Float64Array
      ? new Float64Array(rows)
      : first instanceof Int32Array
        ? new Int32Array(rows)
        : Array.from({ length: rows });
  for (const { rows: test, outputs } of folds) test.forEach((row, i) => (out[row] = outputs.predict![i]));
  return out;
}

function joinProbabilities(owner: string, folds: readonly FoldOutput[], rows: number): Matrix {
  const classes = distinctLabels(owner, ...folds.map(({ outputs }) => outputs.classes!));
  const out = new Matrix(rows, classes.length);
  for (const { rows: test, outputs } of folds) {
    const place = outputs.classes!.map((label) => classes.indexOf(label));
    test.forEach((row, i) =>
      place.forEach((column, k) => (out.data[row * out.columns + column] = outputs.proba!.at(i, k))),
    );
  }
  return out;
}

function joinDecisions(owner: string, folds: readonly FoldOutput[], rows: number): Matrix {
  const [first] = folds;
  const classes = listLabels(first.outputs.classes!, Number.POSITIVE_INFINITY);
  const out = new Matrix(rows, first.outputs.decisionFunction!.columns);
  for (const { rows: test, outputs } of folds) {
    const seen = listLabels(outputs.classes!, Number.POSITIVE_INFINITY);
    if (seen !== classes)
      throw new DataError(
        owner,
        `every fold must train on the same classes for decisionFunction, received ${seen} after ${classes} (StratifiedKFold keeps them)`,
      );
    test.forEach((row, i) => out.row(row).set(outputs.decisionFunction!.row(i)));
  }
  return out;
}
