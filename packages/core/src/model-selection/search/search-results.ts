import type { ParamPatch } from "../../estimator/composite.js";
import { DataError } from "../../errors.js";
import type { Matrix } from "../../matrix.js";
import { deviation, mean } from "../score-moments.js";

/** How one candidate did. */
export interface SearchResult<E> {
  readonly params: ParamPatch<E>;
  /** By name of scoring, a score a fold. */
  readonly scores: Readonly<Record<string, Float64Array>>;
  readonly mean: Readonly<Record<string, number>>;
  /** Population standard deviation over the folds. */
  readonly std: Readonly<Record<string, number>>;
  /** Place by the mean of the scoring that chooses; 1 is the best, equals share the better place, NaN comes last. */
  readonly rank: number;
  /** Mean over the folds. */
  readonly fitSeconds: number;
}

/** The numbers of a search: what an artifact keeps of it. */
export interface SearchTable {
  /** One matrix a scoring: candidates x folds. */
  readonly scores: readonly Matrix[];
  /** Mean over the folds, one a candidate. */
  readonly fitSeconds: Float64Array;
}

/** What decides between candidates. */
export interface SearchChoice {
  readonly names: readonly string[];
  /** Which of the scorings chooses. */
  readonly chosen: number;
  readonly greaterIsBetter: boolean;
}

/** One result a candidate, in their order. */
export function searchResults<E>(
  candidates: readonly ParamPatch<E>[],
  { scores, fitSeconds }: SearchTable,
  { names, chosen, greaterIsBetter }: SearchChoice,
): SearchResult<E>[] {
  const means = scores.map((matrix) => candidates.map((_, c) => mean(matrix.row(c))));
  const sign = greaterIsBetter ? 1 : -1;
  const worth = means[chosen].map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : sign * value));
  const byName = <T>(value: (scorer: number) => T): Record<string, T> =>
    Object.fromEntries(names.map((name, scorer) => [name, value(scorer)]));
  const sorted = worth.toSorted((a, b) => b - a);
  return candidates.map((params, c) => ({
    params,
    scores: byName((scorer) => scores[scorer].row(c)),
    mean: byName((scorer) => means[scorer][c]),
    std: byName((scorer) => deviation(scores[scorer].row(c))),
    rank: sorted.indexOf(worth[c]) + 1,
    fitSeconds: fitSeconds[c],
  }));
}

/** The first of the best. Throws {@link DataError} where no candidate has a score. */
export function bestOf(
  owner: string,
  results: readonly SearchResult<unknown>[],
  { names, chosen }: SearchChoice,
): number {
  const best = results.findIndex(({ rank, mean }) => rank === 1 && !Number.isNaN(mean[names[chosen]]));
  if (best < 0)
    throw new DataError(owner, `a candidate must have a '${names[chosen]}' score, received NaN for all`);
  return best;
}
