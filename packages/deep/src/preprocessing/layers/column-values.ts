import { type Column, DataError, type Dataset, type FloatArray } from "@strata-ml/core";

/** A numeric or tensor column as preprocessing layers read it: the numbers of each row, NaN where missing. */
export interface NumberValues {
  readonly name: string;
  readonly kind: "numbers";
  readonly values: FloatArray;
  /** Shape of one row; `[1]` of a numeric column. */
  readonly shape: readonly number[];
}

/** A categorical or text column: one string a row, null where missing. */
export interface StringValues {
  readonly name: string;
  readonly kind: "strings";
  readonly values: readonly (string | null)[];
}

export type ColumnValues = NumberValues | StringValues;

/** A column as layers read it; throws {@link DataError} for a kind that none reads. */
export function columnValues(owner: string, data: Dataset, name: string): ColumnValues {
  const column: Column = data.column(name);
  switch (column.kind) {
    case "numeric":
      return { name, kind: "numbers", values: column.values, shape: [1] };
    case "tensor":
      return { name, kind: "numbers", values: column.values, shape: column.shape };
    case "text":
      return { name, kind: "strings", values: column.values };
    case "categorical": {
      const { codes, categories } = column;
      return {
        name,
        kind: "strings",
        values: Array.from(codes, (code) => (code < 0 ? null : categories[code])),
      };
    }
    default:
      throw new DataError(owner, `column '${name}' must be of numbers or strings, received ${column.kind}`);
  }
}

/** Throws {@link DataError} for a number that is infinite, or, where `whole` is asked, not a whole one. */
export function requireNumbers(
  owner: string,
  { name, values, shape }: NumberValues,
  { whole = false }: { readonly whole?: boolean } = {},
): void {
  const width = shape.reduce((a, b) => a * b, 1);
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (Number.isNaN(value) || (whole ? Number.isInteger(value) : Math.abs(value) < Number.POSITIVE_INFINITY))
      continue;
    throw new DataError(
      owner,
      `column '${name}' must ${whole ? "hold whole numbers or missing ones" : "be finite or missing"}, received ${value} at row ${Math.floor(k / width)}`,
    );
  }
}
