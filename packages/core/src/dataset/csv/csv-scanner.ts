import type { ParseError } from "../../errors.js";
import { powersOfTen } from "./csv-number.js";

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
const minus = 45;
const point = 46;
const zero = 48;
const nine = 57;

/** A record longer than this is refused: most likely a quote is never closed. */
const maxRecordBytes = 2 ** 26;
/** An incomplete record longer than this is looked at again only when it has doubled, so that the work stays linear. */
const patientBytes = 2 ** 16;

/**
 * Finds the records and cells of a CSV (RFC 4180) in blocks of bytes that may end anywhere, inside a field or a
 * character too. Lines end with LF, CRLF or CR; blank lines are skipped; a quote inside an unquoted cell is a character.
 */
export class CsvScanner {
  /** Holds the current record's cells, and a line feed as a sentinel after the last byte. */
  bytes = new Uint8Array(2 ** 16);
  /** Cell c of the current record is at `bounds[2 * c]` to `bounds[2 * c + 1]` of {@link bytes}. */
  bounds = new Int32Array(128);
  /** Cell c as a number where it is a plain decimal of at most 9 digits, which costs little to see in passing; else NaN. */
  numbers = new Float64Array(64);
  /** Cells of the current record; those beyond `most` are counted only. */
  count = 0;
  /** Most cells that are kept; set once the header is known. */
  most = 2 ** 20;
  private at = 0;
  private end = 0;
  private line = 1;
  private recordLine = 1;
  private patience = 0;
  /** The bytes that end an unquoted cell, and the highest of them: most bytes of a text are above it. */
  private readonly stops = new Uint8Array(256);
  private readonly highest: number;
  /** Cells of the record with doubled quotes, and (cell, lines) pairs of those with line ends inside. */
  private readonly escaped: number[] = [];
  private readonly breaks: number[] = [];

  constructor(
    private readonly fail: (message: string, at: { line: number; column?: number }) => ParseError,
    private readonly delimiter: number,
  ) {
    const stops = [delimiter, lineFeed, carriageReturn];
    for (const stop of stops) this.stops[stop] = 1;
    this.highest = Math.max(...stops);
  }

  /** Bytes that no record has taken yet. */
  get pending(): number {
    return this.end - this.at;
  }

