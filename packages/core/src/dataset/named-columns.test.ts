import { describe, expect, test } from "vitest";
import { DataError } from "../errors.js";
import { concatDatasets } from "./concat.js";
import { readCsv } from "./csv/read-csv.js";
import { fromBatches } from "./from-batches.js";
import { fromColumns } from "./from-columns.js";
import { fromMatrix } from "./from-matrix.js";
import { fromRows } from "./from-rows.js";
import { packDataset, unpackDataset } from "./pack.js";

const odd = ["b", "10", "2", "__proto__", "toString", "constructor", "hasOwnProperty"];
const columns = new Map(odd.map((name, j) => [name, [j, j + 0.5]]));

describe("columns keep their order, whatever they are called", () => {
  const data = fromColumns(columns, { target: "2", id: "__proto__" });

  test("from a Map, and from pairs", () => {
    expect(data.names).toEqual(odd);
    expect([data.roleOf("2"), data.roleOf("__proto__"), data.roleOf("toString")]).toEqual([
      "target",
      "id",
      "feature",
    ]);
    expect(fromColumns([...columns]).schema).toEqual(fromColumns(columns).schema);
    expect(data.column("__proto__", "numeric").values).toEqual(Float64Array.of(3, 3.5));
  });

  test("from a matrix", () => {
    expect(fromMatrix([[1, 2, 3]], { names: ["b", "10", "2"] }).names).toEqual(["b", "10", "2"]);
    expect(fromMatrix([odd.map((_, j) => j)], { names: odd }).column("__proto__", "numeric").values).toEqual(
      Float64Array.of(3),
    );
  });

  test("from CSV, with kinds and roles by name", async () => {
    const csv = `${odd.join(",")}\n0,1,2,3,4,5,6\n`;
    const kinds = JSON.parse('{ "__proto__": "categorical", "toString": "text" }') as Record<string, "text">;
    const read = await readCsv(csv, { kinds, roles: { target: "2", id: ["constructor"] } });
    expect(read.names).toEqual(odd);
    expect(read.schema.map(({ kind }) => kind)).toEqual([
      "numeric",
      "numeric",
      "numeric",
      "categorical",
      "text",
      "numeric",
      "numeric",
    ]);
    expect([read.roleOf("2"), read.roleOf("constructor")]).toEqual(["target", "id"]);
    expect((await readCsv("10,2,y\n1,2,3\n")).names).toEqual(["10", "2", "y"]);
  });

  test("from rows, but for names that are whole numbers, which the rows themselves reorder", () => {
    const row = JSON.parse('{ "b": 1, "__proto__": 2, "toString": 3 }') as object;
    const kinds = JSON.parse('{ "__proto__": "categorical" }') as Record<string, "categorical">;
    const read = fromRows([row], { kinds });
    expect(read.names).toEqual(["b", "__proto__", "toString"]);
    expect(read.column("__proto__", "categorical").categories).toEqual(["2"]);
  });

  test("in steps of a sequence, a field that a step lacks is missing", () => {
    const kinds = { h: { kind: "sequence", fields: ["toString"] } } as const;
    expect(fromRows([{ h: [{ other: 1 }] }], { kinds }).column("h", "sequence").values).toEqual(
      Float32Array.of(Number.NaN),
    );
  });

  test("through concatenation, batches and packing", async () => {
    expect(concatDatasets([data, data]).names).toEqual(odd);
    expect(concatDatasets([data, data]).roleOf("2")).toBe("target");
    expect((await fromBatches([columns, data])).names).toEqual(odd);
    expect(unpackDataset(structuredClone(packDataset(data))).schema).toEqual(data.schema);
  });

  test("in with and withFeatures", () => {
    const more = [
      ["7", [1, 2]],
      ["3", [1, 2]],
    ] as const;
    expect(data.with(more).names).toEqual([...odd, "7", "3"]);
    expect(data.withFeatures(new Map(more)).namesOf("feature")).toEqual(["7", "3"]);
  });
});

test.each([
  [null, "columns must be an object, or a Map or list of [name, column], received null"],
  [undefined, "columns must be an object"],
  ["abc", "columns must be an object"],
  [[[1, 2]], "each of the columns must be [name, column], received an array of 2"],
  [[["a"]], "each of the columns must be [name, column], received an array of 1"],
  [Float64Array.of(1), "each of the columns must be [name, column], received 1"],
  [
    [
      ["a", [1]],
      ["a", [2]],
    ],
    "column 'a' must be there once, received it twice",
  ],
])("fromColumns refuses %j", (bad, message) => {
  expect(() => fromColumns(bad as never)).toThrow(DataError);
  expect(() => fromColumns(bad as never)).toThrow(`fromColumns: ${message}`);
});
