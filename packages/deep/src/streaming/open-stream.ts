import { concatDatasets, DataError, FitRun, type LabelledDataset, requireDataset } from "@strata-ml/core";
import { ChunkReader } from "./chunk-reader.js";
import {
  type StreamFitOptions,
  type StreamSettings,
  type StreamSource,
  streamSettings,
} from "./stream-options.js";

/** A stream whose first rows are known. */
export interface OpenStream {
  readonly source: StreamSource;
  readonly settings: StreamSettings;
  /** The rows that preprocessing learns from. */
  readonly adapted: LabelledDataset;
}

/**
 * Checks the options of a fit on a stream, and reads the rows that preprocessing learns from where none are given.
 *
 * @throws ParamError for options that can't be, DataError for a source without rows.
 */
export async function openStream(
  owner: string,
  source: StreamSource,
  options: StreamFitOptions,
): Promise<OpenStream> {
  const run = new FitRun(owner, options);
  const settings = streamSettings(owner, source, options);
  const { adapt, signal } = options;
  if (adapt !== undefined) {
    requireDataset(owner, adapt, "adapt");
    return { source, settings, adapted: adapt.labelled(owner) };
  }
  const reader = new ChunkReader({ owner, source, epoch: 1, signal });
  const parts: LabelledDataset[] = [];
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
  return { source, settings, adapted: concatDatasets([first, ...rest]) };
}
