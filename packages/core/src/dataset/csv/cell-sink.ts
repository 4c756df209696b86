import type { CellType } from "../cell-type.js";
import type { Column } from "../column.js";
import { absentCode, ByteDictionary, decodeText } from "./byte-dictionary.js";
import { isHugeInteger, parseNumber } from "./csv-number.js";
import { parseTimeBytes } from "./csv-time.js";
import { FloatList } from "./float-list.js";

/** Where the cells of one column go, row by row. */
export interface CellSink {
  /** What a cell must be, for the error message. */
  readonly expected: string;
  /**
   * Keeps the next cell; false where it is not what it must be.
   * `number` is the cell as a number where the scanner has seen that already, else NaN.
   */
  put(bytes: Uint8Array, from: number, to: number, number: number): boolean;
  /** The column of the cells since the last `take`. */
  take(): Column;
}

/** The sink of a column whose kind is given. */
export function makeSink(type: CellType, missing: readonly string[]): CellSink {
  switch (typeof type === "string" ? type : type.kind) {
    case "numeric":
      return new NumberSink(missing);
    case "timestamp":
      return new TimeSink(missing);
    case "text":
      return new TextSink(missing);
    case "categorical":
      return new CategoricalSink(
        missing,
        typeof type === "object" && type.kind === "categorical" ? type.categories : undefined,
      );
  }
}

export class NumberSink implements CellSink {
  expected = "a number";
  private readonly values = new FloatList();
  private readonly missing: ByteDictionary;
  /** Whether a number may mean a missing value, such as -999: only then are all cells looked up. */
  readonly missingNumbers: boolean;

  constructor(missing: readonly string[]) {
    this.missing = new ByteDictionary(missing);
    this.missingNumbers = missing.some((word) => {
      const bytes = new TextEncoder().encode(word);
      return !Number.isNaN(parseNumber(bytes, 0, bytes.length));
    });
  }

  put(bytes: Uint8Array, from: number, to: number, number: number): boolean {
    let value = number === number ? number : parseNumber(bytes, from, to);
    let known = value === value;
    if ((!known || this.missingNumbers) && this.missing.find(bytes, from, to) !== absentCode) {
      value = Number.NaN;
      known = true;
    }
    if (known) this.values.push(value);
    else if (isHugeInteger(bytes, from, to))
      this.expected = "an integer that a double holds exactly (identifiers are categorical)";
    return known;
  }

  take(): Column {
    return { kind: "numeric", values: this.values.take() };
  }
}

class TimeSink implements CellSink {
  readonly expected = "an ISO 8601 date";
  private readonly values = new FloatList();
  private readonly missing: ByteDictionary;

  constructor(missing: readonly string[]) {
    this.missing = new ByteDictionary(missing);
  }

  put(bytes: Uint8Array, from: number, to: number): boolean {
    const missing = this.missing.find(bytes, from, to) !== absentCode;
    const value = missing ? Number.NaN : parseTimeBytes(bytes, from, to);
    if (value !== value && !missing) return false;
    this.values.push(value);
    return true;
  }

  take(): Column {
    return { kind: "timestamp", values: this.values.take() };
  }
}

/** Codes in order of appearance, or those of the dictionary that is given. */
export class CategoricalSink implements CellSink {
  readonly expected: string;
  private codes = new Int32Array(1024);
  private rows = 0;
  private readonly dictionary: ByteDictionary;

  constructor(
    missing: readonly string[],
    private readonly categories?: readonly string[],
    /** Most distinct values: one more makes `put` false. */
    public limit: number = Number.POSITIVE_INFINITY,
  ) {
    this.dictionary = new ByteDictionary(missing, categories);
    this.expected = categories === undefined ? "UTF-8 text" : `one of the ${categories.length} categories`;
  }

  put(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.rows === this.codes.length) {
      const grown = new Int32Array(2 * this.rows);
      grown.set(this.codes);
      this.codes = grown;
    }
    const open = this.categories === undefined;
    const code = open ? this.dictionary.add(bytes, from, to) : this.dictionary.find(bytes, from, to);
    this.codes[this.rows++] = code;
    return code !== absentCode && code < this.limit;
  }

  take(): Column {
    const codes = this.codes.slice(0, this.rows);
    this.rows = 0;
    // A copy of the dictionary: it may grow with the next batch.
    return { kind: "categorical", codes, categories: this.categories ?? [...this.dictionary.strings] };
  }
}

class TextSink implements CellSink {
  readonly expected = "UTF-8 text";
  private values: (string | null)[] = [];
  private readonly missing: ByteDictionary;

  constructor(missing: readonly string[]) {
    this.missing = new ByteDictionary(missing);
  }

  put(bytes: Uint8Array, from: number, to: number): boolean {
    const missing = this.missing.find(bytes, from, to) !== absentCode;
    const value = missing ? null : decodeText(bytes, from, to);
    if (value === undefined) return false;
    this.values.push(value);
    return true;
  }

  take(): Column {
    const { values } = this;
    this.values = [];
    return { kind: "text", values };
  }
}
