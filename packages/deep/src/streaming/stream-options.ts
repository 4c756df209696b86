import { type Dataset, describe, type LabelledDataset, ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import type { NetworkFitOptions } from "../estimators/network-fit-options.js";

/**
 * Gives the rows of an epoch, counted from 1, chunk by chunk: datasets of the same columns. It is called anew for every epoch, and
 * once before the first (as for epoch 1) where preprocessing learns from its first rows.
 */
export type StreamSource<D extends Dataset = LabelledDataset> = (
  epoch: number,
) => AsyncIterable<D> | Iterable<D>;

/** What a fit on a stream takes besides its source. */
export interface StreamFitOptions<D extends Dataset = LabelledDataset> extends NetworkFitOptions<D> {
  /** Rows from which preprocessing, classes, class weights and the scale of the target are learnt. Default: the first `adaptRows` of the source. */
  readonly adapt?: D;
  /** Default 10,000. */
  readonly adaptRows?: number;
  /** Rows that wait in memory to be drawn at random; 1 takes them as they come. Default 10,000. */
  readonly shuffleRows?: number;
  /** Steps whose rows are read and encoded ahead. Default 2. */
  readonly prefetch?: number;
  /** Rows of an epoch, where they are known: for progress, and for schedules that end with the fit. */
  readonly epochRows?: number;
}

const schema = z.object({
  adaptRows: z.int().min(1).default(10_000),
  shuffleRows: z.int().min(1).default(10_000),
  prefetch: z.int().min(0).max(1000).default(2),
  epochRows: z.int().min(1).optional(),
});
export type StreamSettings = Readonly<z.output<typeof schema>>;

/** The options of a stream with their defaults; throws {@link ParamError} for those that can't be. */
export function streamSettings(
  owner: string,
  source: StreamSource<Dataset>,
  { adaptRows, shuffleRows, prefetch, epochRows }: StreamFitOptions<Dataset>,
): StreamSettings {
  if (typeof source !== "function")
    throw new ParamError(
      owner,
      `the source must be a function that gives the chunks of an epoch, received ${describe(source)}`,
    );
  return parseParams(owner, schema, { adaptRows, shuffleRows, prefetch, epochRows });
}
