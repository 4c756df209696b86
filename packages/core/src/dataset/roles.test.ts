import { describe, expect, test } from "vitest";
import { DataError, ParamError } from "../errors.js";
import { Dataset } from "./dataset.js";
import { fromArrow } from "./from-arrow.js";
import { fromBatches } from "./from-batches.js";
import { fromColumns } from "./from-columns.js";
import { fromMatrix } from "./from-matrix.js";
import { fromRows } from "./from-rows.js";
import type { Roles } from "./roles.js";
import type { Role } from "./schema.js";

const columns = { x: [1, 2], scenario: [0, 1], y: [0, 1] };
const data = fromColumns(columns);
const table = { numRows: 0, schema: { fields: [] }, getChildAt: () => null };

// A column whose role is misspelt would be learned from: the scenario gives the answer away.
const misspelt = { target: "y", ids: ["scenario"] } as Roles;
const message =
  "roles must be among 'target', 'weight', 'group', 'time', 'id', received \"ids\", did you mean 'id'?";

test.each<[string, () => unknown]>([
  ["fromColumns", () => fromColumns(columns, misspelt)],
  ["withRoles", () => data.withRoles(misspelt)],
  ["with", () => data.with({ z: [1, 2] }, misspelt)],
  ["Dataset.create", () => Dataset.create(new Map([["y", data.column("y")]]), misspelt)],
  ["fromRows", () => fromRows([{ scenario: 1, y: 2 }], { roles: misspelt })],
  ["fromMatrix", () => fromMatrix([[1]], { names: ["y"], roles: misspelt })],
  ["fromArrow", () => fromArrow(table, { roles: misspelt })],
])("a misspelt role is refused by %s", (_, call) => {
  expect(call).toThrow(ParamError);
  expect(call).toThrow(message);
});

test("a misspelt role is refused by fromBatches before anything is read", async () => {
  let read = 0;
  function* source() {
    read++;
    yield columns;
  }
  await expect(fromBatches(source(), { roles: misspelt })).rejects.toThrow(`fromBatches: ${message}`);
  expect(read).toBe(0);
});

describe("what a role can't be", () => {
  test.each<[unknown, string]>([
    [{ weights: "x" }, "received \"weights\", did you mean 'weight'?"],
    [{ label: "x" }, 'received "label"'],
    ["y", 'roles must be an object, received "y"'],
    [null, "roles must be an object, received null"],
    [{ target: ["y"] }, "target must be a column's name, received an array of 1"],
    [{ id: 5 }, "id must be a column's name or an array of names, received 5"],
    [{ id: ["x", 5] }, "id must be a column's name or an array of names, received an array of 2"],
  ])("%j", (roles, expected) => {
    expect(() => fromColumns(columns, roles as Roles)).toThrow(ParamError);
    expect(() => fromColumns(columns, roles as Roles)).toThrow(expected);
  });

  test("a role that is undefined is one not given", () => {
    expect(fromColumns(columns, { target: undefined, id: "x" }).namesOf("target")).toEqual([]);
  });

  test("a role by itself", () => {
    const expected =
      'the role must be "feature" or "target" or "weight" or "group" or "time" or "id", received "targt"';
    expect(() => data.withRole("y", "targt" as Role)).toThrow(ParamError);
    expect(() => data.withRole("y", "targt" as Role)).toThrow(`Dataset: ${expected}`);
    expect(() => data.namesOf("targt" as Role)).toThrow(`Dataset: ${expected}`);
  });
});

describe("options that no reader has", () => {
  test.each<[string, () => unknown, string]>([
    [
      "fromRows",
      () => fromRows([{ y: 1 }], { role: { target: "y" } } as object),
      "fromRows: options must be among 'schema', 'kinds', 'roles', received \"role\", did you mean 'roles'?",
    ],
    [
      "fromMatrix",
      () => fromMatrix([[1]], { target: [1], sampleWeight: [2] } as never),
      "fromMatrix: options must be among 'names', 'target', 'weights', 'roles', received \"sampleWeight\"",
    ],
    [
      "fromArrow",
      () => fromArrow(table, { columns: {} } as object),
      "fromArrow: options must be among 'kinds', 'roles', received \"columns\"",
    ],
    [
      "kinds of fromRows",
      () => fromRows([{ y: 1 }], { kinds: { y: "number" } } as object),
      'fromRows: kinds.y must be one of "numeric", "categorical", "text", "timestamp"',
    ],
    [
      "kinds of fromArrow",
      () => fromArrow(table, { kinds: { y: { kind: "tensor", shape: [1.5] } } } as object),
      "fromArrow: kinds.y",
    ],
  ])("%s", (_, call, expected) => {
    expect(call).toThrow(ParamError);
    expect(call).toThrow(expected);
  });

  test("fromBatches", async () => {
    await expect(fromBatches([columns], { role: {} } as object)).rejects.toThrow(
      "fromBatches: options must be among 'signal', 'onProgress', 'roles', received \"role\"",
    );
  });
});

describe("arguments that are none", () => {
  test.each<[string, () => unknown, string]>([
    ["fromRows", () => fromRows("abc" as never), 'fromRows: rows must be an array, received "abc"'],
    ["fromRows of a Map", () => fromRows([new Map()]), "fromRows: row 0 must be an object, received a Map"],
    [
      "fromMatrix",
      () => fromMatrix(5 as never),
      "fromMatrix: the matrix must be an array of rows or { data, rows, columns }, received 5",
    ],
    ["fromMatrix of nothing", () => fromMatrix(undefined as never), "fromMatrix: the matrix must be"],
    [
      "fromMatrix of a vector",
      () => fromMatrix([1, 2] as never),
      "fromMatrix: row 0 must be an array of numbers, received 1",
    ],
    [
      "fromArrow",
      () => fromArrow(null as never),
      "fromArrow: the table must be an Arrow table, received null",
    ],
    ["take", () => data.take(5 as never), "Dataset: take: index must be an array, received 5"],
    ["select", () => data.select("x" as never), "Dataset: select: names must be an array of names"],
    ["drop", () => data.drop("x" as never), "Dataset: drop: names must be an array of names"],
    ["filter", () => data.filter(5 as never), "Dataset: filter: keep must be a function, received 5"],
  ])("%s", (_, call, expected) => {
    expect(call).toThrow(DataError);
    expect(call).toThrow(expected);
  });

  test("fromBatches", async () => {
    await expect(fromBatches(5 as never)).rejects.toThrow(
      "fromBatches: the source must be something to iterate, received 5",
    );
  });
});
