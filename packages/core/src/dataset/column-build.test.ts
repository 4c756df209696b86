import { describe, expect, test } from "vitest";
import { DataError } from "../errors.js";
import {
  categorical,
  type ColumnLike,
  numeric,
  sequence,
  sparse,
  tensor,
  text,
  timestamp,
} from "./column-build.js";
import { fromColumns } from "./from-columns.js";

const nan = Number.NaN;

describe("numeric", () => {
  test("float arrays are taken as they are", () => {
    const [double, single] = [Float64Array.of(1), Float32Array.of(1)];
    expect(numeric(double).values).toBe(double);
    expect(numeric(single).values).toBe(single);
  });

  test("whole numbers, booleans and what is missing", () => {
    expect(numeric(Int32Array.of(-1, 2)).values).toEqual(Float64Array.of(-1, 2));
    expect(numeric(Uint8Array.of(255)).values).toEqual(Float64Array.of(255));
    expect(numeric([1.5, true, false, null, undefined]).values).toEqual(Float64Array.of(1.5, 1, 0, nan, nan));
    expect(() => numeric([1, "2" as unknown as number])).toThrow(
      'numeric: row 1 must be a number, received "2"',
    );
  });
});

describe("categorical", () => {
  test("the dictionary is what was seen, sorted by code unit", () => {
    expect(categorical(["b", "a", null, "B", undefined, "b"])).toEqual({
      kind: "categorical",
      codes: Int32Array.of(2, 1, -1, 0, -1, 2),
      categories: ["B", "a", "b"],
    });
    expect(categorical([10, 9, true]).categories).toEqual(["10", "9", "true"]);
  });

  test("a given dictionary keeps its order, and refuses what it lacks", () => {
    expect(categorical(["lo", "hi"], ["lo", "mid", "hi"]).codes).toEqual(Int32Array.of(0, 2));
    expect(() => categorical(["lo", "x"], ["lo"])).toThrow(
      'categorical: row 1 must be one of the 1 categories, received "x"',
    );
    expect(() => categorical([], ["a", "a"])).toThrow("categorical: categories must differ from each other");
  });
});

describe("text, tensor, sequence and sparse", () => {
  test("text", () => {
    expect(text(["a", null, undefined, ""]).values).toEqual(["a", null, null, ""]);
    expect(() => text([1 as unknown as string])).toThrow("text: row 0 must be a string, received 1");
  });

  test("tensor", () => {
    expect(tensor(new Float64Array(6), [3])).toEqual({
      kind: "tensor",
      values: new Float64Array(6),
      shape: [3],
    });
    expect(tensor(new Float64Array(2), [2], ["a", "b"]).names).toEqual(["a", "b"]);
    expect(() => tensor(new Float64Array(5), [2, 2])).toThrow(
      "tensor: values must be whole rows of 4 numbers (shape 2 x 2), received 5 numbers",
    );
    expect(() => tensor(new Float64Array(0), [0])).toThrow(DataError);
    expect(() => tensor(new Float64Array(2), [2], ["a"])).toThrow(
      "tensor: names must have 2 entries, received 1",
    );
  });

  test("sequence", () => {
    const made = sequence(
      [
        [
          [1, -1],
          [3, 0],
        ],
        [],
      ],
      ["a", { name: "b", kind: "categorical", categories: ["x"] }],
    );
    expect([made.offsets, made.values]).toEqual([Int32Array.of(0, 2, 2), Float32Array.of(1, -1, 3, 0)]);
    expect(made.fields.map(({ kind }) => kind)).toEqual(["numeric", "categorical"]);
    expect(() => sequence([[[1], [1, 2]]], ["a"])).toThrow(
      "sequence: row 0, step 1 must have 1 values, received 2",
    );
  });

  const parts = {
    offsets: Int32Array.of(0, 2, 3),
    indices: Int32Array.of(0, 3, 1),
    values: Float64Array.of(1, 2, 3),
    width: 4,
  };
  test("sparse takes parts that fit", () => {
    expect(sparse(parts)).toEqual({ kind: "sparse", ...parts });
  });
  test.each([
    [{ offsets: Int32Array.of(1, 3) }, "offsets must start with 0"],
    [{ offsets: new Int32Array(0) }, "offsets must start with 0"],
    [{ offsets: Int32Array.of(0, 2) }, "offsets must end at the number of values (3), received 2"],
    [{ indices: Int32Array.of(0, 3) }, "indices must be as many as values (3), received 2"],
    [
      { offsets: Int32Array.of(0, 3, 2, 3), indices: Int32Array.of(0, 1, 3) },
      "offsets must rise to 3, received 2 after 3 at row 1",
    ],
    [{ offsets: Int32Array.of(0, 1e9, 3) }, "offsets must rise to 3, received 1000000000 after 0 at row 0"],
    [{ indices: Int32Array.of(0, 4, 1) }, "indices of row 0 must rise within 0..3, received 4"],
    [{ indices: Int32Array.of(3, 3, 1) }, "indices of row 0 must rise within 0..3, received 3"],
    [{ indices: Int32Array.of(-1, 3, 1) }, "indices of row 0 must rise within 0..3, received -1"],
    [{ names: ["a"] }, "names must have 4 entries, received 1"],
  ])("sparse refuses %j", (patch, message) => {
    expect(() => sparse({ ...parts, ...patch })).toThrow(`sparse: ${message}`);
  });
});

describe("fromColumns", () => {
  test("plain arrays by what they hold", () => {
    const day = new Date("2018-07-25");
    const data = fromColumns({
      n: [1, null],
      f: [true, false],
      s: ["x", null],
      d: [day, day],
      none: [null, null],
      i: Int32Array.of(1, 2),
    });
    expect(data.schema.map(({ kind }) => kind)).toEqual([
      "numeric",
      "numeric",
      "categorical",
      "timestamp",
      "numeric",
      "numeric",
    ]);
    expect(data.column("d")).toEqual(timestamp([day, day]));
  });

  test.each<[unknown, string]>([
    [[1, "x"], "column 'a' must hold numbers, received \"x\" at row 1"],
    [["x", null, 1], "column 'a' must hold strings, received 1 at row 2"],
    [[new Date(0), 5], "column 'a' must hold dates, received 5 at row 1"],
    [[new Date("x")], "column 'a' must hold numbers, strings or dates, received a Date at row 0"],
    [[{}], "column 'a' must hold numbers, strings or dates, received an object at row 0"],
    [[[1]], "column 'a' must hold numbers, strings or dates, received an array of 1 at row 0"],
    ["text", "column 'a' must be a column or an array, received \"text\""],
    [null, "column 'a' must be a column or an array, received null"],
  ])("refuses %j by name", (values, message) => {
    expect(() => fromColumns({ a: values as ColumnLike })).toThrow(`Dataset: ${message}`);
  });
});
