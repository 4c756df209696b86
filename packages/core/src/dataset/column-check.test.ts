import { describe, expect, test } from "vitest";
import { DataError } from "../errors.js";
import type { Column } from "./column.js";
import { type ColumnLike, sequence } from "./column-build.js";
import { Dataset } from "./dataset.js";
import { fromColumns } from "./from-columns.js";
import { fromMatrix } from "./from-matrix.js";

const ints = (...values: number[]) => Int32Array.from(values);
const floats = (...values: number[]) => Float64Array.from(values);

const codes = { kind: "categorical", codes: ints(0, 1), categories: ["a", "b"] };
const block = { kind: "tensor", values: floats(1, 2, 3, 4), shape: [2] };
const bag = { kind: "sparse", offsets: ints(0, 1, 2), indices: ints(0, 2), values: floats(1, 2), width: 3 };
const steps = {
  kind: "sequence",
  offsets: ints(0, 1, 2),
  values: floats(1, 0, 2, -1),
  fields: [
    { name: "amount", kind: "numeric" },
    { name: "place", kind: "categorical", categories: ["x"] },
  ],
};
const [amount, place] = steps.fields;

test("columns whose parts fit are taken as they are", () => {
  for (const column of [codes, block, bag, steps, { ...codes, codes: ints(-1, 1) }]) {
    const data = fromColumns({ c: column as unknown as Column });
    expect(data.rows).toBe(2);
    expect(data.column("c")).toBe(column);
  }
});

