import { type CategoricalColumn, type FloatArray, type TensorColumn, type TextColumn } from "@strata-ml/core";

/** Values with every NaN of element j of a row replaced by `fill[j]`; elements whose fill is NaN are left out. */
export function imputeNumbers(values: FloatArray, fill: Float64Array): FloatArray {
  const width = fill.length;
  const kept = keptElements(fill);
  const rows = values.length / width;
  const length = rows * kept.length;
  const out = values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (const j of kept) {
      const value = values[i * width + j];
      out[at++] = value === value ? value : fill[j];
    }
  }
  return out;
}

/** The elements that have a fill. */
export function keptElements(fill: Float64Array): number[] {
  return Array.from(fill.keys()).filter((j) => !Number.isNaN(fill[j]));
}

export function imputeTensor(column: TensorColumn, fill: Float64Array): TensorColumn {
  const kept = keptElements(fill);
  const values = imputeNumbers(column.values, fill);
  if (kept.length === fill.length) return { ...column, values };
  const names = column.names?.filter((_, j) => !Number.isNaN(fill[j]));
  return { kind: "tensor", values, shape: [kept.length], ...(names && { names }) };
}

/** With missing codes replaced by that of `fill`, which joins the dictionary where it is not in it. */
export function imputeCategorical(column: CategoricalColumn, fill: string): CategoricalColumn {
  const found = column.categories.indexOf(fill);
  const code = found < 0 ? column.categories.length : found;
  return {
    kind: "categorical",
    codes: column.codes.map((held) => (held < 0 ? code : held)),
    categories: found < 0 ? [...column.categories, fill] : column.categories,
  };
}

export function imputeText(column: TextColumn, fill: string): TextColumn {
  return { kind: "text", values: column.values.map((value) => value ?? fill) };
}
