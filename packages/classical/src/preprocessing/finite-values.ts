import { DataError, type Dataset, type DatasetSchema, type FloatArray, columnWidth } from "@strata-ml/core";

/** Throws {@link DataError} that names the first row of a column (of `width` numbers a row) with an infinite value; missing ones may be. */
export function requireNoInfinity(owner: string, name: string, values: FloatArray, width = 1): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    // Infinity less itself is NaN, and a NaN is no more equal to itself than its difference is to 0.
    if (value - value === 0 || value !== value) continue;
    throw new DataError(
      owner,
      `column '${name}' must be finite or missing, received ${value} at row ${Math.floor(k / width)}`,
    );
  }
}

/** The numbers of the numeric and tensor features, `width` a row; throws as {@link requireNoInfinity}. */
export function finiteColumns(
  owner: string,
  features: DatasetSchema,
  data: Dataset,
): { readonly values: FloatArray; readonly width: number }[] {
  return features.flatMap((schema) => {
    const column = data.column(schema.name);
    if (column.kind !== "numeric" && column.kind !== "tensor") return [];
    const width = columnWidth(schema);
    requireNoInfinity(owner, schema.name, column.values, width);
    return [{ values: column.values, width }];
  });
}
