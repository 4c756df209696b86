import {
  Bool,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeData,
  makeVector,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  TimeSecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint64,
  Utf8,
  type DataType,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { categorical, sequence, tensor, text } from "./column-build.js";
import { fromArrow } from "./from-arrow.js";

const nan = Number.NaN;
const one = (values: readonly unknown[], type: DataType) =>
  new Table({ x: vectorFromArray(values as never[], type) });
const columnOf = (values: readonly unknown[], type: DataType) => fromArrow(one(values, type)).column("x");
const numeric = (...values: number[]) => ({ kind: "numeric", values: Float64Array.from(values) });
const time = Date.UTC(2018, 6, 25, 1, 2, 3);

describe("fromArrow", () => {
  test.each<[string, readonly unknown[], DataType, unknown]>([
    ["float64", [1.5, -2], new Float64(), numeric(1.5, -2)],
    ["float64 with nulls", [1.5, null], new Float64(), numeric(1.5, nan)],
    ["float32", [1.5, null], new Float32(), { kind: "numeric", values: Float32Array.of(1.5, nan) }],
    [
      "float16",
      [1.5, -0.25, 6e-8, 65504, null, -2],
      new Float16(),
      numeric(1.5, -0.25, 2 ** -24, 65504, nan, -2),
    ],
    ["int32", [1, null, -7], new Int32(), numeric(1, nan, -7)],
    ["int64", [1n, null, -(2n ** 53n) + 1n], new Int64(), numeric(1, nan, -(2 ** 53) + 1)],
    ["uint64", [1n, 2n], new Uint64(), numeric(1, 2)],
    ["bool", [true, false, null], new Bool(), numeric(1, 0, nan)],
    ["null", [null, null], new Null(), numeric(nan, nan)],
    ["utf8", ["y", null, "x"], new Utf8(), categorical(["y", null, "x"])],
    ["large utf8", ["y", null], new LargeUtf8(), categorical(["y", null])],
    [
      "dictionary",
      ["y", null, "x", "y"],
      new Dictionary(new Utf8(), new Int32()),
      categorical(["y", null, "x", "y"]),
    ],
    [
      "date in days",
      [new Date("2018-07-25"), null],
      new DateDay(),
      { kind: "timestamp", values: Float64Array.of(Date.UTC(2018, 6, 25), nan) },
    ],
    [
      "date in ms",
      [new Date(time), null],
      new DateMillisecond(),
      { kind: "timestamp", values: Float64Array.of(time, nan) },
    ],
    [
      "timestamp in s",
      [new Date(time), null],
      new TimestampSecond(),
      { kind: "timestamp", values: Float64Array.of(time, nan) },
    ],
    [
      "timestamp in us",
      [new Date(time), null],
      new TimestampMicrosecond(),
      { kind: "timestamp", values: Float64Array.of(time, nan) },
    ],
    [
      "timestamp in ns",
      [new Date(time), null],
      new TimestampNanosecond(),
      { kind: "timestamp", values: Float64Array.of(time, nan) },
    ],
    [
      "fixed-size lists",
      [[1, 2], null, [3, 4]],
      new FixedSizeList(2, new Field("item", new Float32())),
      tensor(Float64Array.of(1, 2, nan, nan, 3, 4), [2]),
    ],
    [
      "lists",
      [[1, 2], null, [], [3]],
      new List(new Field("item", new Float64())),
      sequence([[[1], [2]], [], [], [[3]]], ["value"]),
    ],
  ])("%s", (_, values, type, expected) => {
    expect(columnOf(values, type)).toEqual(expected);
  });

  test("nested fixed-size lists are tensors of more axes", () => {
    const inner = new FixedSizeList(2, new Field("item", new Int32()));
    const type = new FixedSizeList(3, new Field("item", inner));
    expect(
      columnOf(
        [
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        ],
        type,
      ),
    ).toEqual(tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
  });

  test("lists of structs are sequences of their members", () => {
    const step = new Struct([new Field("amount", new Float64()), new Field("mcc", new Utf8())] as Field[]);
    const rows = [
      [
        { amount: 5, mcc: "shop" },
        { amount: null, mcc: "bar" },
      ],
      null,
    ];
    expect(columnOf(rows, new List(new Field("item", step as DataType)))).toEqual(
      sequence(
        [
          [
            [5, 1],
            [nan, 0],
          ],
          [],
        ],
        ["amount", { name: "mcc", kind: "categorical", categories: ["bar", "shop"] }],
      ),
    );
  });

  test("decimals, negative ones too", () => {
    const words = Uint32Array.of(1050, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff);
    const data = makeData({ type: new Decimal(2, 10, 128), length: 2, data: words });
    expect(fromArrow(new Table({ x: makeVector(data) })).column("x")).toEqual(numeric(10.5, -0.01));
  });

  test("a dictionary of numbers holds numbers", () => {
    expect(columnOf([1.5, 2.5, 1.5, null], new Dictionary(new Float64(), new Int32()))).toEqual(
      numeric(1.5, 2.5, 1.5, nan),
    );
  });

  test("several batches, of which each has a dictionary of its own", () => {
    const batch = (n: number[], c: (string | null)[]) =>
      new Table({
        n: vectorFromArray(n, new Float64()),
        c: vectorFromArray(c, new Dictionary(new Utf8(), new Int32())),
      }).batches[0];
    const first = batch([1, 2], ["y", "x"]);
    const second = batch([3], ["z"]);
    const schema = new Schema([new Field("n", new Float64()), first.schema.fields[1]]);
    const data = fromArrow(
      new Table(
        schema,
        [first, second].map((b) => new RecordBatch(schema, b.data)),
      ),
    );
    expect(data.column("n")).toEqual(numeric(1, 2, 3));
    const { codes, categories } = data.column("c", "categorical");
    expect([...codes].map((code) => categories[code])).toEqual(["y", "x", "z"]);
  });

  test("a slice of a table, through the wire format", () => {
    const table = new Table({
      f: vectorFromArray([1, null, 3, 4], new Float64()),
      b: vectorFromArray([true, null, false, true], new Bool()),
      s: vectorFromArray(["a", "b", null, "d"], new Utf8()),
      d: vectorFromArray(["a", "b", null, "d"], new Dictionary(new Utf8(), new Int32())),
      l: vectorFromArray([[1], [2, 3], null, [4]], new List(new Field("item", new Int32()))),
    });
    const data = fromArrow(tableFromIPC(tableToIPC(table)).slice(1, 4));
    expect(data.column("f")).toEqual(numeric(nan, 3, 4));
    expect(data.column("b")).toEqual(numeric(nan, 0, 1));
    expect(data.column("s")).toEqual(categorical(["b", null, "d"]));
    expect(data.column("d")).toEqual(categorical(["b", null, "d"]));
    expect(data.column("l")).toEqual(sequence([[[2], [3]], [], [[4]]], ["value"]));
  });

  test("doubles of one batch without nulls are shared", () => {
    const values = Float64Array.of(1, 2, 3);
    const table = new Table({ x: makeVector(values) });
    expect(fromArrow(table).column("x", "numeric").values.buffer).toBe(
      table.getChildAt(0)!.data[0].values.buffer,
    );
  });

  test("kinds and roles", () => {
    const table = new Table({
      note: vectorFromArray(["a", null], new Utf8()),
      day: vectorFromArray(["2018-07-25", null], new Utf8()),
      y: vectorFromArray([0, 1], new Int32()),
    });
    const data = fromArrow(table, { kinds: { note: "text", day: "timestamp" }, roles: { target: "y" } });
    expect(data.column("note")).toEqual(text(["a", null]));
    expect(data.column("day")).toEqual({
      kind: "timestamp",
      values: Float64Array.of(Date.UTC(2018, 6, 25), nan),
    });
    expect(data.target.kind).toBe("numeric");
  });

  test("no rows", () => {
    expect(columnOf([], new Float64())).toEqual(numeric());
    expect(columnOf([], new Utf8())).toEqual(categorical([]));
  });

  test("what can't be read is refused by name", () => {
    const cast =
      "must be of numbers, booleans, strings, dates, timestamps, or lists of numbers or of structs of those";
    expect(() => columnOf([1], new TimeSecond())).toThrow(
      `fromArrow: column 'x' ${cast}, received Time32<SECOND>: cast or leave it out`,
    );
    const nested = new List(new Field("item", new List(new Field("item", new Int32()))));
    expect(() => columnOf([[[1]]], nested)).toThrow(
      `fromArrow: column 'x' ${cast}, received List<List<Int32>>`,
    );
    expect(() => columnOf([1n, 2n ** 60n], new Int64())).toThrow(
      "fromArrow: row 1: x must be an integer within 2^53, received 1152921504606846976",
    );
    expect(() => fromArrow(one([1], new Int32()), { kinds: { y: "text" } })).toThrow(
      "fromArrow: kinds must name columns ('x'), received \"y\"",
    );
    const field = { name: "x", type: new Int32() };
    expect(() => fromArrow({ numRows: 1, schema: { fields: [field] }, getChildAt: () => null })).toThrow(
      "fromArrow: column 'x' must have data, received none",
    );
    expect(() =>
      fromArrow({
        numRows: 1,
        schema: { fields: [field, field] },
        getChildAt: () => vectorFromArray([1], new Int32()),
      }),
    ).toThrow("fromArrow: column 'x' must be there once, received it twice");
  });
});
