import { DataError, describe } from "../errors.js";
import { requireDataset } from "../guard.js";
import type { Dataset } from "./dataset.js";

/**
 * The rows of a dataset in runs of `size` (the last may be shorter), as views that copy nothing.
 *
 * @throws DataError for a size that is not a whole number >= 1.
 * @example
 * const data = fromColumns({ x: Array.from({ length: 2500 }, (_, i) => i) });
 * const sizes: number[] = [];
 * for (const batch of batches(data, 1024)) sizes.push(batch.rows);
 * sizes; // [1024, 1024, 452]
 */
export function batches<D extends Dataset>(data: D, size: number): Generator<D, void> {
  requireDataset("batches", data);
  if (!(Number.isInteger(size) && size >= 1))
    throw new DataError("batches", `size must be a whole number >= 1, received ${describe(size)}`);
  return runs(data, size);
}

function* runs<D extends Dataset>(data: D, size: number): Generator<D, void> {
  for (let start = 0; start < data.rows; start += size) yield data.slice(start, start + size);
}
