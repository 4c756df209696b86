import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DataError } from "../errors.js";
import { Matrix } from "../matrix.js";
import { denseFeatures } from "./features.js";
import { fromMatrix, type FromMatrixOptions } from "./from-matrix.js";

describe("fromMatrix", () => {
  test.prop([
    fc.integer({ min: 1, max: 6 }).chain((width) =>
      fc.array(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
          minLength: width,
          maxLength: width,
        }),
        { minLength: 1, maxLength: 8 },
      ),
    ),
  ])("is the inverse of denseFeatures, from rows, a Matrix and a block", (rows) => {
    const matrix = Matrix.fromRows(rows);
    const block = { data: Float32Array.from(matrix.data), rows: matrix.rows, columns: matrix.columns };
    expect(denseFeatures("test", fromMatrix(rows))).toEqual(matrix);
    expect(denseFeatures("test", fromMatrix(matrix))).toEqual(matrix);
    // A double beyond float32's range comes as infinity, which features may not hold.
    if (block.data.every(Number.isFinite))
      expect(denseFeatures("test", fromMatrix(block)).data).toEqual(Float64Array.from(block.data));
  });

  test("names, target, weights and roles", () => {
    const data = fromMatrix(
      [
        [1, 2, 9],
        [3, 4, 8],
      ],
      {
        names: ["a", "b", "g"],
        target: ["no", "yes"],
        weights: [1, 2],
        roles: { group: "g" },
      },
    );
    expect(data.schema.map(({ name, role, kind }) => [name, role, kind])).toEqual([
      ["a", "feature", "numeric"],
      ["b", "feature", "numeric"],
      ["g", "group", "numeric"],
      ["target", "target", "categorical"],
      ["weight", "weight", "numeric"],
    ]);
    expect(fromMatrix([[1, 2]]).names).toEqual(["x0", "x1"]);
    expect(fromMatrix([[1, 2]], { roles: { target: "x1" } }).target).toEqual({
      kind: "numeric",
      values: Float64Array.of(2),
    });
  });

  test("no rows", () => {
    expect(fromMatrix([])).toMatchObject({ rows: 0, names: [] });
    expect(fromMatrix(new Matrix(0, 2))).toMatchObject({ rows: 0, names: ["x0", "x1"] });
  });

  const two = [
    [1, 2],
    [3, 4],
  ];
  test.each<[unknown, FromMatrixOptions, string]>([
    [[[1, 2], [3]], {}, "row 1 must have 2 values as row 0 has, received 1"],
    [
      [
        [1, 2],
        [3, null],
      ],
      {},
      "row 1, column 1 must be a number, received null",
    ],
    [[[1, "2"]], {}, 'row 0, column 1 must be a number, received "2"'],
    [{ data: [1, 2, 3], rows: 2, columns: 2 }, {}, "a matrix of 2 x 2 must have 4 values, received 3"],
    [two, { names: ["a"] }, "names must have 2 entries, received 1"],
    [two, { names: ["a", "a"] }, 'columns must have different names, received "a" twice'],
    [
      two,
      { names: ["a", "target"], target: [0, 1] },
      'columns must have different names, received "target" twice',
    ],
    [
      two,
      { target: [0, 1], roles: { target: "x0" } },
      'the target must be given once, received values and the column "x0"',
    ],
    [
      two,
      { weights: [0, 1], roles: { weight: "x0" } },
      'the weight must be given once, received values and the column "x0"',
    ],
  ])("refuses %j with %j", (matrix, options, message) => {
    const make = () => fromMatrix(matrix as number[][], options);
    expect(make).toThrow(DataError);
    expect(make).toThrow(`fromMatrix: ${message}`);
  });

  test("a target of another length", () => {
    expect(() => fromMatrix(two, { target: [1] })).toThrow(
      "column 'target' must have 2 rows as the others have, received 1",
    );
  });
});
