import type { Column, ColumnSchema, DatasetSchema, FloatArray } from "@strata-ml/core";
import { distinctNames } from "../preprocessing/output-names.js";

/** The name of each wanted indicator, unlike those of the features; undefined for a feature without one. */
export function indicatorNames(features: DatasetSchema, wanted: readonly boolean[]): (string | undefined)[] {
  const named = features.filter((_, j) => wanted[j]).map(({ name }) => `missingIndicator_${name}`);
  const names = distinctNames(
    named,
    features.map(({ name }) => name),
  );
  return wanted.map((has) => (has ? names.shift() : undefined));
}

/** 1 where a value is missing and 0 elsewhere; of a tensor column one element for each of `elements`. */
export function missingIndicator(schema: ColumnSchema, column: Column, elements: readonly number[]): Column {
  switch (column.kind) {
    case "categorical":
      return flags(column.codes.length, (row) => column.codes[row] < 0);
    case "text":
      return flags(column.values.length, (row) => column.values[row] === null);
    case "tensor": {
      const names = schema.kind === "tensor" ? schema.names : undefined;
      return {
        kind: "tensor",
        values: elementFlags(
          column.values,
          column.shape.reduce((a, b) => a * b, 1),
          elements,
        ),
        shape: [elements.length],
        names: elements.map((j) => `missingIndicator_${names?.[j] ?? `${schema.name}[${j}]`}`),
      };
    }
    case "numeric":
    case "timestamp":
      return flags(column.values.length, (row) => Number.isNaN(column.values[row]));
    default:
      return flags(column.offsets.length - 1, () => false);
  }
}

function flags(rows: number, isMissing: (row: number) => boolean): Column {
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = isMissing(row) ? 1 : 0;
  return { kind: "numeric", values };
}

function elementFlags(values: FloatArray, width: number, elements: readonly number[]): Float64Array {
  const rows = values.length / width;
  const out = new Float64Array(rows * elements.length);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (const j of elements) out[at++] = Number.isNaN(values[i * width + j]) ? 1 : 0;
  }
  return out;
}
