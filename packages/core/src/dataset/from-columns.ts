import { toColumn } from "./column-build.js";
import { Dataset, type DatasetFor } from "./dataset.js";
import { type NamedColumns, namedEntries } from "./named-columns.js";
import type { ExactRoles, Roles } from "./roles.js";

/**
 * A dataset from named columns: typed arrays (shared, not copied), plain arrays, or columns made by
 * `numeric`, `categorical`, `text`, `sequence`, `tensor`, `sparse` and `timestamp`.
 * Plain numbers and booleans become numeric, strings categorical, Dates timestamps.
 *
 * Columns stand in the order of the object's keys, but JavaScript puts keys that are whole numbers in front: where
 * names are such as "10" and "2" and their order matters, give a Map or a list of [name, column] pairs.
 *
 * @throws DataError for columns of unequal length, mixed values, columns whose parts don't fit each other (a code without
 * a category, offsets that fall), or a role that names no column; ParamError for a role that does not exist.
 * @example
 * const data = fromColumns(
 *   { amount: Float64Array.of(12, 80), note: text(["rent", "gift"]), fraud: [0, 1] },
 *   { target: "fraud" },
 * );
 * fromColumns([["10", [1, 2]], ["2", [3, 4]]]).names; // ["10", "2"]
 */
export function fromColumns<const R extends Roles = Roles>(
  columns: NamedColumns,
  roles?: ExactRoles<R>,
): DatasetFor<R> {
  const made = namedEntries("fromColumns", columns).map(
    ([name, values]) => [name, toColumn(name, values)] as const,
  );
  return Dataset.create<R>(made, roles);
}
