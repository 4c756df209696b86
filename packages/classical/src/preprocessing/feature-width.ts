import { type ColumnSchema, type DatasetSchema, tensorWidth } from "@strata-ml/core";

/** How many numbers a row of a column holds in a dense matrix. */
export function columnWidth(column: ColumnSchema): number {
  if (column.kind === "tensor") return tensorWidth(column.shape);
  return column.kind === "sparse" ? column.width : 1;
}

/** Columns of the dense matrix of these features, without making their names. */
export function featureWidth(features: DatasetSchema): number {
  return features.reduce((sum, column) => sum + columnWidth(column), 0);
}
