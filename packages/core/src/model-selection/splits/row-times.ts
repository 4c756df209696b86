import type { Dataset } from "../../dataset/dataset.js";
import type { FloatArray } from "../../dataset/column.js";
import { DataError } from "../../errors.js";
import { requireDataset } from "../../guard.js";

/**
 * The values of the column with the time role: a timestamp (milliseconds) or a numeric one.
 *
 * @throws DataError for what is no dataset, where there is no such column, it is of another kind, or a time is missing.
 */
export function rowTimes(owner: string, data: Dataset): FloatArray {
  requireDataset(owner, data);
  const column = data.time;
  if (column === undefined)
    throw new DataError(owner, "the dataset must have a column with the time role, received none");
  if (column.kind !== "timestamp" && column.kind !== "numeric")
    throw new DataError(owner, `the time column must be timestamp or numeric, received ${column.kind}`);
  const missing = column.values.findIndex((value) => !Number.isFinite(value));
  if (missing >= 0)
    throw new DataError(
      owner,
      `the time must be finite, received ${column.values[missing]} at row ${missing}`,
    );
  return column.values;
}
