import type { Column } from "../column.js";
import { decodeText } from "./byte-dictionary.js";
import { ByteList } from "./byte-list.js";
import { CategoricalSink, type CellSink, makeSink, NumberSink } from "./cell-sink.js";

const minus = 45;
const point = 46;
const zero = 48;

/**
 * Finds the kind of a column from all its cells: numeric if every cell that is not missing is a number, timestamp if
 * every one is an ISO date, categorical up to a number of distinct values, else text.
 *
 * As long as all are numbers, a cell like `12.50` is kept as its value and its length, which give its text back should
 * a later cell not be a number; every other cell is kept as its bytes.
 */
export class InferredSink implements CellSink {
  readonly expected = "UTF-8 text";
  private numbers: NumberSink | undefined;
  /** Length of each cell's text where its value gives it back, else 0: the cell is the next of `kept`. */
  private lengths = new Uint8Array(1024);
  private rows = 0;
  private kept = new ByteList();

  constructor(
    private readonly missing: readonly string[],
    private readonly maxCategories: number,
  ) {
    this.numbers = new NumberSink(missing);
  }

  put(bytes: Uint8Array, from: number, to: number, number: number): boolean {
    const { numbers } = this;
    if (numbers !== undefined) {
      if (numbers.put(bytes, from, to, number)) {
        this.remember(bytes, from, to, numbers.missingNumbers ? Number.NaN : number);
        return true;
      }
      this.giveUpNumbers(numbers);
    }
    // Checked now, while the line is known; ASCII is always right.
    let high = 0;
    for (let i = from; i < to; i++) high |= bytes[i];
    if (high > 127 && decodeText(bytes, from, to) === undefined) return false;
    this.kept.push(bytes, from, to);
    return true;
  }

  take(): Column {
    return this.infer().take();
  }

  /** The sink of the kind that all cells so far have, filled with them. */
  infer(): CellSink {
    if (this.numbers !== undefined) return this.numbers;
    const time = makeSink("timestamp", this.missing);
    if (this.replay(time)) return time;
    const categorical = new CategoricalSink(this.missing, undefined, this.maxCategories);
    if (this.replay(categorical)) {
      categorical.limit = Number.POSITIVE_INFINITY; // later batches go on with what the first one showed
      return categorical;
    }
    const text = makeSink("text", this.missing);
    this.replay(text);
    return text;
  }

  private remember(bytes: Uint8Array, from: number, to: number, number: number): void {
    if (this.rows === this.lengths.length) {
      const grown = new Uint8Array(2 * this.rows);
      grown.set(this.lengths);
      this.lengths = grown;
    }
    const first = bytes[from] === minus ? from + 1 : from;
    // Not so: 007, .5, 5. and -0, whose sign would be lost.
    const plain =
      number === number &&
      bytes[first] !== point &&
      bytes[to - 1] !== point &&
      (bytes[first] !== zero || to === first + 1 || bytes[first + 1] === point) &&
      (number !== 0 || first === from);
    this.lengths[this.rows++] = plain ? to - from : 0;
    if (!plain) this.kept.push(bytes, from, to);
  }

  private giveUpNumbers(numbers: NumberSink): void {
    const { values } = numbers.take() as { values: Float64Array };
    const { bytes, ends } = this.kept;
    const all = new ByteList();
    const encoder = new TextEncoder();
    let next = 0;
    for (let row = 0; row < this.rows; row++) {
      if (this.lengths[row] === 0) {
        all.push(bytes, next === 0 ? 0 : ends[next - 1], ends[next]);
        next++;
      } else {
        const text = encoder.encode(textOf(values[row], this.lengths[row]));
        all.push(text, 0, text.length);
      }
    }
    this.kept = all;
    this.numbers = undefined;
    this.lengths = new Uint8Array(0);
  }

  private replay(sink: CellSink): boolean {
    const { bytes, ends, length } = this.kept;
    for (let i = 0; i < length; i++) {
      if (!sink.put(bytes, i === 0 ? 0 : ends[i - 1], ends[i], Number.NaN)) return false;
    }
    return true;
  }
}

/** The plain decimal of so many characters whose value this is; at most 9 digits, so every digit is sure. */
function textOf(value: number, length: number): string {
  const whole = String(Math.trunc(value));
  const sign = value < 0 && whole === "0" ? 1 : 0;
  const decimals = length - whole.length - sign - 1;
  return decimals < 0 ? whole : value.toFixed(decimals);
}
