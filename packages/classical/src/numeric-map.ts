import { type Column, type Dataset, type FloatArray, tensorWidth } from "@strata-ml/core";

/**
 * Every number of the numeric and tensor features put through `change(value, j)`, where j counts the columns of
 * `denseFeatures`. Names, roles, block shapes and float width stay.
 */
export function mapNumeric(data: Dataset, change: (value: number, j: number) => number): Dataset {
  const changed: [string, Column][] = [];
  let at = 0;
  for (const name of data.namesOf("feature")) {
    const column = data.column(name);
    if (column.kind !== "numeric" && column.kind !== "tensor") continue;
    const width = column.kind === "tensor" ? tensorWidth(column.shape) : 1;
    const values: FloatArray = column.values.slice();
    for (let k = 0; k < values.length; k++) values[k] = change(values[k], at + (k % width));
    changed.push([name, { ...column, values }]);
    at += width;
  }
  return data.with(Object.fromEntries(changed));
}
