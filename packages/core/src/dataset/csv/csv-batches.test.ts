import { describe, expect, test } from "vitest";
import type { Dataset } from "../dataset.js";
import { concatDatasets } from "../concat.js";
import { type CsvBatchOptions, csvBatches } from "./csv-batches.js";
import { readCsv } from "./read-csv.js";

async function all(csv: string, options: CsvBatchOptions): Promise<Dataset[]> {
  const batches: Dataset[] = [];
  for await (const batch of csvBatches(csv, options)) batches.push(batch);
  return batches;
}

const csv = `n,c,t\n${Array.from({ length: 10 }, (_, i) => `${i},${"zyxzyxwvwv"[i]},note ${i}\n`).join("")}`;

describe("csvBatches", () => {
  test.each([
    [1, Array.from({ length: 10 }, () => 1)],
    [3, [3, 3, 3, 1]],
    [5, [5, 5]],
    [10, [10]],
    [99, [10]],
  ])("batches of %i rows", async (batchRows, sizes) => {
    const batches = await all(csv, { batchRows, kinds: { t: "text" }, roles: { target: "n" } });
    expect(batches.map(({ rows }) => rows)).toEqual(sizes);
    const whole = await readCsv(csv, { kinds: { t: "text" }, roles: { target: "n" } });
    const [first, ...rest] = batches;
    const joined = concatDatasets([first, ...rest]);
    for (const name of ["n", "t"]) expect(joined.column(name)).toEqual(whole.column(name));
    expect(joined.roleOf("n")).toBe("target");
  });

  test("a code means the same in every batch: dictionaries only grow, in order of appearance", async () => {
    const batches = await all(csv, { batchRows: 4, kinds: { t: "text" } });
    const columns = batches.map((batch) => batch.column("c", "categorical"));
    expect(columns.map(({ categories }) => categories.join(""))).toEqual(["zyx", "zyxwv", "zyxwv"]);
    expect(
      columns.flatMap(({ codes, categories }) => [...codes].map((code) => categories[code])).join(""),
    ).toBe("zyxzyxwvwv");
  });

  test("a text without rows gives one empty batch", async () => {
    expect((await all("a,b\n", { batchRows: 2 })).map(({ rows, names }) => [rows, names])).toEqual([
      [0, ["a", "b"]],
    ]);
  });

  test("kinds are those of the first batch, and a later cell that does not fit is an error that says so", async () => {
    await expect(all("a\n1\n2\nx\n", { batchRows: 2 })).rejects.toThrow(
      "csvBatches: line 4, column 1: 'a' must be a number, received \"x\" (its kind is that of the first batch: give it in `kinds`)",
    );
    await expect(all("a\n1\n2\n9007199254740993\n", { batchRows: 2 })).rejects.toThrow(
      "csvBatches: line 4, column 1: 'a' must be an integer that a double holds exactly",
    );
    await expect(all("a\n1\n2\nx\n", { batchRows: 2, kinds: { a: "numeric" } })).rejects.toThrow(
      /must be a number, received "x"$/,
    );
  });

  test("a categorical column goes on past the limit that made it one", async () => {
    const batches = await all("a\nx\ny\nz\n", { batchRows: 2, maxCategories: 2 });
    expect(batches.map((batch) => batch.column("a").kind)).toEqual(["categorical", "categorical"]);
  });

  test("a limit counts all batches together", async () => {
    expect((await all(csv, { batchRows: 4, limit: 6 })).map(({ rows }) => rows)).toEqual([4, 2]);
    expect((await all(csv, { batchRows: 3, limit: 6 })).map(({ rows }) => rows)).toEqual([3, 3]);
  });

  test("a consumer that stops ends the source", async () => {
    let ended = false;
    async function* blocks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new TextEncoder().encode("1,2,3\n");
      } finally {
        ended = true;
      }
    }
    for await (const batch of csvBatches(blocks(), { header: false, batchRows: 10 })) {
      expect(batch.rows).toBe(10);
      break;
    }
    expect(ended).toBe(true);
  });

  test("wrong options are refused before anything is read", () => {
    expect(() => csvBatches("a\n", { batchRows: 0 })).toThrow(
      "csvBatches: batchRows must be >= 1, received 0",
    );
    expect(() => csvBatches("a\n", { limit: 0.5 })).toThrow(
      "csvBatches: limit must be a whole number, received 0.5",
    );
  });
});
