import { DataError } from "../errors.js";
import { FitRun } from "../estimator/fit-run.js";
import { anything, requireIs, requireOptions, type Rule, type Rules } from "../guard.js";
import { abortable } from "./abortable.js";
import { concatDatasets } from "./concat.js";
import { Dataset, type DatasetFor } from "./dataset.js";
import { fromColumns } from "./from-columns.js";
import type { NamedColumns } from "./named-columns.js";
import { type ReadOptions, readRules } from "./read-options.js";
import { type ExactRoles, requireRoles, type Roles } from "./roles.js";

export interface FromBatchesOptions<R extends Roles = Roles> extends ReadOptions {
  /** Default: the roles of the first batch. */
  readonly roles?: ExactRoles<R>;
}

const rules: Rules<FromBatchesOptions> = { ...readRules, roles: anything };
const aSource: Rule = {
  expected: "something to iterate",
  holds: (value) =>
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value),
};

/** What a source of batches gives: datasets, or their columns by name. */
export type Batch = Dataset | NamedColumns;

/**
 * One dataset from batches that come one by one: cursors of a database, pages of an API, files of a folder.
 * Dictionaries of categorical columns are merged.
 *
 * @throws DataError for a source without batches, and for batches whose columns differ in name or kind; ParamError for an
 * option or role that does not exist; rejects with `signal.reason` when aborted.
 * @example
 * async function* pages() {
 *   yield fromColumns({ amount: [12], fraud: [0] });
 *   yield fromColumns({ amount: [80], fraud: [1] });
 * }
 * const data = await fromBatches(pages(), { roles: { target: "fraud" } });
 * data.rows; // 2
 */
export async function fromBatches<const R extends Roles = Roles>(
  source: AsyncIterable<Batch> | Iterable<Batch>,
  options: FromBatchesOptions<R> = {},
): Promise<DatasetFor<R>> {
  const owner = "fromBatches";
  requireIs(owner, "the source", source, aSource);
  requireOptions(owner, options, rules);
  const { signal, onProgress, roles } = options;
  if (roles !== undefined) requireRoles(owner, roles);
  const run = new FitRun(owner, { ...(signal && { signal }) });
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
  if (first === undefined) throw new DataError(owner, "the source must give a batch, received none");
  const all = concatDatasets([first, ...rest]);
  return (roles === undefined ? all : all.withRoles(roles)) as DatasetFor<R>;
}
