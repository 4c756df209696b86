import { describe, expect, test } from "vitest";
import { categorical, sequence, sparse, tensor } from "./column-build.js";
import type { Column } from "./column.js";
import { concatDatasets } from "./concat.js";
import { fromColumns } from "./from-columns.js";

const join = (a: Column, b: Column): Column =>
  concatDatasets([fromColumns({ x: a }), fromColumns({ x: b })]).column("x");

describe("concatDatasets", () => {
  test("dictionaries are merged, and codes follow; a missing one stays missing", () => {
    expect(join(categorical(["b", null, "c"]), categorical(["a", "c", null]))).toEqual({
      kind: "categorical",
      codes: Int32Array.of(0, -1, 1, 2, 1, -1),
      categories: ["b", "c", "a"],
    });
  });

  test("float32 with float64 is float64, so that no digit is lost", () => {
    const joined = join(
      { kind: "numeric", values: Float32Array.of(0.5) },
      { kind: "numeric", values: Float64Array.of(0.1) },
    );
    expect(joined).toEqual({ kind: "numeric", values: Float64Array.of(0.5, 0.1) });
  });

  test("columns are found by name; roles are those of the first", () => {
    const a = fromColumns({ x: [1], y: [2] }, { target: "y" });
    const b = fromColumns({ y: [4], x: [3] }, { target: "x" });
    const joined = concatDatasets([a, b]);
    expect(joined.names).toEqual(["x", "y"]);
    expect([...joined.column("x", "numeric").values]).toEqual([1, 3]);
    expect(joined.roleOf("y")).toBe("target");
    expect(joined.roleOf("x")).toBe("feature");
  });

  const offsets = Int32Array.of(0, 1);
  const bag = (width: number) =>
    sparse({ offsets, indices: Int32Array.of(0), values: Float64Array.of(1), width });
  test.each<[string, Column, Column, string]>([
    [
      "kinds",
      { kind: "numeric", values: Float64Array.of(1) },
      categorical(["x"]),
      "column 'x' must be numeric in every part, received categorical",
    ],
    [
      "shapes",
      tensor(new Float64Array(4), [2, 2]),
      tensor(new Float64Array(4), [4]),
      "column 'x' must have shape 2 x 2 in every part, received 4",
    ],
    ["widths", bag(2), bag(3), "column 'x' must have width 2 in every part, received 3"],
    ["fields", sequence([[[1]]], ["a"]), sequence([[[1]]], ["b"]), "column 'x' must have fields"],
  ])("other %s are refused", (_, a, b, message) => {
    expect(() => join(a, b)).toThrow(`Dataset: ${message}`);
  });

  test("other columns are refused, by name", () => {
    const parts = [fromColumns({ a: [1], b: [2] }), fromColumns({ a: [1] })] as const;
    expect(() => concatDatasets(parts)).toThrow(
      "concatDatasets: every part must have the columns 'a', 'b', received one without 'b'",
    );
    expect(() => concatDatasets([parts[1], parts[0]])).toThrow(
      "concatDatasets: every part must have the columns 'a', received one with 'b' too",
    );
  });
});
