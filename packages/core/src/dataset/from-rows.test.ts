import { describe, expect, test } from "vitest";
import { z } from "zod";
import { categorical, sequence, tensor, text, timestamp } from "./column-build.js";
import { DataError } from "../errors.js";
import { fromRows, type FromRowsOptions } from "./from-rows.js";

describe("fromRows", () => {
  test("kinds come from the values, and a field that a row lacks is missing", () => {
    const day = new Date("2018-07-25");
    const data = fromRows(
      [
        { amount: 12, fraud: false, country: "NL", when: day, big: 5n },
        { amount: null, country: undefined, extra: "x", fraud: true },
        { amount: 7.5, country: "DE" },
      ],
      { roles: { target: "fraud" } },
    );
    expect(data.names).toEqual(["amount", "fraud", "country", "when", "big", "extra"]);
    expect(data.column("amount")).toEqual({ kind: "numeric", values: Float64Array.of(12, Number.NaN, 7.5) });
    expect(data.target).toEqual({ kind: "numeric", values: Float64Array.of(0, 1, Number.NaN) });
    expect(data.column("country")).toEqual(categorical(["NL", null, "DE"]));
    expect(data.column("when")).toEqual(timestamp([day, null, null]));
    expect(data.column("big")).toEqual({
      kind: "numeric",
      values: Float64Array.of(5, Number.NaN, Number.NaN),
    });
    expect(data.column("extra")).toEqual(categorical([null, "x", null]));
  });

  test("kinds override", () => {
    const data = fromRows(
      [
        { note: "a", code: 7, when: "2018-07-25" },
        { note: null, code: true, when: 5 },
      ],
      {
        kinds: { note: "text", code: "categorical", when: "timestamp" },
      },
    );
    expect(data.column("note")).toEqual(text(["a", null]));
    expect(data.column("code")).toEqual(categorical(["7", "true"]));
    expect(data.column("when")).toEqual(timestamp(["2018-07-25", 5]));
    const closed = fromRows([{ c: "NL" }], {
      kinds: { c: { kind: "categorical", categories: ["DE", "NL"] } },
    });
    expect(closed.column("c")).toEqual(categorical(["NL"], ["DE", "NL"]));
  });

  test("no rows, and rows without fields", () => {
    expect(fromRows([])).toMatchObject({ rows: 0, names: [] });
    expect(fromRows([], { schema: z.object({ a: z.string() }) }).column("a")).toEqual(categorical([]));
  });

  test("a field named as objects name theirs", () => {
    expect(fromRows([JSON.parse('{"__proto__": 1, "constructor": 2}') as object]).names).toEqual([
      "__proto__",
      "constructor",
    ]);
  });

  test("interfaces are taken as rows", () => {
    interface Payment {
      amount: number;
    }
    const rows: readonly Payment[] = [{ amount: 1 }];
    expect(fromRows(rows).rows).toBe(1);
  });

  const mixed = [{ a: 1 }, { a: 2 }, {}, { a: "x" }];
  test.each<[string, readonly object[], FromRowsOptions, string]>([
    ["text among numbers", mixed, {}, 'row 3: a must be a number, received "x"'],
    [
      "a number among strings",
      [{ a: "x" }, { a: 1 }],
      { kinds: { a: "text" } },
      "row 1: a must be a string, received 1",
    ],
    ["no date", [{ a: new Date(0) }, { a: "soon" }], {}, 'row 1: a must be a date, received "soon"'],
    ["an invalid Date", [{ a: new Date("x") }], {}, "row 0: a must be a date, received a Date"],
    [
      "an integer that a double can't hold",
      [{ a: 2n ** 60n }],
      {},
      "row 0: a must be an integer within 2^53, received 1152921504606846976",
    ],
    [
      "an object",
      [{ a: { b: 1 } }],
      {},
      "row 0: a must be a number, boolean, string or Date unless `kinds` says what it is, received an object",
    ],
    [
      "no category",
      [{ a: "x" }],
      { kinds: { a: { kind: "categorical", categories: ["y"] } } },
      'row 0: a must be one of the 1 categories, received "x"',
    ],
    ["no row", [{ a: 1 }, null as unknown as object], {}, "row 1 must be an object, received null"],
    ["an array as a row", [[1]], {}, "row 0 must be an object, received an array of 1"],
    [
      "a kind for no field",
      [{ a: 1 }],
      { kinds: { b: "text" } },
      "kinds must name fields of the rows ('a'), received \"b\"",
    ],
  ])("refuses %s", (_, rows, options, message) => {
    const make = () => fromRows(rows, options);
    expect(make).toThrow(DataError);
    expect(make).toThrow(`fromRows: ${message}`);
  });

  test("a role that names no field", () => {
    expect(() => fromRows([{ a: 1 }], { roles: { target: "b" } })).toThrow(
      "role target must name one of 'a', received \"b\"",
    );
  });
});

