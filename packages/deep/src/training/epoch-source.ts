import type { Random } from "@strata-ml/core";
import type { RowSampler } from "./epoch-sampler.js";
import type { TrainingRows } from "./training-rows.js";

/** The rows of one step: numbers of rows of encoded ones. */
export interface StepRows {
  readonly source: TrainingRows;
  readonly rows: Int32Array;
}

/** Where the rows of the epochs come from. */
export interface EpochSource {
  /** Rows of an epoch; undefined where only its end tells. */
  readonly size: number | undefined;
  /** The rows of an epoch, counted from 1, in steps of `rows`, the last of which may have fewer; `random` is that epoch's own. */
  steps(epoch: number, random: Random, rows: number): AsyncIterable<StepRows> | Iterable<StepRows>;
}

/** Epochs over rows in memory, drawn by a sampler. */
export function sampledRows(source: TrainingRows, sampler: RowSampler): EpochSource {
  return {
    size: sampler.size,
    *steps(_, random, rows) {
      const order = sampler.rowsOf(random);
      for (let from = 0; from < order.length; from += rows)
        yield { source, rows: order.subarray(from, from + rows) };
    },
  };
}
