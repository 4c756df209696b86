import type { ColumnValues, NumberValues, StringValues } from "./column-values.js";
import type { LayerCodes } from "./preprocessing-layer.js";

/** One code for each number or string of a column. */
export function codesByRow(column: NumberValues, codeOf: (value: number) => number): LayerCodes;
export function codesByRow(column: StringValues, codeOf: (value: string | null) => number): LayerCodes;
export function codesByRow(column: ColumnValues, codeOf: (value: never) => number): LayerCodes {
  const values = column.values as unknown as ArrayLike<never>;
  const width = column.kind === "numbers" ? column.shape.reduce((a, b) => a * b, 1) : 1;
  const codes = Int32Array.from(values, codeOf);
  return { codes, offsets: Int32Array.from({ length: codes.length / width + 1 }, (_, row) => row * width) };
}
