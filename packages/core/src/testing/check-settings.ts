import type { Registry } from "../artifact/registry.js";
import type { ColumnKind } from "../dataset/column.js";
import type { ColumnLike } from "../dataset/column-build.js";
import type { Executor } from "../executor/executor.js";
import type { SampleRows } from "./sample-rows.js";

/** What the suite must know of an estimator that its tags don't say. */
export interface CheckSettings {
  /** Holds the estimator's codec; without it the checks of artifacts and of params as JSON don't apply. */
  readonly registry?: Registry;
  /** Rows of the datasets to fit on, at least 30; default 90. Fewer make a slow estimator's run quicker. */
  readonly rows?: number;
  /** Kinds of feature columns to make; default: all of `tags.accepts`. */
  readonly kinds?: readonly ColumnKind[];
  /**
   * Makes the feature columns, for an estimator that needs others than those made for `kinds`. `u` and `v` carry
   * the signal: classes and clusters are blobs in their plane, a regression target is 2u - v plus noise. Must depend on
   * nothing but its argument.
   */
  readonly features?: (rows: SampleRows) => Readonly<Record<string, ColumnLike>>;
  /** Largest difference, absolute or relative, between a row's outputs in batches of other sizes; default 0: the same bits. */
  readonly tolerance?: number;
  /** Tensors alive now, of an estimator on an accelerator: it must be the same before and after every call. */
  readonly aliveTensors?: () => number;
  /** Executors on which a fit must give the same bits as inline. */
  readonly executors?: readonly Executor[];
}
