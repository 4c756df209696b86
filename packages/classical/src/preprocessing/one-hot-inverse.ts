import { type Column, type ColumnKind, DataError, type Dataset, type SparseColumn } from "@strata-ml/core";
import { columnOfCategories } from "./grouped-category.js";
import type { OneHotFeature } from "./one-hot-layout.js";

/**
 * One original column from its outputs: the category of the largest positive output of each row.
 *
 * @throws DataError for a row without any, where neither a dropped nor an unknown category can be meant.
 */
export function decodeOneHot(
  owner: string,
  feature: OneHotFeature,
  kind: ColumnKind,
  data: Dataset,
  block: SparseColumn | undefined,
  names: readonly string[],
): Column {
  const { labels, start, dropped } = feature;
  const best = new Int32Array(data.rows).fill(-1);
  const largest = new Float64Array(data.rows);
  const see = (row: number, at: number, value: number): void => {
    if (value <= largest[row]) return;
    largest[row] = value;
    best[row] = at;
  };
  if (block !== undefined) {
    if (block.width !== names.length)
      throw new DataError(owner, `the block must have ${names.length} outputs, received ${block.width}`);
    for (let i = 0; i < data.rows; i++) {
      for (let p = block.offsets[i]; p < block.offsets[i + 1]; p++) {
        const at = block.indices[p] - start;
        if (at >= 0 && at < labels.length) see(i, at, block.values[p]);
      }
    }
  } else {
    labels.forEach((_, at) =>
      data.column(names[start + at], "numeric").values.forEach((v, i) => see(i, at, v)),
    );
  }
  const none = dropped === undefined && feature.knownOnly ? best.indexOf(-1) : -1;
  if (none >= 0)
    throw new DataError(
      owner,
      `one output of feature '${feature.name}' must be positive in each row, received none at row ${none}`,
    );
  return columnOfCategories(
    kind,
    Array.from(best, (at) => (at >= 0 ? feature.sources[at] : (dropped ?? null))),
  );
}
