import { z } from "zod";
import { defineCodec } from "../../artifact/codec.js";
import type { AnyEstimator } from "../../estimator/estimator.js";
import { type Distribution, distributionSchema } from "./distributions.js";
import { drawCandidates, mostCandidates, type ParamDistributions } from "./param-grid.js";
import { ParamSearch } from "./param-search.js";
import { searchModelCodec } from "./search-model.js";
import { searchFromJson, type SearchParams, searchParams } from "./search-params.js";

const params = z.strictObject({
  ...searchParams,
  paramDistributions: z
    .record(z.string(), distributionSchema)
    .describe("Distributions, or lists of values, to draw from by param path"),
  nIter: z.int().min(1).max(mostCandidates).default(10).describe("Number of candidates"),
  seed: z.number().default(0).describe("Start of the random draws"),
});

export interface RandomizedSearchParams<E extends AnyEstimator> extends SearchParams<E> {
  /** Distributions (`uniform`, `logUniform`, `integer`, `choice`), or lists of values, to draw from by param path. */
  readonly paramDistributions: ParamDistributions<NoInfer<E>>;
  /** Number of candidates. Default 10. */
  readonly nIter?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Cross-validates an estimator with params drawn at random (Bergstra and Bengio 2012), then fits the best on all rows.
 * Everything else is as in {@link GridSearch}. Where all is lists, no candidate is drawn twice.
 *
 * @throws ParamError when made, for a path or value that the estimator doesn't have.
 * @example
 * const x = Array.from({ length: 40 }, (_, i) => Math.sin(i));
 * const train = fromColumns({ x, y: x.map((value, i) => value + Math.cos(3 * i)) }, { target: "y" });
 * const search = new RandomizedSearch({
 *   estimator: new Ridge(),
 *   paramDistributions: { alpha: logUniform(1e-3, 1e3) },
 *   nIter: 20,
 *   scoring: "negMeanSquaredError",
 * });
 * (await search.fit(train)).bestParams;
 */
export class RandomizedSearch<E extends AnyEstimator = AnyEstimator> extends ParamSearch<E> {
  readonly type = "core/randomized-search";

  constructor(input: RandomizedSearchParams<E>) {
    super(params, input, "paramDistributions", (owner, { paramDistributions, nIter, seed }) =>
      drawCandidates(
        owner,
        paramDistributions as Readonly<Record<string, Distribution<unknown>>>,
        nIter as number,
        seed as number,
      ),
    );
  }

  override with(patch: Partial<RandomizedSearchParams<E>>): this {
    return super.with(patch);
  }
}

export const randomizedSearchCodec = defineCodec({
  type: "core/randomized-search",
  state: z.null(),
  estimator: (json: Readonly<Record<string, unknown>>, restore) =>
    new RandomizedSearch(searchFromJson(json, "paramDistributions", restore)),
  ...searchModelCodec,
});
