import { DataError } from "../errors.js";
import {
  type CategoricalColumn,
  type Column,
  type ColumnOf,
  type FloatArray,
  tensorWidth,
} from "./column.js";

/** The rows of a column at `index`, in that order; repeats are allowed. */
export function takeColumn(column: Column, index: Int32Array): Column {
  switch (column.kind) {
    case "numeric":
    case "timestamp":
      return { ...column, values: gather(column.values, index, 1) } as Column;
    case "categorical": {
      const codes = new Int32Array(index.length);
      for (let i = 0; i < codes.length; i++) codes[i] = column.codes[index[i]];
      return { ...column, codes };
    }
    case "text":
      return { ...column, values: Array.from(index, (row) => column.values[row]) };
    case "tensor":
      return { ...column, values: gather(column.values, index, tensorWidth(column.shape)) };
    case "sequence": {
      const width = column.fields.length;
      const offsets = takeOffsets(column.offsets, index);
      const values = sameType(column.values, offsets[index.length] * width);
      for (let i = 0; i < index.length; i++) {
        const from = column.offsets[index[i]] * width;
        values.set(column.values.subarray(from, column.offsets[index[i] + 1] * width), offsets[i] * width);
      }
      return { ...column, offsets, values };
    }
    case "sparse": {
      const offsets = takeOffsets(column.offsets, index);
      const indices = new Int32Array(offsets[index.length]);
      const values = new Float64Array(offsets[index.length]);
      for (let i = 0; i < index.length; i++) {
        const from = column.offsets[index[i]];
        const to = column.offsets[index[i] + 1];
        indices.set(column.indices.subarray(from, to), offsets[i]);
        values.set(column.values.subarray(from, to), offsets[i]);
      }
      return { ...column, offsets, indices, values };
    }
  }
}

/** Rows `start` to `end` of a column; typed arrays are shared, not copied. */
export function sliceColumn(column: Column, start: number, end: number): Column {
  switch (column.kind) {
    case "numeric":
    case "timestamp":
      return { ...column, values: column.values.subarray(start, end) } as Column;
    case "categorical":
      return { ...column, codes: column.codes.subarray(start, end) };
    case "text":
      return { ...column, values: column.values.slice(start, end) };
    case "tensor": {
      const width = tensorWidth(column.shape);
      return { ...column, values: column.values.subarray(start * width, end * width) };
    }
    case "sequence": {
      const width = column.fields.length;
      const { offsets, from, to } = sliceOffsets(column.offsets, start, end);
      return { ...column, offsets, values: column.values.subarray(from * width, to * width) };
    }
    case "sparse": {
      const { offsets, from, to } = sliceOffsets(column.offsets, start, end);
      return {
        ...column,
        offsets,
        indices: column.indices.subarray(from, to),
        values: column.values.subarray(from, to),
      };
    }
  }
}

/** One column under another; dictionaries of categorical columns are merged, everything else must agree. */
export function concatColumns(name: string, parts: readonly Column[]): Column {
  const first = parts[0];
  for (const part of parts) {
    if (part.kind !== first.kind) {
      throw new DataError(
        "Dataset",
        `column '${name}' must be ${first.kind} in every part, received ${part.kind}`,
      );
    }
  }
  switch (first.kind) {
    case "numeric":
      return { ...first, values: join((parts as ColumnOf<"numeric">[]).map((part) => part.values)) };
    case "timestamp":
      return {
        ...first,
        values: join((parts as ColumnOf<"timestamp">[]).map((part) => part.values)) as Float64Array,
      };
    case "text":
      return { ...first, values: (parts as ColumnOf<"text">[]).flatMap((part) => part.values) };
    case "categorical":
      return concatCategorical(parts as CategoricalColumn[]);
    case "tensor": {
      const tensors = parts as ColumnOf<"tensor">[];
      requireSame(
        name,
        "shape",
        tensors.map((part) => part.shape.join(" x ")),
      );
      return { ...first, values: join(tensors.map((part) => part.values)) };
    }
    case "sequence": {
      const sequences = parts as ColumnOf<"sequence">[];
      requireSame(
        name,
        "fields",
        sequences.map((part) => JSON.stringify(part.fields)),
      );
      return {
        ...first,
        offsets: joinOffsets(sequences),
        values: join(sequences.map((part) => part.values)),
      };
    }
    case "sparse": {
      const sparses = parts as ColumnOf<"sparse">[];
      requireSame(
        name,
        "width",
        sparses.map((part) => String(part.width)),
      );
      const indices = new Int32Array(sparses.reduce((n, part) => n + part.indices.length, 0));
      let at = 0;
      for (const part of sparses) {
        indices.set(part.indices, at);
        at += part.indices.length;
      }
      return {
        ...first,
        offsets: joinOffsets(sparses),
        indices,
        values: join(sparses.map((part) => part.values)) as Float64Array,
      };
    }
  }
}

function concatCategorical(parts: readonly CategoricalColumn[]): CategoricalColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(parts.reduce((n, part) => n + part.codes.length, 0));
  let at = 0;
  for (const part of parts) {
    const map = part.categories.map((category) => {
      if (!codeOf.has(category)) codeOf.set(category, codeOf.size);
      return codeOf.get(category)!;
    });
    for (const code of part.codes) codes[at++] = code < 0 ? -1 : map[code];
  }
  return { kind: "categorical", codes, categories: [...codeOf.keys()] };
}

function requireSame(name: string, what: string, values: readonly string[]): void {
  const odd = values.find((value) => value !== values[0]);
  if (odd !== undefined)
    throw new DataError(
      "Dataset",
      `column '${name}' must have ${what} ${values[0]} in every part, received ${odd}`,
    );
}

function sameType(like: FloatArray, length: number): FloatArray {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

function gather(values: FloatArray, index: Int32Array, width: number): FloatArray {
  const out = sameType(values, index.length * width);
  if (width === 1) for (let i = 0; i < index.length; i++) out[i] = values[index[i]];
  else
    for (let i = 0; i < index.length; i++)
      out.set(values.subarray(index[i] * width, (index[i] + 1) * width), i * width);
  return out;
}

function join(parts: readonly FloatArray[]): FloatArray {
  const length = parts.reduce((n, part) => n + part.length, 0);
  // Float32 only where every part is: a Float64 part must not lose digits.
  const out = parts.every((part) => part instanceof Float32Array)
    ? new Float32Array(length)
    : new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function takeOffsets(offsets: Int32Array, index: Int32Array): Int32Array {
  const out = new Int32Array(index.length + 1);
  for (let i = 0; i < index.length; i++) out[i + 1] = out[i] + offsets[index[i] + 1] - offsets[index[i]];
  return out;
}

function sliceOffsets(
  offsets: Int32Array,
  start: number,
  end: number,
): { offsets: Int32Array; from: number; to: number } {
  const from = offsets[start];
  const out = offsets.slice(start, end + 1);
  if (from !== 0) for (let i = 0; i < out.length; i++) out[i] -= from;
  return { offsets: out, from, to: offsets[end] };
}

function joinOffsets(parts: readonly { offsets: Int32Array }[]): Int32Array {
  const out = new Int32Array(parts.reduce((n, part) => n + part.offsets.length - 1, 0) + 1);
  let at = 0;
  for (const { offsets } of parts) {
    const base = out[at];
    for (let i = 1; i < offsets.length; i++) out[at + i] = base + offsets[i];
    at += offsets.length - 1;
  }
  return out;
}
