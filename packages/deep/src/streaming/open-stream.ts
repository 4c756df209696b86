import { concatDatasets, DataError, type Dataset, FitRun, requireDataset } from "@strata-ml/core";
import { ChunkReader } from "./chunk-reader.js";
import {
  type StreamFitOptions,
  type StreamSettings,
  type StreamSource,
  streamSettings,
} from "./stream-options.js";

/** A stream whose first rows are known. */
export interface OpenStream<D extends Dataset> {
  readonly source: StreamSource<Dataset>;
  readonly settings: StreamSettings;
  /** The rows that preprocessing learns from. */
  readonly adapted: D;
  readonly chunkOf: (chunk: Dataset) => D;
}

/**
 * Checks the options of a fit on a stream, and reads the rows that preprocessing learns from where none are given.
 *
 * @param chunkOf what the estimator makes of a dataset of the stream; throws DataError for one that it can't learn from
 * @throws ParamError for options that can't be, DataError for a source without rows.
 */
export async function openStream<D extends Dataset>(
  owner: string,
  source: StreamSource<Dataset>,
  options: StreamFitOptions<Dataset>,
  chunkOf: (chunk: Dataset) => D,
): Promise<OpenStream<D>> {
  const run = new FitRun(owner, options);
  const settings = streamSettings(owner, source, options);
  const { adapt, signal } = options;
  if (adapt !== undefined) {
    requireDataset(owner, adapt, "adapt");
    return { source, settings, chunkOf, adapted: chunkOf(adapt) };
  }
  const reader = new ChunkReader({ owner, source, epoch: 1, signal, chunkOf });
  const parts: D[] = [];
  let rows = 0;
  try {
    while (rows < settings.adaptRows) {
      const chunk = await reader.next();
      if (chunk === undefined) break;
      const part = chunk.slice(0, settings.adaptRows - rows);
      const all =
        parts.length === 0 ? part : reader.checked(() => concatDatasets([parts[0].slice(0, 1), part]));
      parts.push(parts.length === 0 ? all : part);
      rows += part.rows;
      await run.breathe();
    }
  } finally {
    reader.close();
  }
  const [first, ...rest] = parts;
  if (first === undefined) throw new DataError(owner, "the source must give a row, received none in epoch 1");
  return { source, settings, chunkOf, adapted: concatDatasets([first, ...rest]) };
}