  feed(block: Uint8Array): void {
    const left = this.end - this.at;
    if (left + block.length + 1 > this.bytes.length) {
      const grown = new Uint8Array(Math.max(left + block.length + 1, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(this.at, this.end));
      this.bytes = grown;
    } else if (this.at > 0) this.bytes.copyWithin(0, this.at, this.end);
    this.bytes.set(block, left);
    this.at = 0;
    this.end = left + block.length;
    this.bytes[this.end] = lineFeed;
  }

  /** Steps over a UTF-8 byte order mark; false while too few bytes are there to know. */
  skipByteOrderMark(final: boolean): boolean {
    if (this.end < 3 && !final) return false;
    const [a, b, c] = this.bytes;
    if (this.end >= 2 && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)))
      throw this.fail("the text must be UTF-8, received UTF-16", { line: 1 });
    if (this.end >= 3 && a === 0xef && b === 0xbb && c === 0xbf) this.at = 3;
    return true;
  }

  /** Line of a cell of the current record, 1-based. */
  lineOf(cell: number): number {
    let line = this.recordLine;
    for (let i = 0; i < this.breaks.length; i += 2) if (this.breaks[i] < cell) line += this.breaks[i + 1];
    return line;
  }

  /** Makes the next record the current one; false where it is not complete yet or, if `final`, there is none. */
  next(final: boolean): boolean {
    if (!final && this.pending < this.patience) return false;
    if (!this.skipBlankLines(final)) return false;
    if (!this.scan(final)) {
      if (this.pending > maxRecordBytes) {
        const message = `a record must be at most ${maxRecordBytes} bytes (is a quote never closed?), received more`;
        throw this.fail(message, { line: this.line });
      }
      this.patience = this.pending > patientBytes ? Math.min(2 * this.pending, maxRecordBytes + 1) : 0;
      return false;
    }
    this.patience = 0;
    for (const cell of this.escaped) this.unescape(cell);
    return true;
  }

  private skipBlankLines(final: boolean): boolean {
    for (; this.at < this.end; this.line++) {
      const byte = this.bytes[this.at];
      if (byte !== lineFeed && byte !== carriageReturn) return true;
      const after = this.lineEnd(this.at, final);
      if (after < 0) return false;
      this.at = after;
    }
    return false;
  }

  /** Where the line end at `at` is over, or -1 where that takes the next block to know. */
  private lineEnd(at: number, final: boolean): number {
    if (at >= this.end || this.bytes[at] === lineFeed) return Math.min(at + 1, this.end);
    if (at + 1 < this.end) return this.bytes[at + 1] === lineFeed ? at + 2 : at + 1;
    return final ? this.end : -1;
  }

  private scan(final: boolean): boolean {
    const { bytes, end, stops, highest, delimiter, most } = this;
    let { at, bounds, numbers } = this;
    let count = 0;
    let lines = 1;
    this.escaped.length = 0;
    this.breaks.length = 0;
    for (;;) {
      let from = at;
      let to: number;
      let number = Number.NaN;
      if (bytes[at] === quote) {
        from++;
        to = this.closingQuote(from, count, final);
        if (to < 0) return false;
        at = to + 1;
        if (at === end && !final) return false;
        if (at < end && stops[bytes[at]] === 0) {
          if (at + 4 > end && !final) return false; // the message shows a whole character
          throw this.afterQuote(at, count);
        }
        if (this.breaks.at(-2) === count) lines += this.breaks.at(-1)!;
      } else {
        const start = bytes[at] === minus ? at + 1 : at;
        let pointAt = -1;
        let small = 0;
        let byte = 0;
        for (at = start; ; at++) {
          byte = bytes[at];
          if (byte >= zero && byte <= nine) small = (Math.imul(small, 10) + byte - zero) | 0;
          else if (byte === point && pointAt < 0) pointAt = at;
          else break;
        }
        if (stops[byte] === 1) {
          const digits = at - start - (pointAt < 0 ? 0 : 1);
          // Nine digits fit an int32, and their quotient by a power of ten is correctly rounded.
          if (digits > 0 && digits <= 9) {
            number = pointAt < 0 ? small : small / powersOfTen[at - pointAt - 1];
            if (start > from) number = -number;
          }
        } else for (; byte > highest || stops[byte] === 0; byte = bytes[at]) at++;
        to = at;
        if (at === end && !final) return false;
      }
      if (count < most) {
        if (count >= numbers.length) {
          this.grow();
          ({ bounds, numbers } = this);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        numbers[count] = number;
      }
      count++;
      if (at < end && bytes[at] === delimiter) {
        at++;
        continue;
      }
      const after = this.lineEnd(at, final);
      if (after < 0) return false;
      this.at = after;
      this.count = count;
      this.recordLine = this.line;
      this.line += lines;
      return true;
    }
  }

  private grow(): void {
    const bounds = new Int32Array(2 * this.bounds.length);
    bounds.set(this.bounds);
    const numbers = new Float64Array(2 * this.numbers.length);
    numbers.set(this.numbers);
    Object.assign(this, { bounds, numbers });
  }

  /** Place of the quote that closes a cell, or -1 where it is not there yet. */
  private closingQuote(from: number, cell: number, final: boolean): number {
    const { bytes, end } = this;
    let at = from;
    let lines = 0;
    let doubled = false;
    for (; ; at++) {
      if (at >= end) {
        if (!final) return -1;
        const message = "a quoted cell must end with a quote, received the end of the text";
        throw this.fail(message, { line: this.openLine(cell), column: cell + 1 });
      }
      const byte = bytes[at];
      if (byte === quote) {
        if (at + 1 === end || bytes[at + 1] !== quote) break; // at the end of a block, the caller waits for more
        at++;
        doubled = true;
      } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) lines++;
    }
    if (doubled) this.escaped.push(cell);
    if (lines > 0) this.breaks.push(cell, lines);
    return at;
  }

  private openLine(cell: number): number {
    this.recordLine = this.line;
    return this.lineOf(cell);
  }

  private afterQuote(at: number, cell: number): ParseError {
    const character = new TextDecoder().decode(this.bytes.subarray(at, Math.min(at + 4, this.end)));
    return this.fail(
      `after a closing quote there must be a delimiter or the end of the line, received ${JSON.stringify(String.fromCodePoint(character.codePointAt(0)!))}`,
      { line: this.openLine(cell + 1), column: cell + 1 },
    );
  }

  /** Doubled quotes become one, in place: the record is complete and is not scanned again. */
  private unescape(cell: number): void {
    const { bytes, bounds } = this;
    if (cell >= this.most) return;
    let write = bounds[2 * cell];
    for (let read = write; read < bounds[2 * cell + 1]; read++) {
      bytes[write++] = bytes[read];
      if (bytes[read] === quote) read++;
    }
    bounds[2 * cell + 1] = write;
  }
}
