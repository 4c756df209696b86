import { z } from "zod";
import { FitRun } from "../../estimator/fit-run.js";
import { parseParams } from "../../estimator/params.js";
import { ParamError } from "../../errors.js";
import { anObject, requireIs } from "../../guard.js";
import type { DatasetFor } from "../dataset.js";
import type { Roles } from "../roles.js";
import { type CsvOptions, planCsv } from "./csv-options.js";
import { blocksOf, type CsvSource, requireSource } from "./csv-source.js";
import { CsvTable } from "./csv-table.js";

export interface CsvBatchOptions<R extends Roles = Roles> extends CsvOptions<R> {
  /** Rows of a batch (the last one may have fewer); default 65,536. */
  readonly batchRows?: number;
}

const batchSchema = z.strictObject({ batchRows: z.int().min(1).default(65_536) });

/**
 * A CSV as datasets of `batchRows` rows each, for data larger than memory; a text without rows gives one empty batch.
 * Kinds that `kinds` does not give are those of the first batch, and a later cell that does not fit is an error.
 * Dictionaries of categorical columns grow in order of appearance, so a code means the same in every batch.
 *
 * @throws ParamError for an option or role that can't be; DataError for what is no source; ParseError, while iterating, as {@link readCsv} does.
 * @example
 * const csv = "amount,country\n12.5,NL\n80,DE\n3,NL\n";
 * let rows = 0;
 * for await (const batch of csvBatches(csv, { kinds: { amount: "numeric" }, batchRows: 2 })) rows += batch.rows;
 * rows; // 3
 */
export function csvBatches<const R extends Roles = Roles>(
  source: CsvSource,
  options: CsvBatchOptions<R> = {},
): AsyncGenerator<DatasetFor<R>, void> {
  const owner = "csvBatches";
  const { batchRows, rest } = splitBatchOptions(owner, options);
  return csvTables({ owner, batchRows }, source, rest);
}

export function splitBatchOptions<R extends Roles>(
  owner: string,
  options: CsvBatchOptions<R>,
): { readonly batchRows: number; readonly rest: CsvOptions<R> } {
  requireIs(owner, "options", options, anObject, ParamError);
  const { batchRows, ...rest } = options;
  return { batchRows: parseParams(owner, batchSchema, { batchRows }).batchRows, rest };
}

/** Who reads: the owner of errors, the file they name, rows a batch (Infinity: all in one, dictionaries sorted). */
export interface CsvRun {
  readonly owner: string;
  readonly origin?: string;
  readonly batchRows: number;
}

export function csvTables<R extends Roles>(
  { owner, origin, batchRows }: CsvRun,
  source: CsvSource,
  options: CsvOptions<R>,
): AsyncGenerator<DatasetFor<R>, void> {
  requireSource(owner, source);
  const table = new CsvTable(owner, planCsv(owner, options), batchRows, origin);
  return read(owner, table, source, options, batchRows === Number.POSITIVE_INFINITY);
}

async function* read<R extends Roles>(
  owner: string,
  table: CsvTable,
  source: CsvSource,
  { signal, onProgress }: CsvOptions<R>,
  whole: boolean,
): AsyncGenerator<DatasetFor<R>, void> {
  const run = new FitRun(owner, { ...(signal && { signal }) });
  const take = (): DatasetFor<R> => table.take(whole) as DatasetFor<R>;
  let bytes = 0;
  let given = 0;
  for await (const block of blocksOf(owner, source, signal)) {
    bytes += block.length;
    table.feed(block);
    for (; table.fill(false); given++) yield take();
    onProgress?.({ rows: table.total, bytes });
    if (table.finished) break;
    await run.breathe();
  }
  for (; table.fill(true); given++) yield take();
  onProgress?.({ rows: table.total, bytes });
  if (table.holdsRows || given === 0) yield take();
}
