import { describe, listNames, ParseError } from "../../errors.js";
import type { CategoricalColumn, Column } from "../column.js";
import { Dataset } from "../dataset.js";
import { columnsOf } from "../roles.js";
import { decodeText } from "./byte-dictionary.js";
import { type CellSink, makeSink } from "./cell-sink.js";
import type { CsvPlan } from "./csv-options.js";
import { CsvScanner } from "./csv-scanner.js";
import { InferredSink } from "./inferred-sink.js";

/** Turns blocks of CSV bytes into datasets of so many rows. */
export class CsvTable {
  /** Rows read so far, all batches together. */
  total = 0;
  private rows = 0;
  private started = false;
  private names: readonly string[] | undefined;
  /** One a column of the text; undefined where the column is not wanted. */
  private sinks: (CellSink | undefined)[] = [];
  private readonly scanner: CsvScanner;

  constructor(
    private readonly owner: string,
    private readonly plan: CsvPlan,
    private readonly batchRows: number,
    /** Added to error messages: the name of a file. */
    private readonly origin?: string,
  ) {
    this.scanner = new CsvScanner((message, at) => this.error(message, at), plan.delimiter.charCodeAt(0));
  }

  feed(block: Uint8Array): void {
    this.scanner.feed(block);
  }

  /** Reads records until a batch is full (true), the bytes end or the limit is reached (false). */
  fill(final: boolean): boolean {
    const { scanner } = this;
    if (!this.started && !scanner.skipByteOrderMark(final)) return false;
    this.started = true;
    if (this.names === undefined) {
      if (!scanner.next(final)) {
        if (final) throw this.error("the text must hold a header or a record, received nothing", { line: 1 });
        return false;
      }
      if (this.start()) this.record();
    }
    while (this.rows < this.batchRows && !this.finished && scanner.next(final)) this.record();
    return this.rows >= this.batchRows;
  }

  /** Whether the limit on rows is reached. */
  get finished(): boolean {
    return this.names !== undefined && this.total >= this.plan.limit;
  }

  /** Whether rows wait to be taken. */
  get holdsRows(): boolean {
    return this.rows > 0;
  }

  /** The rows read since the last batch. `sorted` puts dictionaries in order, which changes codes between batches. */
  take(sorted: boolean): Dataset {
    const columns: [string, Column][] = [];
    for (const [c, name] of this.names!.entries()) {
      let sink = this.sinks[c];
      if (sink === undefined) continue;
      if (sink instanceof InferredSink) this.sinks[c] = sink = sink.infer();
      const column = sink.take();
      const type = this.plan.kinds.get(name);
      const declared =
        typeof type === "object" && type.kind === "categorical" && type.categories !== undefined;
      columns.push([
        name,
        sorted && column.kind === "categorical" && !declared ? sortCategories(column) : column,
      ]);
    }
    this.rows = 0;
    return Dataset.create(columns, this.plan.roles);
  }

  /** Names the columns and makes their sinks; true where the current record is data. */
  private start(): boolean {
    const { plan, scanner } = this;
    const { header } = plan;
    const cells = Array.from({ length: scanner.count }, (_, c) => (header === true ? this.cell(c) : `x${c}`));
    const names = typeof header === "boolean" ? cells : header;
    const known = new Set(names);
    if (known.size < names.length) {
      const seen = new Set<string>();
      const repeated = names.filter((name) => seen.size === seen.add(name).size);
      throw this.error(
        `column names must differ, received ${listNames([...new Set(repeated)])} more than once`,
        {
          line: 1,
        },
      );
    }
    const named = [...plan.kinds.keys(), ...columnsOf(plan.roles)];
    const absent = [...named, ...(plan.select ?? [])].filter((name) => !known.has(name));
    if (absent.length > 0) {
      throw this.error(
        `the header must have ${listNames([...new Set(absent)], 10)}, received ${listNames(names, 20)}`,
        { line: 1 },
      );
    }
    const wanted = plan.select && new Set([...plan.select, ...named]);
    this.names = names;
    scanner.most = names.length;
    this.sinks = names.map((name) => {
      if (wanted !== undefined && !wanted.has(name)) return undefined;
      const type = plan.kinds.get(name);
      return type === undefined
        ? new InferredSink(plan.missing, plan.maxCategories)
        : makeSink(type, plan.missing);
    });
    return header !== true && plan.limit > 0;
  }

  private record(): void {
    const { scanner, sinks } = this;
    const { bytes, bounds, numbers, count } = scanner;
    if (count !== sinks.length) {
      const like = this.plan.header === false ? "the first record" : "the header";
      throw this.error(`a record must have ${sinks.length} cells as ${like} has, received ${count}`, {
        line: scanner.lineOf(0),
      });
    }
    for (let c = 0; c < count; c++) {
      const sink = sinks[c];
      if (sink !== undefined && !sink.put(bytes, bounds[2 * c], bounds[2 * c + 1], numbers[c]))
        throw this.badCell(c, sink);
    }
    this.rows++;
    this.total++;
  }

  private cell(c: number): string {
    const { bytes, bounds } = this.scanner;
    const text = decodeText(bytes, bounds[2 * c], bounds[2 * c + 1]);
    if (text === undefined)
      throw this.error("a column name must be UTF-8 text, received other bytes", { line: 1, column: c + 1 });
    return text;
  }

  private badCell(c: number, sink: CellSink): ParseError {
    const { bytes, bounds } = this.scanner;
    const text = decodeText(bytes, bounds[2 * c], bounds[2 * c + 1]);
    const inferred = this.total > this.rows && !this.plan.kinds.has(this.names![c]);
    return this.error(
      `'${this.names![c]}' must be ${sink.expected}, received ${text === undefined ? "other bytes" : describe(text)}${
        inferred ? " (its kind is that of the first batch: give it in `kinds`)" : ""
      }`,
      { line: this.scanner.lineOf(c), column: c + 1 },
    );
  }

  /** `column` counts cells. */
  private error(message: string, at: { line: number; column?: number }): ParseError {
    return new ParseError(
      this.owner,
      this.origin === undefined ? message : `${message} (${this.origin})`,
      at,
    );
  }
}

/** The same column with its dictionary sorted by code unit, as `categorical` makes it. */
function sortCategories({ codes, categories }: CategoricalColumn): CategoricalColumn {
  const order = categories.map((_, code) => code).sort((a, b) => (categories[a] < categories[b] ? -1 : 1));
  const place = new Int32Array(categories.length);
  order.forEach((code, at) => (place[code] = at));
  return {
    kind: "categorical",
    codes: codes.map((code) => (code < 0 ? code : place[code])),
    categories: order.map((code) => categories[code]),
  };
}
