import { type Column } from "../dataset/column.js";
import { tensor } from "../dataset/column-build.js";
import { Dataset } from "../dataset/dataset.js";

/** Outputs with sparse blocks written out, so that they compare with dense ones. */
export function denseOutputs(observed: Dataset): Dataset {
  return Dataset.create(
    Object.fromEntries(observed.names.map((name) => [name, dense(observed.column(name))])),
  );
}

/** A sparse column as a dense block; any other as it is. */
export function dense(column: Column): Column {
  if (column.kind !== "sparse") return column;
  const rows = column.offsets.length - 1;
  const values = new Float64Array(rows * column.width);
  for (let i = 0; i < rows; i++) {
    for (let p = column.offsets[i]; p < column.offsets[i + 1]; p++)
      values[i * column.width + column.indices[p]] = column.values[p];
  }
  return tensor(values, [column.width]);
}
