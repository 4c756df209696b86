import { type Column, type ColumnKind, tensorWidth } from "../dataset/column.js";
import { categorical, numeric } from "../dataset/column-build.js";
import type { Dataset } from "../dataset/dataset.js";

/** A copy of a column with `value` in the first cell of a row that holds a number; undefined for kinds that hold none there. */
export function withNumber(column: Column, row: number, value: number): Column | undefined {
  switch (column.kind) {
    case "numeric":
    case "timestamp":
      return put(column, row, value);
    case "tensor":
      return put(column, row * tensorWidth(column.shape), value);
    case "sparse":
      return column.offsets[row] < column.offsets[row + 1]
        ? put(column, column.offsets[row], value)
        : undefined;
    case "sequence": {
      const field = column.fields.findIndex(({ kind }) => kind === "numeric");
      if (field < 0 || column.offsets[row] === column.offsets[row + 1]) return undefined;
      return put(column, column.offsets[row] * column.fields.length + field, value);
    }
    default:
      return undefined;
  }
}

function put<C extends Extract<Column, { values: Float64Array | Float32Array }>>(
  column: C,
  at: number,
  value: number,
): C {
  const values = column.values.slice();
  values[at] = value;
  return { ...column, values };
}

/** A copy of a column in which a row is missing: NaN, code -1 or null. */
export function withMissing(column: Column, row: number): Column | undefined {
  if (column.kind === "categorical")
    return { ...column, codes: column.codes.map((code, i) => (i === row ? -1 : code)) };
  if (column.kind === "text")
    return { ...column, values: column.values.map((value, i) => (i === row ? null : value)) };
  return withNumber(column, row, Number.NaN);
}

/** A copy of a column in which every `step`-th row from `from` is missing. */
export function withHoles(column: Column, rows: number, step: number, from: number): Column {
  let out = column;
  for (let row = from; row < rows; row += step) out = withMissing(out, row) ?? out;
  return out;
}

/** The same values under dictionaries in the opposite order, with one category more that no row has. */
export function withOtherDictionary(column: Column): Column | undefined {
  if (column.kind === "categorical") {
    const categories = ["never seen", ...column.categories].reverse();
    const last = column.categories.length - 1;
    return { ...column, categories, codes: column.codes.map((code) => (code < 0 ? -1 : last - code)) };
  }
  if (column.kind !== "sequence" || column.fields.every(({ kind }) => kind === "numeric")) return undefined;
  const width = column.fields.length;
  const values = column.values.slice();
  const fields = column.fields.map((field, f) => {
    if (field.categories === undefined) return field;
    const last = field.categories.length - 1;
    for (let k = f; k < values.length; k += width) if (values[k] >= 0) values[k] = last - values[k];
    return { ...field, categories: ["never seen", ...field.categories].reverse() };
  });
  return { ...column, fields, values };
}

/** The same column with numbers in the other float type; float64 ones hold the numbers that float32 can. */
export function asFloat(column: Column, type: typeof Float32Array | typeof Float64Array): Column | undefined {
  if (column.kind !== "numeric" && column.kind !== "tensor") return undefined;
  return { ...column, values: type.from(Float32Array.from(column.values)) };
}

/** A column of the same rows and of another kind. */
export function ofOtherKind(kind: ColumnKind, rows: number): Column {
  return kind === "numeric"
    ? categorical(Array.from({ length: rows }, () => "word"))
    : numeric(new Float64Array(rows));
}

/** A copy in which row 0 has no words, steps or stored values; undefined for kinds that always have some. */
export function withEmptyRow(column: Column): Column | undefined {
  if (column.kind === "text")
    return { ...column, values: column.values.map((value, i) => (i === 0 ? "" : value)) };
  if (column.kind !== "sparse" && column.kind !== "sequence") return undefined;
  const cut = column.offsets[1];
  const offsets = column.offsets.map((offset, i) => (i === 0 ? 0 : offset - cut));
  if (column.kind === "sequence")
    return { ...column, offsets, values: column.values.slice(cut * column.fields.length) };
  return { ...column, offsets, indices: column.indices.slice(cut), values: column.values.slice(cut) };
}

/** A dataset with some of its features changed; those for which `change` gives undefined stay. */
export function mapFeatures(data: Dataset, change: (column: Column) => Column | undefined): Dataset {
  const changed: Record<string, Column> = {};
  for (const name of data.namesOf("feature")) {
    const column = change(data.column(name));
    if (column !== undefined) changed[name] = column;
  }
  return data.with(changed);
}