describe("columns whose parts don't fit are refused by name", () => {
  test.each<[unknown, string]>([
    [
      { kind: "wat", values: [1] },
      "kind must be numeric, categorical, text, sequence, tensor, sparse or timestamp",
    ],
    [{ kind: "wat", values: [1] }, 'received "wat"'],
    [
      { kind: "numeric", values: [1, 2] },
      "values must be a Float64Array or Float32Array, received an array of 2",
    ],
    [{ kind: "numeric" }, "values must be a Float64Array or Float32Array, received undefined"],
    [
      { kind: "timestamp", values: new Float32Array(2) },
      "values must be a Float64Array, received a Float32Array",
    ],
    [{ kind: "text", values: ["a", 5] }, "values must be strings or null, received 5 at row 1"],
    [{ kind: "text", values: "ab" }, 'values must be an array, received "ab"'],
    [{ ...codes, codes: ints(0, 2) }, "codes must be -1 or within 0..1 (2 categories), received 2 at row 1"],
    [
      { ...codes, codes: ints(-2, 0) },
      "codes must be -1 or within 0..1 (2 categories), received -2 at row 0",
    ],
    [{ ...codes, codes: [0, 1] }, "codes must be a Int32Array, received an array of 2"],
    [{ ...codes, categories: ["a", "a"] }, "categories must differ from each other"],
    [
      { ...codes, categories: ["a", undefined] },
      "categories must be an array of strings, received undefined among",
    ],
    [{ ...codes, categories: "ab" }, 'categories must be an array of strings, received "ab"'],
    [{ ...block, shape: [3] }, "values must be whole rows of 3 numbers (shape 3), received 4 numbers"],
    [{ ...block, shape: [-2, -1] }, "shape must be whole numbers above 0, received [-2, -1]"],
    [{ ...block, shape: [0] }, "shape must be whole numbers above 0, received [0]"],
    [{ ...block, shape: [0.5] }, "shape must be whole numbers above 0, received [0.5]"],
    [{ ...block, shape: 2 }, "shape must be whole numbers above 0, received 2"],
    [{ ...block, names: ["a"] }, "names must have 2 entries, received 1"],
    [{ ...bag, indices: ints(0, 9) }, "indices of row 1 must rise within 0..2, received 9"],
    [
      { ...bag, offsets: ints(0, 2, 2), indices: ints(2, 0) },
      "indices of row 0 must rise within 0..2, received 0",
    ],
    [{ ...bag, offsets: ints(0, 2, 1) }, "offsets must rise to 2, received 1 after 2 at row 1"],
    [{ ...bag, offsets: ints(0, 1, 1) }, "offsets must end at the number of values (2), received 1"],
    [{ ...bag, offsets: ints(1, 1, 2) }, "offsets must start with 0, received 1"],
    [{ ...bag, width: 2.5 }, "width must be a whole number >= 0, received 2.5"],
    [{ ...bag, values: floats(1) }, "indices must be as many as values (1), received 2"],
    [{ ...steps, offsets: ints(0, 2, 1, 2) }, "offsets must rise to 2, received 1 after 2 at row 1"],
    [{ ...steps, offsets: ints(0, 1) }, "offsets must end at the number of steps (2), received 1"],
    [{ ...steps, values: floats(1, 0, 2) }, "values must be whole steps of 2 numbers, received 3 numbers"],
    [
      { ...steps, values: floats(1, 0, 2, 1) },
      "field 'place': codes must be -1 or within 0..0 (1 categories), received 1 at row 1",
    ],
    [{ ...steps, fields: [] }, "fields must be an array of at least 1, received an array of 0"],
    [{ ...steps, fields: [amount, amount] }, "fields must have names that differ, received 'amount' twice"],
    [{ ...steps, fields: [amount, "place"] }, "fields[1] must be { name, kind:"],
    [{ ...steps, fields: [amount, { ...place, kind: "text" }] }, "fields[1] must be { name, kind:"],
  ])("%j", (column, message) => {
    const make = () => fromColumns({ fine: [1, 2], odd: column as ColumnLike });
    expect(make).toThrow(DataError);
    expect(make).toThrow("Dataset: column 'odd': ");
    expect(make).toThrow(message);
  });

  const bad = { ...codes, codes: ints(7, 7) } as unknown as Column;
  test("wherever columns come in", () => {
    const data = fromColumns({ fine: [1, 2] });
    expect(() => data.with({ odd: bad })).toThrow("column 'odd': codes must be");
    expect(() => data.withFeatures({ odd: bad })).toThrow("column 'odd': codes must be");
    expect(() => Dataset.create({ odd: bad })).toThrow("column 'odd': codes must be");
    expect(() => fromMatrix([[1], [2]], { target: bad })).toThrow("column 'target': codes must be");
    expect(() => Dataset.create({ odd: null as never })).toThrow(
      "column 'odd': it must be a column, received null",
    );
  });

  test.each([[new DataView(new ArrayBuffer(8))], [new BigInt64Array(2)]])(
    "%s is no array of numbers",
    (values) => {
      expect(() => fromColumns({ odd: values as never })).toThrow(
        "column 'odd' must be a column or an array",
      );
    },
  );
});

describe("what a sequence can't be made of", () => {
  test.each<[unknown, unknown, string]>([
    [5, ["a"], "rows must be an array, received 5"],
    [[[[1]]], "a", 'fields must be an array, received "a"'],
    [[5], ["a"], "row 0 must be an array, received 5"],
    [[[5]], ["a"], "row 0, step 0 must have 1 values, received 5"],
    [[[], [[null]]], ["a"], "row 1, step 0 must hold numbers, received null for 'a'"],
    [[[["1"]]], ["a"], "row 0, step 0 must hold numbers, received \"1\" for 'a'"],
    [
      [[[1]]],
      [{ name: "a", kind: "categorical", categories: ["x"] }],
      "field 'a': codes must be -1 or within 0..0",
    ],
    [[[[1, 2]]], ["a", "a"], "fields must have names that differ, received 'a' twice"],
    [[[[]]], [], "fields must be an array of at least 1"],
  ])("%j with fields %j", (rows, fields, message) => {
    expect(() => sequence(rows as never, fields as never)).toThrow(DataError);
    expect(() => sequence(rows as never, fields as never)).toThrow(`sequence: ${message}`);
  });

  test("its numbers are float32, as it says", () => {
    expect([...sequence([[[16777217], [0.1]]], ["a"]).values]).toEqual([16777216, Math.fround(0.1)]);
  });
});
