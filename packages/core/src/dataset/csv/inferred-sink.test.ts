import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { categorical, text } from "../column-build.js";
import type { CsvOptions } from "./csv-options.js";
import { readCsv } from "./read-csv.js";

const columnOf = async (cells: readonly string[], options: CsvOptions = {}) =>
  (await readCsv(`a,b\n${cells.map((cell) => `${cell},0\n`).join("")}`, options)).column("a");

describe("the kind of a column that is not given", () => {
  test.each<[string, readonly string[], string, CsvOptions?]>([
    ["numbers", ["1", "-2.5", "1e3", "", "NA", "9007199254740992"], "numeric"],
    ["integers that a double would change", ["1", "9007199254740993", "", "9007199254740992"], "categorical"],
    ["nothing but missing values", ["", "NA"], "numeric"],
    ["dates", ["2018-07-25", "", "2018-07-25T10:00:00Z"], "timestamp"],
    ["years are numbers", ["2018", "2019"], "numeric"],
    ["words", ["x", "y", "x"], "categorical"],
    ["truth values are words", ["true", "false"], "categorical"],
    ["dates and numbers", ["2018-07-25", "1"], "categorical"],
    ["as many words as the limit", ["x", "y", "z", "", "x"], "categorical", { maxCategories: 3 }],
    ["more words than the limit", ["x", "y", "z"], "text", { maxCategories: 2 }],
  ])("%s", async (_, cells, kind, options) => {
    expect((await columnOf(cells, options)).kind).toBe(kind);
  });

  const odd = [
    "007",
    ".5",
    "5.",
    "-0",
    "-0.00",
    "+1",
    "1e3",
    "0x1F",
    "12.50",
    "0.10",
    "-0.5",
    "-12.0",
    "0",
    "00",
    "000000001",
    "999999999",
    "9999999999",
    "0.12345678",
    "0.123456789",
    "12345.6789",
    "-1",
    " 1",
    "1 ",
  ];

  test("cells that were numbers keep their spelling when a later one is none", async () => {
    expect(await columnOf([...odd, "", "x"])).toEqual(categorical([...odd, null, "x"]));
    expect(await columnOf([...odd, "", "x"], { maxCategories: 5 })).toEqual(text([...odd, null, "x"]));
  });

  const decimal = fc
    .tuple(
      fc.constantFrom("", "-"),
      fc.string({ unit: fc.constantFrom(..."0123456789".split("")), maxLength: 10 }),
      fc.constantFrom("", "."),
      fc.string({ unit: fc.constantFrom(..."0123456789".split("")), maxLength: 10 }),
    )
    .map((parts) => parts.join(""));

  test.prop([fc.array(decimal, { maxLength: 30 })], { numRuns: 500 })(
    "any decimals keep their spelling",
    async (cells) => {
      const last = "word";
      expect(await columnOf([...cells, last])).toEqual(
        categorical([...cells.map((cell) => cell || null), last]),
      );
    },
  );

  test.prop([fc.array(decimal, { maxLength: 30 })], { numRuns: 200 })(
    "a column of numbers is the same, given or inferred",
    async (cells) => {
      const huge = (cell: string) => /^-?\d+\.?0*$/.test(cell) && Math.abs(Number(cell)) > 2 ** 53;
      const numbers = cells.filter((cell) => cell === "" || (!Number.isNaN(Number(cell)) && !huge(cell)));
      expect(await columnOf(numbers)).toEqual(await columnOf(numbers, { kinds: { a: "numeric" } }));
    },
  );

  test("integers that a double would change stay apart, and so do those before them", async () => {
    const ids = ["9007199254740993", "9007199254740992", "7", "9007199254740993"];
    expect(await columnOf(ids)).toEqual(categorical(ids));
    const many = Array.from({ length: 20 }, (_, i) => `${10n ** 19n + BigInt(i % 10)}`);
    expect(await columnOf(many)).toEqual(categorical(many));
    expect(await columnOf(many, { maxCategories: 5 })).toEqual(text(many));
  });

  test("a number that means missing is missing, and is a word among words", async () => {
    expect(await columnOf(["1", "-999", "-999.0"], { missing: ["-999"] })).toEqual({
      kind: "numeric",
      values: Float64Array.of(1, Number.NaN, -999),
    });
    expect(await columnOf(["1", "-999", "x"], { missing: ["-999"] })).toEqual(categorical(["1", null, "x"]));
  });
});
