import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DataError } from "./errors.js";
import { Matrix } from "./matrix.js";

const rowsArbitrary = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(fc.double(), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
  );

describe("Matrix", () => {
  test.prop([rowsArbitrary])("rows, columns and elements are those of the rows it was made from", (rows) => {
    const m = Matrix.fromRows(rows);
    expect([m.rows, m.columns, m.data.length]).toEqual([
      rows.length,
      rows[0].length,
      rows.length * rows[0].length,
    ]);
    expect(m.toRows()).toEqual(rows);
    rows.forEach((row, i) => {
      expect([...m.row(i)]).toEqual(row);
      row.forEach((value, j) => expect(m.at(i, j)).toBe(value));
    });
    for (let j = 0; j < m.columns; j++) expect([...m.column(j)]).toEqual(rows.map((row) => row[j]));
  });

  test("a row is a view, a column a copy", () => {
    const m = Matrix.fromRows([
      [1, 2],
      [3, 4],
    ]);
    m.row(1)[0] = 9;
    m.column(1)[0] = 9;
    expect(m.toRows()).toEqual([
      [1, 2],
      [9, 4],
    ]);
  });

  test("given data is taken as it is, else zeros", () => {
    const data = Float64Array.of(1, 2);
    expect(new Matrix(1, 2, data).data).toBe(data);
    expect(new Matrix(2, 2).toRows()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(Matrix.fromRows([])).toMatchObject({ rows: 0, columns: 0 });
    expect(new Matrix(0, 3).column(2)).toEqual(new Float64Array(0));
  });

  test("ragged rows and wrong sizes are refused", () => {
    expect(() => Matrix.fromRows([[1, 2], [3]])).toThrow(
      "Matrix: row 1 must have 2 values as row 0 has, received 1",
    );
    expect(() => new Matrix(2, 2, new Float64Array(3))).toThrow("Matrix: 2 x 2 needs 4 values, received 3");
    expect(() => new Matrix(2, 2, new Float64Array(3))).toThrow(DataError);
    for (const size of [2.5, -1, Number.NaN, "2"])
      expect(() => new Matrix(size as number, 2)).toThrow(
        "Matrix: rows and columns must be whole numbers >= 0",
      );
  });

  test.each<[unknown, string]>([
    [5, "rows must be an array, received 5"],
    [[1, 2], "row 0 must be an array, received 1"],
    [[[1], "2"], 'row 1 must be an array, received "2"'],
    [[[1], [null]], "row 1, column 0 must be a number, received null"],
    [[["1"]], 'row 0, column 0 must be a number, received "1"'],
  ])("rows of %j are refused", (rows, message) => {
    expect(() => Matrix.fromRows(rows as never)).toThrow(DataError);
    expect(() => Matrix.fromRows(rows as never)).toThrow(`Matrix: ${message}`);
  });

  test("data is a Float64Array", () => {
    expect(() => new Matrix(1, 2, [1, 2] as never)).toThrow(
      "Matrix: data must be a Float64Array, received an array",
    );
  });
});