describe("a zod schema", () => {
  const schema = z.strictObject({
    amount: z.number().min(0),
    country: z.enum(["NL", "DE"]).nullable(),
    when: z.iso.date().optional(),
    note: z.string().default("none"),
    fraud: z.boolean(),
  });

  test("fills defaults and says kinds, also where no row has a value", () => {
    const data = fromRows([{ amount: 1, country: null, fraud: false }], { schema, kinds: { note: "text" } });
    expect(data.schema.map(({ name, kind }) => [name, kind])).toEqual([
      ["amount", "numeric"],
      ["country", "categorical"],
      ["when", "timestamp"],
      ["note", "text"],
      ["fraud", "numeric"],
    ]);
    expect(data.column("country")).toEqual(categorical([null], ["DE", "NL"]));
    expect(data.column("note")).toEqual(text(["none"]));
  });

  test("coercions count", () => {
    const loose = z.object({ amount: z.coerce.number(), flag: z.stringbool(), size: z.literal(["s", "m"]) });
    const data = fromRows([{ amount: "12", flag: "yes", size: "m", dropped: 1 }], { schema: loose });
    expect(data.names).toEqual(["amount", "flag", "size"]);
    expect(data.column("amount", "numeric").values).toEqual(Float64Array.of(12));
    expect(data.column("flag", "numeric").values).toEqual(Float64Array.of(1));
    expect(data.column("size")).toEqual(categorical(["m"], ["m", "s"]));
  });

  const good = { amount: 1, country: "NL", fraud: true };
  test.each([
    [{ ...good, amount: "x" }, 'row 3: amount must be a number, received "x"'],
    [{ ...good, amount: -1 }, "row 3: amount must be >= 0, received -1"],
    [{ ...good, country: "FR" }, 'row 3: country must be one of "NL", "DE", received "FR"'],
    [{ amount: 1, country: "NL" }, "row 3: fraud must be a boolean, received undefined"],
    [{ ...good, extra: 1 }, "row 3: fields must be those of the schema, received also 'extra'"],
  ])("refuses %j", (row, message) => {
    expect(() => fromRows([good, good, good, row], { schema })).toThrow(`fromRows: ${message}`);
  });
});

describe("sequences and tensors in rows", () => {
  const fields = ["amount", { name: "mcc", kind: "categorical" }] as const;

  test("steps as objects, with a dictionary of what was seen", () => {
    const data = fromRows(
      [
        {
          history: [
            { amount: 5, mcc: "shop" },
            { amount: null, mcc: "bar" },
          ],
        },
        {},
        { history: [{ amount: 7 }] },
      ],
      { kinds: { history: { kind: "sequence", fields } } },
    );
    const categories = ["bar", "shop"];
    expect(data.column("history")).toEqual(
      sequence(
        [
          [
            [5, 1],
            [Number.NaN, 0],
          ],
          [],
          [[7, -1]],
        ],
        ["amount", { name: "mcc", kind: "categorical", categories }],
      ),
    );
  });

  test("steps as arrays, with a given dictionary", () => {
    const given = ["amount", { name: "mcc", kind: "categorical", categories: ["shop", "bar"] }] as const;
    const data = fromRows(
      [
        {
          h: [
            [5, "bar"],
            [6, 0],
          ],
        },
      ],
      { kinds: { h: { kind: "sequence", fields: given } } },
    );
    expect(data.column("h")).toEqual(
      sequence(
        [
          [
            [5, 1],
            [6, 0],
          ],
        ],
        given,
      ),
    );
  });

  test("tensors, nested and typed, a missing one as NaN", () => {
    const kinds = { e: { kind: "tensor", shape: [2, 2] } } as const;
    const data = fromRows(
      [
        {
          e: [
            [1, 2],
            [3, 4],
          ],
        },
        { e: Float32Array.of(5, 6, 7, 8) },
        { e: null },
      ],
      { kinds },
    );
    const nan = Number.NaN;
    expect(data.column("e")).toEqual(
      tensor(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, nan, nan, nan, nan), [2, 2]),
    );
  });

  test.each<[object, string]>([
    [{ h: "x" }, 'h must be an array of steps, received "x"'],
    [{ h: [[1]] }, "h[0] must be an array of 2 values or an object, received an array of 1"],
    [
      {
        h: [
          [1, "x"],
          ["y", "x"],
        ],
      },
      'h[1].amount must be a number, received "y"',
    ],
    [{ h: [[1, true]] }, "h[0].mcc must be one of the 0 categories, received true"],
    [{ h: [[1, 5]] }, "h[0].mcc must be one of the 0 categories, received 5"],
    [{ e: [1, 2, 3] }, "e must be 2 numbers (shape 2), received an array of 3"],
    [{ e: [1, "x"] }, 'e[1] must be a number, received "x"'],
    [{ e: 5 }, "e must be 2 numbers (shape 2), received 5"],
  ])("refuses %j", (row, message) => {
    const kinds = { h: { kind: "sequence", fields }, e: { kind: "tensor", shape: [2] } } as const;
    const used = Object.fromEntries(Object.entries(kinds).filter(([name]) => name in row));
    expect(() => fromRows([row], { kinds: used })).toThrow(`fromRows: row 0: ${message}`);
  });
});
