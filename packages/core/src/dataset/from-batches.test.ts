import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DataError } from "../errors.js";
import { batches } from "./batches.js";
import { text } from "./column-build.js";
import { fromBatches } from "./from-batches.js";
import { fromColumns } from "./from-columns.js";

const wholeOf = (n: number) =>
  fromColumns(
    {
      x: Array.from({ length: n }, (_, i) => i),
      c: Array.from({ length: n }, (_, i) => "abc"[i % 3]),
      y: new Float64Array(n),
    },
    { target: "y" },
  );

describe("batches and fromBatches", () => {
  test.prop([fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 })])(
    "are each other's inverse",
    async (n, size) => {
      const data = wholeOf(n);
      const parts = [...batches(data, size)];
      expect(parts.length).toBe(Math.ceil(n / size));
      expect(parts.every(({ rows }, i) => rows === (i < parts.length - 1 ? size : n - size * i))).toBe(true);
      const again = await fromBatches(parts);
      expect(again.schema).toEqual(data.schema);
      for (const name of data.names) expect(again.column(name)).toEqual(data.column(name));
    },
  );

  test("batches copy nothing", () => {
    const values = Float64Array.of(1, 2, 3);
    const [, second] = batches(fromColumns({ x: values }), 2);
    expect(second.column("x", "numeric").values.buffer).toBe(values.buffer);
  });

  test.each([0, -1, 1.5, Number.NaN])("a size of %d is refused", (size) => {
    expect(() => batches(wholeOf(1), size).next()).toThrow(
      `batches: size must be a whole number >= 1, received ${size}`,
    );
  });

  test("records of columns from an async source, with roles and merged dictionaries", async () => {
    async function* source() {
      yield { c: ["b", "a"], note: text(["x", null]), y: [0, 1] };
      yield { c: ["c", "a"], note: text(["y", "z"]), y: [1, 1] };
    }
    const seen: number[] = [];
    const data = await fromBatches(source(), {
      roles: { target: "y" },
      onProgress: ({ rows }) => seen.push(rows),
    });
    const { codes, categories } = data.column("c", "categorical");
    expect([...codes].map((code) => categories[code])).toEqual(["b", "a", "c", "a"]);
    expect(data.column("note")).toEqual(text(["x", null, "y", "z"]));
    expect(data.target.kind).toBe("numeric");
    expect(seen).toEqual([2, 4]);
  });

  test("no batch, and batches that differ", async () => {
    await expect(fromBatches([])).rejects.toThrow(
      new DataError("fromBatches", "the source must give a batch, received none"),
    );
    await expect(
      fromBatches([
        { a: [1], b: [1] },
        { a: [1], c: [1] },
      ]),
    ).rejects.toThrow(
      "concatDatasets: every part must have the columns 'a', 'b', received one without 'b' and with 'c' too",
    );
    await expect(fromBatches([{ a: [1] }, { a: ["x"] }])).rejects.toThrow(
      "column 'a' must be numeric in every part, received categorical",
    );
  });

  test("an abort rejects at once while the source waits, and ends a source that goes on for ever", async () => {
    const control = new AbortController();
    let ended = 0;
    async function* endless() {
      try {
        for (;;) yield { x: [1] };
      } finally {
        ended++;
      }
    }
    setTimeout(() => control.abort(new Error("enough")), 40);
    await expect(fromBatches(endless(), { signal: control.signal })).rejects.toThrow("enough");
    expect(ended).toBe(1);
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const second = new AbortController();
    setTimeout(() => second.abort(new Error("stop")), 5);
    await expect(fromBatches(stuck, { signal: second.signal })).rejects.toThrow("stop");
  });

  test("an error of the source comes through, with a signal and without", async () => {
    async function* broken() {
      yield { x: [1] };
      throw new Error("cursor lost");
    }
    await expect(fromBatches(broken())).rejects.toThrow("cursor lost");
    await expect(fromBatches(broken(), { signal: new AbortController().signal })).rejects.toThrow(
      "cursor lost",
    );
  });
});
