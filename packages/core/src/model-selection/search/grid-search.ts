import { z } from "zod";
import { defineCodec } from "../../artifact/codec.js";
import type { AnyEstimator } from "../../estimator/estimator.js";
import { combinations, gridSchema, type ParamGrid } from "./param-grid.js";
import { ParamSearch } from "./param-search.js";
import { searchModelCodec } from "./search-model.js";
import { searchFromJson, type SearchParams, searchParams } from "./search-params.js";

const params = z.strictObject({
  ...searchParams,
  paramGrid: z
    .union([gridSchema, z.array(gridSchema).min(1)])
    .describe("Values to try by param path; of several grids, each on its own"),
});

export interface GridSearchParams<E extends AnyEstimator> extends SearchParams<E> {
  /** Values to try by param path, every combination; of several grids, each on its own. */
  readonly paramGrid: ParamGrid<NoInfer<E>> | readonly ParamGrid<NoInfer<E>>[];
}

/**
 * Cross-validates an estimator with every combination of some params, then fits the best on all rows. It is an estimator of
 * the kind of the one it searches for, so that it can stand in a pipeline or be cross-validated itself.
 *
 * Where a validation part is held out (`validation`), early stopping works in every fold. With `FitOptions.executor` the
 * folds run there; it needs a `registry` to send estimators with.
 *
 * @throws ParamError when made, for a path or value that the estimator doesn't have.
 * @example
 * const x = Array.from({ length: 40 }, (_, i) => Math.sin(i));
 * const train = fromColumns({ x, y: x.map((value, i) => value + Math.cos(3 * i)) }, { target: "y" });
 * const search = new GridSearch({ estimator: new Ridge(), paramGrid: { alpha: [0.1, 1, 10] }, scoring: "r2", cv: 5 });
 * const model = await search.fit(train);
 * model.bestParams; // such as { alpha: 1 }
 * model.predict(fromColumns({ x: [0, 0.5] })); // Float64Array of 2
 */
export class GridSearch<E extends AnyEstimator = AnyEstimator> extends ParamSearch<E> {
  readonly type = "core/grid-search";

  constructor(input: GridSearchParams<E>) {
    super(params, input, "paramGrid", (owner, { paramGrid }) =>
      combinations(owner, Array.isArray(paramGrid) ? paramGrid : [paramGrid]),
    );
  }

  override with(patch: Partial<GridSearchParams<E>>): this {
    return super.with(patch);
  }
}

export const gridSearchCodec = defineCodec({
  type: "core/grid-search",
  state: z.null(),
  estimator: (json: Readonly<Record<string, unknown>>, restore) =>
    new GridSearch(searchFromJson(json, "paramGrid", restore)),
  ...searchModelCodec,
});
