import type { DatasetFor } from "../dataset.js";
import type { Roles } from "../roles.js";
import { csvTables } from "./csv-batches.js";
import type { CsvOptions } from "./csv-options.js";
import type { CsvSource } from "./csv-source.js";

/**
 * A dataset from CSV text (RFC 4180, UTF-8): a string, bytes, or a stream of blocks that may end anywhere.
 *
 * A column whose kind `kinds` does not give is numeric if every cell that is not missing is a number as `Number` reads
 * it, timestamp if every one is an ISO 8601 date, else categorical (dictionary sorted) up to `maxCategories` distinct
 * values and text beyond. Kinds that are given make reading leaner: inferred columns are kept as bytes until the end.
 * An integer that a double can't hold exactly, such as 9007199254740993, is no number: two identifiers would become one.
 *
 * @throws ParseError with line and column (which counts cells) for a record with more or fewer cells than the header, a
 * cell that its kind does not allow, a quote that is not closed or not at the end of its cell, text that is not UTF-8,
 * columns that are absent or named twice, and empty text; ParamError for an option or role that can't be; DataError for
 * what is no source.
 * @example
 * const data = await readCsv("amount,country,fraud\n12.5,NL,0\n80,DE,1\n", { roles: { target: "fraud" } });
 */
export async function readCsv<const R extends Roles = Roles>(
  source: CsvSource,
  options: CsvOptions<R> = {},
): Promise<DatasetFor<R>> {
  return readWhole("readCsv", source, options);
}

/** The only table of a source. */
export async function readWhole<R extends Roles>(
  owner: string,
  source: CsvSource,
  options: CsvOptions<R>,
  origin?: string,
): Promise<DatasetFor<R>> {
  const run = { owner, batchRows: Number.POSITIVE_INFINITY, ...(origin !== undefined && { origin }) };
  const tables = csvTables(run, source, options);
  const { value } = await tables.next();
  await tables.return(undefined);
  return value as DatasetFor<R>;
}
