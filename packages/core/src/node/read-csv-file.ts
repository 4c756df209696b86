import { basename } from "node:path";
import { type CsvBatchOptions, csvTables, splitBatchOptions } from "../dataset/csv/csv-batches.js";
import type { CsvOptions } from "../dataset/csv/csv-options.js";
import { readWhole } from "../dataset/csv/read-csv.js";
import type { DatasetFor } from "../dataset/dataset.js";
import type { ReadOptions } from "../dataset/read-options.js";
import type { Roles } from "../dataset/roles.js";
import { ParamError, ParseError } from "../errors.js";
import { anObject, requireIs } from "../guard.js";
import { type FilePosition, openBytes } from "./file-bytes.js";

/**
 * A dataset from a CSV file, gzipped or not (its first bytes tell), as `readCsv` reads it. Progress counts the bytes
 * of the file as they lie on disk.
 *
 * @throws ParseError as `readCsv` does, naming the file, and for a file that is absent or whose gzip data is damaged
 * or cut short.
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("payments.csv", "amount,note,fraud\n12.5,rent,0\n80,gift,1\n");
 * const data = await readCsvFile("payments.csv", { kinds: { note: "text" }, roles: { target: "fraud" } });
 */
export async function readCsvFile<const R extends Roles = Roles>(
  path: string,
  options: CsvOptions<R> = {},
): Promise<DatasetFor<R>> {
  const owner = "readCsvFile";
  requireIs(owner, "options", options, anObject, ParamError);
  const { position, blocks } = await openBytes(owner, path);
  try {
    return await readWhole(owner, blocks, { ...options, ...fileProgress(options, position) }, basename(path));
  } catch (error) {
    await blameTheFile(owner, path, error);
    throw error;
  }
}

/**
 * A CSV file, gzipped or not, in batches, as `csvBatches` gives them: for files larger than memory.
 *
 * @throws as {@link readCsvFile}, while iterating.
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("payments.csv", "amount,fraud\n12.5,0\n80,1\n3,0\n");
 * let rows = 0;
 * for await (const batch of csvFileBatches("payments.csv", { batchRows: 2 })) rows += batch.rows;
 * rows; // 3
 */
export async function* csvFileBatches<const R extends Roles = Roles>(
  path: string,
  options: CsvBatchOptions<R> = {},
): AsyncGenerator<DatasetFor<R>, void> {
  const owner = "csvFileBatches";
  const { batchRows, rest } = splitBatchOptions(owner, options);
  const { position, blocks } = await openBytes(owner, path);
  const run = { owner, batchRows, origin: basename(path) };
  try {
    yield* csvTables<R>(run, blocks, { ...rest, ...fileProgress(options, position) });
  } catch (error) {
    await blameTheFile(owner, path, error);
    throw error;
  }
}

/** Damaged gzip data may unpack to something before its checksum shows it: then that is the error, not the odd text. */
async function blameTheFile(owner: string, path: string, error: unknown): Promise<void> {
  if (!(error instanceof ParseError) || error.line === undefined) return;
  for await (const _ of (await openBytes(owner, path)).blocks);
}

function fileProgress({ onProgress }: ReadOptions, position: FilePosition): Pick<ReadOptions, "onProgress"> {
  return onProgress === undefined ? {} : { onProgress: ({ rows }) => onProgress({ rows, ...position }) };
}
