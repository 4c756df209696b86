import { type ColumnLike, toColumn } from "./column-build.js";
import { Dataset, type DatasetFor, type Roles } from "./dataset.js";

/**
 * A dataset from named columns: typed arrays (shared, not copied), plain arrays, or columns made by
 * `numeric`, `categorical`, `text`, `sequence`, `tensor`, `sparse` and `timestamp`.
 * Plain numbers and booleans become numeric, strings categorical, Dates timestamps.
 *
 * @throws DataError for columns of unequal length, mixed values, or a role that names no column.
 * @example
 * const data = fromColumns(
 *   { amount: Float64Array.of(12, 80), note: text(["rent", "gift"]), fraud: [0, 1] },
 *   { target: "fraud" },
 * );
 */
export function fromColumns<const R extends Roles = Roles>(
  columns: Readonly<Record<string, ColumnLike>>,
  roles?: R,
): DatasetFor<R> {
  return Dataset.create<R>(
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, toColumn(name, values)])),
    roles,
  );
}
