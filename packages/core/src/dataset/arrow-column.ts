import { DataError } from "../errors.js";
import {
  type ArrowData,
  type ArrowField,
  type ArrowType,
  type ArrowVector,
  arrowTypes as is,
} from "./arrow-table.js";
import type { Column, FloatArray, SequenceField } from "./column.js";
import { categorical } from "./column-build.js";
import { rowColumn } from "./row-column.js";
import type { RowType } from "./row-type.js";

const strings: readonly number[] = [is.utf8, is.largeUtf8, is.utf8View];
const lists: readonly number[] = [is.list, is.largeList];

/** The column of an Arrow one; `wanted` overrides the kind that its type has. */
export function arrowColumn(owner: string, field: ArrowField, vector: ArrowVector, wanted?: RowType): Column {
  const { name, type } = field;
  if (wanted === undefined) {
    if (type.typeId === is.int || type.typeId === is.float) return numbers(owner, name, type, vector);
    if (type.typeId === is.dictionary && type.dictionary && strings.includes(type.dictionary.typeId))
      return dictionary(vector);
  }
  const values = Array.from(vector, (value) => plain(type, value));
  return rowColumn({ owner, name, values }, wanted ?? typeOf(owner, name, type));
}

/** What an Arrow type is read as. */
function typeOf(owner: string, name: string, type: ArrowType): RowType {
  const { typeId } = type;
  if (typeId === is.null || typeId === is.bool || typeId === is.decimal || isNumber(type)) return "numeric";
  if (strings.includes(typeId)) return "categorical";
  if (typeId === is.date || typeId === is.timestamp) return "timestamp";
  if (typeId === is.dictionary && type.dictionary) return typeOf(owner, name, type.dictionary);
  if (typeId === is.fixedSizeList) {
    const shape = shapeOf(type);
    if (shape !== undefined) return { kind: "tensor", shape };
  }
  if (lists.includes(typeId)) {
    const fields = stepFields(type.children![0].type);
    if (fields !== undefined) return { kind: "sequence", fields };
  }
  throw new DataError(
    owner,
    `column '${name}' must be of numbers, booleans, strings, dates, timestamps, or lists of numbers or of structs of those, received ${String(type)}: cast or leave it out`,
  );
}

const isNumber = ({ typeId }: ArrowType): boolean => typeId === is.int || typeId === is.float;

/** Shape of nested fixed-size lists of numbers. */
function shapeOf(type: ArrowType): number[] | undefined {
  if (isNumber(type)) return [];
  if (type.typeId !== is.fixedSizeList) return undefined;
  const inner = shapeOf(type.children![0].type);
  return inner && [type.listSize!, ...inner];
}

/** Fields of a step of a list: the members of a struct, or one field `value`. */
function stepFields(step: ArrowType): SequenceField[] | undefined {
  const members = step.typeId === is.struct ? step.children! : [{ name: "value", type: step }];
  const fields = members.map(({ name, type }): SequenceField | undefined => {
    if (isNumber(type) || type.typeId === is.bool || type.typeId === is.decimal)
      return { name, kind: "numeric" };
    const inner = type.typeId === is.dictionary ? type.dictionary?.typeId : type.typeId;
    return strings.includes(inner ?? 0) ? { name, kind: "categorical" } : undefined;
  });
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

/** An Arrow value as plain arrays, objects and numbers. */
function plain(type: ArrowType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type.typeId === is.decimal) return decimal(value as Uint32Array, type.scale ?? 0);
  const [child] = type.children ?? [];
  if (type.typeId === is.fixedSizeList)
    return Array.from(value as Iterable<unknown>, (item) => plain(child.type, item));
  if (!lists.includes(type.typeId)) return value;
  return Array.from(value as Iterable<unknown>, (step) => {
    if (child.type.typeId !== is.struct) return [plain(child.type, step)];
    const struct = step as Readonly<Record<string, unknown>> | null;
    return Object.fromEntries(child.type.children!.map((m) => [m.name, plain(m.type, struct?.[m.name])]));
  });
}

/** A decimal of little-endian 32-bit words in two's complement, as the nearest double. */
function decimal(words: Uint32Array, scale: number): number {
  const bits = words.reduce((sum, word, i) => sum + (BigInt(word) << BigInt(32 * i)), 0n);
  return Number(`${BigInt.asIntN(32 * words.length, bits)}e${-scale}`);
}

/** Numbers without going through values one by one; one batch of floats without nulls is shared, not copied. */
function numbers(owner: string, name: string, type: ArrowType, { data, length }: ArrowVector): Column {
  const half = type.typeId === is.float && type.precision === 0;
  const chunks = data.filter((chunk) => chunk.length > 0);
  if (chunks.length === 1 && chunks[0].nullCount === 0 && !half && isFloat(chunks[0].values))
    return { kind: "numeric", values: chunks[0].values.subarray(0, length) };
  const single = type.typeId === is.float && type.precision === 1;
  const out: FloatArray = single ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const chunk of chunks) {
    const values = chunk.values as ArrayLike<number | bigint>;
    for (let i = 0; i < chunk.length; i++, at++) {
      if (chunk.nullCount > 0 && !chunk.getValid(i)) out[at] = Number.NaN;
      else out[at] = half ? halfFloat(values[i] as number) : Number(values[i]);
      if (typeof values[i] === "bigint" && !Number.isNaN(out[at]) && !Number.isSafeInteger(out[at]))
        throw new DataError(
          owner,
          `row ${at}: ${name} must be an integer within 2^53, received ${values[i]}`,
        );
    }
  }
  return { kind: "numeric", values: out };
}

const isFloat = (values: unknown): values is FloatArray =>
  values instanceof Float64Array || values instanceof Float32Array;

/** An IEEE 754 half from its 16 bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

/** Codes by way of each batch's dictionary: every string is looked at once, not once a row. */
function dictionary({ data, length }: ArrowVector): Column {
  const chunks = data.filter((chunk) => chunk.length > 0);
  const words = new Map<ArrowVector, (string | null)[]>();
  const wordsOf = (chunk: ArrowData): (string | null)[] => {
    const vector = chunk.dictionary!;
    if (!words.has(vector)) words.set(vector, Array.from(vector) as (string | null)[]);
    return words.get(vector)!;
  };
  const used = new Set<string>();
  const cells: (string | null)[] = [];
  for (const chunk of chunks) {
    const list = wordsOf(chunk);
    const codes = chunk.values as ArrayLike<number>;
    for (let i = 0; i < chunk.length; i++) {
      const word = chunk.getValid(i) ? list[codes[i]] : null;
      cells.push(word);
      if (word !== null) used.add(word);
    }
  }
  if (cells.length !== length)
    throw new DataError("fromArrow", `batches must hold ${length} rows, received ${cells.length}`);
  return categorical(cells, [...used].sort());
}
