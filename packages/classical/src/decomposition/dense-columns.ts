import { type Column, columnWidth, type DatasetSchema } from "@strata-ml/core";

/** Numeric and tensor columns from the rows of their dense matrix. */
export function columnsOf(features: DatasetSchema, values: Float64Array, rows: number): [string, Column][] {
  const total = rows === 0 ? 0 : values.length / rows;
  let at = 0;
  return features.map((schema): [string, Column] => {
    const width = columnWidth(schema);
    const own = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      own.set(values.subarray(i * total + at, i * total + at + width), i * width);
    }
    at += width;
    if (schema.kind !== "tensor") return [schema.name, { kind: "numeric", values: own }];
    const { shape, names } = schema;
    return [schema.name, { kind: "tensor", values: own, shape, ...(names && { names }) }];
  });
}
