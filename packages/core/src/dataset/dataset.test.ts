import { describe, expect, test } from "vitest";
import { DataError } from "../errors.js";
import { categorical, numeric, sequence, sparse, tensor, text } from "./column-build.js";
import { Dataset } from "./dataset.js";
import { fromColumns } from "./from-columns.js";

const data = fromColumns(
  { a: [1, 2, 3], b: ["x", "y", "x"], w: [1, 1, 2], y: [0, 1, 0] },
  { target: "y", weight: "w" },
);

describe("roles", () => {
  test("columns not named are features; schema and namesOf keep the order", () => {
    expect(data.schema).toEqual([
      { name: "a", role: "feature", kind: "numeric" },
      { name: "b", role: "feature", kind: "categorical", categories: ["x", "y"] },
      { name: "w", role: "weight", kind: "numeric" },
      { name: "y", role: "target", kind: "numeric" },
    ]);
    expect(data.featureSchema.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(data.schemaOf("w")).toEqual({ name: "w", role: "weight", kind: "numeric" });
    expect(data.weight).toBe(data.column("w"));
    expect([data.group, data.time]).toEqual([undefined, undefined]);
  });

  test("a new target makes the old one an id, so that it can't leak", () => {
    const moved = data.withRoles({ target: "a" });
    expect(moved.namesOf("target")).toEqual(["a"]);
    expect(moved.roleOf("y")).toBe("id");
    expect(data.withRole("a", "target").roleOf("y")).toBe("id");
    expect(data.withRole("a", "target").target).toBe(data.column("a"));
    expect(data.roleOf("y")).toBe("target");
  });

  test("a role can be taken away", () => {
    const bare = data.withRole("y", "feature");
    expect(bare.isLabelled()).toBe(false);
    expect(bare.target).toBeUndefined();
    expect(() => bare.labelled("Ridge")).toThrow(
      "Ridge: the dataset must have a column with the target role, received none",
    );
    expect(data.labelled("Ridge")).toBe(data);
  });

  test("several ids, one group, one time", () => {
    const roles = fromColumns({ a: [1], b: [1], c: [1], d: [1] }, { id: ["a", "b"], group: "c", time: "d" });
    expect([
      roles.namesOf("id"),
      roles.namesOf("group"),
      roles.namesOf("time"),
      roles.namesOf("feature"),
    ]).toEqual([["a", "b"], ["c"], ["d"], []]);
    expect(fromColumns({ a: [1] }, { id: "a" }).roleOf("a")).toBe("id");
  });

  test("one column can't have two roles", () => {
    expect(() => fromColumns({ a: [1] }, { target: "a", weight: "a" })).toThrow(
      "Dataset: column 'a' must have one role, received target and weight",
    );
    expect(() => fromColumns({ a: [1] }, { target: "a", id: ["a"] })).toThrow(
      "Dataset: column 'a' must have one role, received target and id",
    );
  });

  test("a role that names no column", () => {
    expect(() => fromColumns({ a: [1] }, { target: "b" })).toThrow(
      "Dataset: role target must name one of 'a', received \"b\"",
    );
    expect(() => fromColumns({ a: [1] }, { id: ["b"] })).toThrow(
      "Dataset: role id must name one of 'a', received \"b\"",
    );
  });
});

describe("columns", () => {
  test("by name and kind", () => {
    expect(data.column("a", "numeric").values).toEqual(Float64Array.of(1, 2, 3));
    expect(() => data.column("a", "text")).toThrow("Dataset: column 'a' must be text, received numeric");
    expect(() => data.column("z")).toThrow(
      "Dataset: column 'z' must be one of 'a', 'b', 'w', 'y', received \"z\"",
    );
    expect([data.has("a"), data.has("z")]).toEqual([true, false]);
    expect(() => data.roleOf("z")).toThrow(DataError);
  });

  test("select, drop and selectFeatures", () => {
    expect(data.select(["y", "a"]).names).toEqual(["y", "a"]);
    expect(data.select(["y", "a"]).target).toBe(data.target);
    expect(data.drop(["a", "w"]).names).toEqual(["b", "y"]);
    expect(data.selectFeatures(["b"]).names).toEqual(["b", "w", "y"]);
    expect(data.select([])).toMatchObject({ rows: 3, names: [] });
    for (const act of [() => data.select(["z"]), () => data.drop(["z"]), () => data.selectFeatures(["z"])])
      expect(act).toThrow(DataError);
  });

  test("with adds, and replaces with the role kept", () => {
    const more = data.with({ c: [true, false, true], y: [5, 6, 7] });
    expect(more.names).toEqual(["a", "b", "w", "y", "c"]);
    expect(more.target.kind === "numeric" && [...more.target.values]).toEqual([5, 6, 7]);
    expect(more.column("c")).toEqual(numeric([1, 0, 1]));
    expect(data.with({ y2: [1, 2, 3] }, { target: "y2" }).roleOf("y")).toBe("id");
    expect(() => data.with({ c: [1] })).toThrow("Dataset: column 'c' must have 3 rows, received 1");
    expect([...data.column("y", "numeric").values]).toEqual([0, 1, 0]);
  });

  test("withFeatures replaces all features and nothing else", () => {
    const replaced = data.withFeatures({ a: [9, 9, 9], block: tensor(new Float64Array(6), [2]) });
    expect(replaced.names).toEqual(["w", "y", "a", "block"]);
    expect(replaced.namesOf("feature")).toEqual(["a", "block"]);
    expect(() => data.withFeatures({ y: [1, 2, 3] })).toThrow(
      "Dataset: feature 'y' must differ from the columns of other roles, received the name of the target column",
    );
  });

  test("columns of unequal length", () => {
    expect(() => Dataset.create({ a: numeric([1]), b: numeric([1, 2]) })).toThrow(
      "Dataset: column 'b' must have 1 rows as the others have, received 2",
    );
  });

  test("no columns, no rows", () => {
    expect(Dataset.create({})).toMatchObject({ rows: 0, names: [] });
    expect(fromColumns({ a: [] }).take([]).slice(0).rows).toBe(0);
  });
});

describe("views share what is stored", () => {
  const values = Float64Array.of(1, 2, 3, 4);
  const offsets = Int32Array.of(0, 1, 3, 3, 4);
  const wide = fromColumns({
    f: values,
    c: categorical(["a", "b", "a", "b"]),
    block: tensor(new Float64Array(8), [2]),
    steps: {
      kind: "sequence",
      offsets,
      values: new Float32Array(4),
      fields: [{ name: "v", kind: "numeric" }],
    },
    bag: sparse({
      offsets,
      indices: Int32Array.of(0, 0, 1, 1),
      values: Float64Array.of(1, 2, 3, 4),
      width: 2,
    }),
  });
  const buffers = (of: Dataset) => [
    of.column("f", "numeric").values.buffer,
    of.column("c", "categorical").codes.buffer,
    of.column("block", "tensor").values.buffer,
    of.column("steps", "sequence").values.buffer,
    of.column("bag", "sparse").values.buffer,
    of.column("bag", "sparse").indices.buffer,
  ];

  test("fromColumns, select, drop, with and withRoles give the very columns", () => {
    expect(wide.column("f", "numeric").values).toBe(values);
    const others = [
      wide.select(["f"]),
      wide.drop(["c"]),
      wide.with({ z: [1, 2, 3, 4] }),
      wide.withRoles({ target: "c" }),
      wide.slice(0),
    ];
    for (const other of others) expect(other.column("f")).toBe(wide.column("f"));
  });

  test("a slice, and a slice of a slice, copy no values", () => {
    for (const part of [wide.slice(1, 3), wide.slice(1).slice(1, 2), wide.slice(0, 4).slice(2)])
      expect(buffers(part).every((buffer, i) => buffer === buffers(wide)[i])).toBe(true);
    expect([...wide.slice(1).slice(1).column("f", "numeric").values]).toEqual([3, 4]);
  });

  test("a column is gathered once", () => {
    const taken = wide.take([3, 0]);
    expect(taken.column("f")).toBe(taken.column("f"));
    expect([...taken.column("f", "numeric").values]).toEqual([4, 1]);
  });

  test("float32 stays float32", () => {
    const single = fromColumns({ f: Float32Array.of(1, 2), t: tensor(new Float32Array(2), [1]) }).take([
      1, 1, 0,
    ]);
    expect(single.column("f", "numeric").values).toEqual(Float32Array.of(2, 2, 1));
    expect(single.column("t", "tensor").values).toBeInstanceOf(Float32Array);
  });
});

describe("rows", () => {
  test("take copies its index, so a caller may write on into it", () => {
    const index = Int32Array.of(2, 0);
    const taken = data.take(index);
    index.fill(1);
    expect([...taken.column("a", "numeric").values]).toEqual([3, 1]);
  });

  test.each([[[3]], [[-1]], [[0.5]], [[Number.NaN]], [Float64Array.of(1e12)]])("take refuses %j", (index) => {
    expect(() => data.take(index)).toThrow(`Dataset: take: row must be in 0..2, received ${index[0]}`);
  });

  test("slice is clipped, and wants whole numbers", () => {
    expect([
      data.slice(1).rows,
      data.slice(-5, 2).rows,
      data.slice(2, 1).rows,
      data.slice(0, Number.POSITIVE_INFINITY).rows,
      data.slice(9).rows,
    ]).toEqual([2, 2, 0, 3, 0]);
    expect(() => data.slice(0.5)).toThrow("Dataset: slice: rows must be whole numbers, received 0.5 and 3");
    expect(() => data.slice(0, Number.NaN)).toThrow(DataError);
  });

  test("filter sees rows of the view", () => {
    const view = data.take([2, 1, 0]);
    const { values } = view.column("a", "numeric");
    expect([...view.filter((row) => values[row] !== 2).column("a", "numeric").values]).toEqual([3, 1]);
  });

  test("text and sequences follow", () => {
    const mixed = fromColumns({ t: text(["p", null, "r"]), s: sequence([[[1], [2]], [], [[3]]], ["v"]) });
    expect(mixed.take([2, 0, 2, 1]).column("t")).toEqual(text(["r", "p", "r", null]));
    expect(mixed.take([2, 0, 2, 1]).column("s")).toEqual(sequence([[[3]], [[1], [2]], [[3]], []], ["v"]));
    expect(mixed.slice(1).column("s")).toEqual(sequence([[], [[3]]], ["v"]));
  });
});
