import {
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  type Random,
  sampleWeights,
} from "@strata-ml/core";
import { type LearningRows, weightedRows } from "../estimators/learning-rows.js";
import { requireNoHuge } from "../preprocessing/huge-values.js";
import type { EpochSource, StepRows } from "../training/epoch-source.js";
import type { TrainingRows } from "../training/training-rows.js";
import { ChunkReader } from "./chunk-reader.js";
import { ShufflePool } from "./shuffle-pool.js";
import type { StreamSettings, StreamSource } from "./stream-options.js";

/** A stream of rows that an estimator can read. */
export interface RowStream {
  readonly source: StreamSource<Dataset>;
  readonly settings: StreamSettings;
  /** The rows that were learnt from before: every chunk has their target and weight columns. */
  readonly adapted: Dataset;
  readonly chunkOf: (chunk: Dataset) => Dataset;
  /** Columns that targets come from besides the target; every chunk that `chunkOf` gives has them. */
  readonly columns?: readonly string[];
  /** Targets and weights of rows; throws DataError for those that can't be learned from. */
  readonly rowsOf: (rows: Dataset) => LearningRows;
}

/** What turns the rows of a stream into those of a network. */
export interface StreamReading {
  readonly owner: string;
  readonly features: DatasetSchema;
  readonly encode: (rows: LearningRows) => Promise<TrainingRows>;
  readonly signal: AbortSignal | undefined;
}

/** Epochs over a stream: read, shuffled and encoded while the steps before are made. */
export function streamedRows(stream: RowStream, reading: StreamReading): EpochSource {
  const { prefetch, epochRows } = stream.settings;
  return {
    size: epochRows,
    steps: (epoch, random, rows) => {
      const { source, chunkOf } = stream;
      const { owner, signal } = reading;
      return ahead(new ChunkReader({ owner, source, epoch, signal, chunkOf }), prefetch, (reader) =>
        encodedSteps(stream, reading, reader, { epoch, random, size: rows }),
      );
    },
  };
}

/** The items that `make` gives, of which as many as `count` are asked for before they are needed. Closes the reader however it ends. */
async function* ahead<T>(
  reader: ChunkReader<Dataset>,
  count: number,
  make: (reader: ChunkReader<Dataset>) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const items = make(reader);
  const asked: Promise<IteratorResult<T, void>>[] = [];
  try {
    for (;;) {
      while (asked.length <= count) {
        const next = items.next();
        next.catch(() => {});
        asked.push(next);
      }
      const next = await asked.shift()!;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    reader.close();
  }
}

async function* encodedSteps(
  stream: RowStream,
  reading: StreamReading,
  reader: ChunkReader<Dataset>,
  { epoch, random, size }: { readonly epoch: number; readonly random: Random; readonly size: number },
): AsyncGenerator<StepRows, void> {
  const { rowsOf, settings } = stream;
  const { shuffleRows } = settings;
  const pool = new ShufflePool();
  const shuffle = shuffleRows > 1 ? random : undefined;
  let given = 0;
  for (let last = false; !last; ) {
    while (!last && pool.rows < Math.max(shuffleRows, size)) {
      const chunk = await reader.next();
      if (chunk === undefined) last = true;
      else {
        const used = reader.checked(() => usedRows(stream, reading, chunk));
        if (used.rows > 0) pool.add(used);
      }
    }
    for (const rows of pool.draw(size, shuffle, last)) {
      const source = await reading.encode(rowsOf(rows));
      given += rows.rows;
      yield { source, rows: Int32Array.from({ length: rows.rows }, (_, i) => i) };
    }
  }
  if (given === 0)
    throw new DataError(
      reading.owner,
      `the source must give rows in every epoch, received none in epoch ${epoch}: it must begin anew whenever it is called`,
    );
}

/** The rows of a chunk that training uses, with the columns that it uses; throws {@link DataError} for what it can't. */
function usedRows(
  { adapted, rowsOf, columns = [] }: RowStream,
  { owner, features }: StreamReading,
  chunk: Dataset,
): Dataset {
  alignFeatures(owner, features, chunk);
  const names = [...features.map(({ name }) => name), ...columns];
  for (const role of ["target", "weight"] as const) {
    const [[wanted], [got]] = [adapted.namesOf(role), chunk.namesOf(role)];
    if (wanted !== got)
      throw new DataError(
        owner,
        `the ${role} column must be ${wanted === undefined ? "left out" : `'${wanted}'`} as in the rows before, received ${got === undefined ? "none" : `'${got}'`}`,
      );
    if (wanted !== undefined) names.push(wanted);
  }
  const weights = sampleWeights(owner, chunk);
  requireNoHuge(owner, chunk, weights);
  const used = weightedRows(chunk, weights).select(names);
  if (used.rows > 0) rowsOf(used);
  return used;
}
