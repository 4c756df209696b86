import { DataError } from "../errors.js";
import { FitRun } from "../estimator/fit-run.js";
import { abortable } from "./abortable.js";
import type { ColumnLike } from "./column-build.js";
import { concatDatasets } from "./concat.js";
import { Dataset, type DatasetFor, type Roles } from "./dataset.js";
import { fromColumns } from "./from-columns.js";
import type { ReadOptions } from "./read-options.js";

export interface FromBatchesOptions<R extends Roles = Roles> extends ReadOptions {
  /** Default: the roles of the first batch. */
  readonly roles?: R;
}

/** What a source of batches gives: datasets, or their columns by name. */
export type Batch = Dataset | Readonly<Record<string, ColumnLike>>;

/**
 * One dataset from batches that come one by one: cursors of a database, pages of an API, files of a folder.
 * Dictionaries of categorical columns are merged.
 *
 * @throws DataError for a source without batches, and for batches whose columns differ in name or kind; rejects with
 * `signal.reason` when aborted.
 * @example
 * const data = await fromBatches(pages(), { roles: { target: "fraud" } }); // async function* pages() { yield { amount: [1], fraud: [0] }; }
 */
export async function fromBatches<const R extends Roles = Roles>(
  source: AsyncIterable<Batch> | Iterable<Batch>,
  options: FromBatchesOptions<R> = {},
): Promise<DatasetFor<R>> {
  const { signal, onProgress, roles } = options;
  const run = new FitRun("fromBatches", { ...(signal && { signal }) });
  const parts: Dataset[] = [];
  let rows = 0;
  for await (const batch of abortable(source, signal)) {
    const part = batch instanceof Dataset ? batch : fromColumns(batch);
    parts.push(part);
    rows += part.rows;
    onProgress?.({ rows });
    await run.breathe();
  }
  const [first, ...rest] = parts;
  if (first === undefined) throw new DataError("fromBatches", "the source must give a batch, received none");
  const all = concatDatasets([first, ...rest]);
  return (roles === undefined ? all : all.withRoles(roles)) as DatasetFor<R>;
}
