import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { CellKind } from "../cell-type.js";
import { categorical, text } from "../column-build.js";
import type { Column } from "../column.js";
import { fromColumns } from "../from-columns.js";
import { readCsv } from "./read-csv.js";
import { toCsv } from "./to-csv.js";

const missing = ["", "NA"];
const word = fc.oneof(
  fc.string({ maxLength: 8, unit: fc.constantFrom(...Array.from('ab,;"\n\r N1.-\u00e9\u4e2d\u{1f600}')) }),
  fc.constantFrom(...missing),
);
const columns = fc.record({
  kinds: fc.array(fc.constantFrom<CellKind>("numeric", "categorical", "text", "timestamp"), {
    minLength: 1,
    maxLength: 5,
  }),
  rows: fc.integer({ min: 0, max: 20 }),
});

/** Values a cell, and the column that they must come back as. */
function columnArbitrary(kind: CellKind, rows: number): fc.Arbitrary<{ cells: string[]; column: Column }> {
  const many = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: rows, maxLength: rows });
  const gap = <T>(item: fc.Arbitrary<T>) => fc.option(item, { freq: 5 });
  const known = (value: string) => (missing.includes(value) ? null : value);
  switch (kind) {
    case "numeric":
      return many(
        gap(
          fc.oneof(
            fc.double({ noNaN: true }),
            fc.integer(),
            fc.integer({ min: -9999, max: 9999 }).map((n) => n / 100),
          ),
        ),
      ).map((values) => ({
        // Large ones with an exponent: without, they would be integers, and mostly not those that a double holds.
        cells: values.map((value) =>
          value === null ? "NA" : Math.abs(value) > 2 ** 53 ? value.toExponential() : String(value),
        ),
        column: {
          kind,
          values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(String(value)))),
        },
      }));
    case "timestamp":
      return many(
        gap(fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })),
      ).map((values) => ({
        cells: values.map((value) => value?.toISOString() ?? ""),
        column: { kind, values: Float64Array.from(values, (value) => value?.getTime() ?? Number.NaN) },
      }));
    case "text":
      return many(word).map((cells) => ({ cells, column: text(cells.map(known)) }));
    case "categorical":
      return many(word).map((cells) => ({ cells, column: categorical(cells.map(known)) }));
  }
}

const table = columns
  .chain(({ kinds, rows }) =>
    fc.tuple(fc.constant(kinds), fc.tuple(...kinds.map((kind) => columnArbitrary(kind, rows)))),
  )
  .map(([kinds, made]) => ({ kinds, made }));

const style = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t"),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  mark: fc.constantFrom("", "\uFEFF"),
  lastLineEnd: fc.boolean(),
  quoteAll: fc.boolean(),
});

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length];
    yield bytes.slice(at, at + size);
    at += size;
  }
}

describe("random tables", () => {
  test.prop([table, style, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })], {
    numRuns: 1000,
  })(
    "written in any style and cut anywhere come back as they were",
    async ({ kinds, made }, { delimiter, lineEnd, mark, lastLineEnd, quoteAll }, sizes) => {
      const quote = (cell: string): string =>
        quoteAll || made.length === 1 || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
      const names = kinds.map((_, c) => `c${c}`);
      const rows = made[0].cells.length;
      const lines = [names, ...Array.from({ length: rows }, (_, row) => made.map(({ cells }) => cells[row]))];
      const csv =
        mark +
        lines.map((line) => line.map(quote).join(delimiter)).join(lineEnd) +
        (lastLineEnd ? lineEnd : "");
      const options = {
        delimiter,
        missing,
        kinds: Object.fromEntries(names.map((name, c) => [name, kinds[c]])),
      };
      const data = await readCsv(cut(new TextEncoder().encode(csv), [...sizes, 1]), options);
      expect(data.rows).toBe(rows);
      names.forEach((name, c) => expect(data.column(name)).toEqual(made[c].column));
    },
  );

  test.prop([table], { numRuns: 300 })("what toCsv writes is read back", async ({ kinds, made }) => {
    const columnsByName = Object.fromEntries(made.map(({ column }, c) => [`c${c}`, column]));
    const data = fromColumns(columnsByName);
    const again = await readCsv(toCsv(data), {
      missing: [""],
      kinds: Object.fromEntries(kinds.map((kind, c) => [`c${c}`, kind])),
    });
    expect(again.rows).toBe(data.rows);
    for (const name of data.names) expect(again.column(name)).toEqual(data.column(name));
  });

  test.prop(
    [fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 })],
    { numRuns: 1000 },
  )("any bytes give the same table or the same refusal however they are cut", async (bytes, sizes) => {
    // Few different bytes, so that quotes and delimiters meet.
    const odd = bytes.map((byte) => ',,"\n\r1ax\u00e9'.charCodeAt(byte % 9));
    const outcome = async (source: Uint8Array | AsyncGenerator<Uint8Array>): Promise<string> => {
      try {
        return toCsv(await readCsv(source));
      } catch (error) {
        return String(error);
      }
    };
    expect(await outcome(cut(odd, sizes))).toBe(await outcome(odd));
  });
});
