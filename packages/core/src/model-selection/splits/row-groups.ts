import type { Dataset } from "../../dataset/dataset.js";
import { DataError } from "../../errors.js";
import { requireDataset } from "../../guard.js";

/** Which group each row is of: numbers from 0 in the ascending order of the group's values. */
interface RowGroups {
  readonly codes: Int32Array;
  readonly count: number;
}

/**
 * The groups of the column with the group role: numeric, categorical, text or timestamp.
 *
 * @throws DataError for what is no dataset, where there is no such column, it is of another kind, or a value is missing.
 */
export function rowGroups(owner: string, data: Dataset): RowGroups {
  requireDataset(owner, data);
  const column = data.group;
  if (column === undefined)
    throw new DataError(owner, "the dataset must have a column with the group role, received none");
  if (column.kind === "categorical")
    return encode(
      owner,
      Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code])),
    );
  if (column.kind === "numeric" || column.kind === "timestamp" || column.kind === "text")
    return encode(owner, column.values);
  throw new DataError(
    owner,
    `the group column must be numeric, categorical, text or timestamp, received ${column.kind}`,
  );
}

function encode(owner: string, values: ArrayLike<number | string | null>): RowGroups {
  const seen = new Set<number | string>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || Number.isNaN(value))
      throw new DataError(owner, `the group must not be missing, received a missing value at row ${row}`);
    seen.add(value);
  }
  const groups = [...seen].sort((a, b) => (a < b ? -1 : 1));
  const place = new Map(groups.map((group, code) => [group, code]));
  const codes = new Int32Array(values.length);
  for (let row = 0; row < codes.length; row++) codes[row] = place.get(values[row]!)!;
  return { codes, count: groups.length };
}

/** Throws {@link DataError} for fewer groups than needed. */
export function requireGroups(owner: string, { count }: RowGroups, least: number): void {
  if (count < least) throw new DataError(owner, `there must be at least ${least} groups, received ${count}`);
}
