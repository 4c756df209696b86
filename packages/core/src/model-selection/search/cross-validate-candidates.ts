import type { Dataset } from "../../dataset/dataset.js";
import type { AnyEstimator } from "../../estimator/estimator.js";
import { Matrix } from "../../matrix.js";
import type { FoldResult, FoldRows } from "../fit-fold.js";
import {
  type CrossValidator,
  foldName,
  splitsOf,
  type ValidationSplit,
  withValidation,
} from "../inner-split.js";
import { type FoldJob, type FoldRunOptions, runFolds } from "../run-folds.js";
import type { Scorer } from "../scorer.js";
import { outputsNeeded, scoreOutputs } from "../scoring.js";
import type { SearchTable } from "./search-results.js";

/** One of the estimators that are compared. */
interface Candidate {
  readonly estimator: AnyEstimator;
  /** As errors show it: `{ alpha: 1 }`. */
  readonly name: string;
}

/** How candidates are compared. */
interface Comparison {
  readonly scorers: readonly Scorer[];
  readonly cv: CrossValidator;
  readonly validation: ValidationSplit | null;
}

/** Scores of every candidate on the same folds. A fold's candidates run one after another, so that they share its datasets. */
export async function crossValidateCandidates(
  owner: string,
  candidates: readonly Candidate[],
  { scorers, cv, validation }: Comparison,
  data: Dataset,
  options: FoldRunOptions,
): Promise<SearchTable> {
  const [{ estimator: first }] = candidates;
  const splits = splitsOf(owner, cv, first, data);
  const folds = splits.map((split, fold) =>
    withValidation(owner, foldName(fold, splits.length), split, validation, first, data),
  );
  const jobs = folds.flatMap((rows, fold) =>
    candidates.map(
      ({ estimator, name }, c): FoldJob => ({
        name: `candidate ${name}, ${foldName(fold, folds.length)}`,
        part: `candidate${c + 1}.fold${fold + 1}`,
        estimator,
        rows,
      }),
    ),
  );
  const scores = scorers.map(() => new Matrix(candidates.length, folds.length));
  const fitSeconds = new Float64Array(candidates.length);
  const testDataOf = remembered((rows: FoldRows) => data.take(rows.test));
  const record = async (job: number, { test, model, fitSeconds: seconds }: FoldResult): Promise<void> => {
    const candidate = job % candidates.length;
    const fold = Math.floor(job / candidates.length);
    const values = await scoreOutputs(owner, scorers, testDataOf(folds[fold]), test, model);
    values.forEach((value, scorer) => (scores[scorer].row(candidate)[fold] = value));
    fitSeconds[candidate] += seconds / folds.length;
  };
  const request = {
    needs: outputsNeeded(scorers),
    trainOutputs: false,
    keepModel: scorers.some(({ needs }) => needs === "model"),
  };
  await runFolds(owner, data, jobs, request, options, record);
  return { scores, fitSeconds };
}

/** The last value is kept: jobs of one fold come one after another. */
function remembered<K extends object, V extends object>(make: (key: K) => V): (key: K) => V {
  let last: { readonly key: K; readonly value: V } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
