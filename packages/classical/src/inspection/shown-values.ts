import { type Column, type Dataset, denseNames, tensorWidth } from "@strata-ml/core";

/** A feature's values as a plot shows them: a number, a category, or null for a missing one. */
export type ShownValue = number | string | null;

/** The values of some rows, by column of the feature matrix. */
export function shownValues(data: Dataset, rows: readonly number[]): ShownValue[][] {
  const some = data.take(rows);
  return some.namesOf("feature").flatMap((name) => {
    const width = denseNames([some.schemaOf(name)]).length;
    const column = some.column(name);
    return Array.from({ length: width }, (_, j) => rows.map((_, i) => shownValue(column, i, j)));
  });
}

function shownValue(column: Column, row: number, part: number): ShownValue {
  if (column.kind === "categorical")
    return column.codes[row] < 0 ? null : column.categories[column.codes[row]];
  if (column.kind === "numeric") return orNull(column.values[row]);
  if (column.kind === "tensor") return orNull(column.values[row * tensorWidth(column.shape) + part]);
  if (column.kind !== "sparse") return null;
  const { offsets, indices, values } = column;
  for (let p = offsets[row]; p < offsets[row + 1]; p++) if (indices[p] === part) return values[p];
  return 0;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** A value in a label: numbers to four digits. */
export function labelOf(value: ShownValue): string {
  if (value === null) return "missing";
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
}
