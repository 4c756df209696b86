import { z } from "zod";
import { type ParamAt, type ParamPatch, type ParamPath, withParams } from "../../estimator/composite.js";
import type { AnyEstimator } from "../../estimator/estimator.js";
import { ParamError, StrataError } from "../../errors.js";
import { Random } from "../../random.js";
import { type Distribution, draw, listedValues } from "./distributions.js";

/** Most candidates of a search: more are a mistake, or hostile. */
export const mostCandidates = 100_000;

/** Values to try by param path, such as `{ alpha: [0.1, 1] }` or, of a pipeline, `{ "model.alpha": [0.1, 1] }`. */
export type ParamGrid<E> = {
  readonly [Path in ParamPath<E>]?: readonly Exclude<ParamAt<E, Path>, undefined>[];
};

/** Distributions to draw from by param path. */
export type ParamDistributions<E> = {
  readonly [Path in ParamPath<E>]?: Distribution<Exclude<ParamAt<E, Path>, undefined>>;
};

export const gridSchema = z.record(z.string(), z.array(z.unknown()).min(1));
type LooseGrid = Readonly<Record<string, readonly unknown[]>>;

/** Every combination of the values of each grid, the last param changing fastest. */
export function combinations(owner: string, grids: readonly LooseGrid[]): Record<string, unknown>[] {
  const count = grids.reduce((sum, grid) => sum + sizeOf(grid), 0);
  if (count > mostCandidates)
    throw new ParamError(
      owner,
      `paramGrid must have at most ${mostCandidates} candidates, received ${count}`,
    );
  return grids.flatMap((grid) =>
    Object.entries(grid).reduce<Record<string, unknown>[]>(
      (partial, [path, values]) =>
        partial.flatMap((params) => values.map((value) => ({ ...params, [path]: value }))),
      [{}],
    ),
  );
}

function sizeOf(grid: LooseGrid): number {
  return Object.values(grid).reduce((product, values) => product * values.length, 1);
}

/** `nIter` random candidates; of lists alone none comes twice, and all come where there are no more than `nIter`. */
export function drawCandidates(
  owner: string,
  distributions: Readonly<Record<string, Distribution<unknown>>>,
  nIter: number,
  seed: number,
): Record<string, unknown>[] {
  const lists = Object.fromEntries(
    Object.entries(distributions).map(([path, distribution]) => [path, listedValues(distribution)]),
  );
  const finite = Object.values(lists).every((values) => values !== undefined);
  if (finite && sizeOf(lists as LooseGrid) <= nIter) return combinations(owner, [lists as LooseGrid]);
  const random = new Random(seed);
  const candidates: Record<string, unknown>[] = [];
  const places = new Set<string>();
  while (candidates.length < nIter) {
    const drawn = Object.entries(distributions).map(([path, distribution]) => {
      const values = lists[path];
      if (values === undefined) return { path, place: -1, value: draw(distribution, random) };
      const place = random.integer(values.length);
      return { path, place, value: values[place] };
    });
    const key = drawn.map(({ place }) => place).join();
    if (finite && places.has(key)) continue;
    places.add(key);
    candidates.push(Object.fromEntries(drawn.map(({ path, value }) => [path, value])));
  }
  return candidates;
}

/**
 * The estimator of each candidate, so that a bad value shows before anything is fitted.
 *
 * @throws ParamError that names the candidate.
 */
export function candidateEstimators<E extends AnyEstimator>(
  owner: string,
  estimator: E,
  candidates: readonly Readonly<Record<string, unknown>>[],
): E[] {
  return candidates.map((params) => {
    try {
      return withParams(estimator, params as ParamPatch<E>);
    } catch (cause) {
      if (!(cause instanceof StrataError)) throw cause;
      throw new ParamError(owner, `candidate ${describeParams(params)}: ${cause.message}`, { cause });
    }
  });
}

/** `{ alpha: 1, solver: "cg" }`, short enough for an error message. */
export function describeParams(params: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(params)
    .map(([path, value]) => `${path}: ${shown(value)}`)
    .join(", ");
  return text === "" ? "{}" : `{ ${text.length > 120 ? `${text.slice(0, 117)}...` : text} }`;
}

function shown(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  return json ?? String(value);
}
