import { Matrix, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { smallSvd } from "./small-svd.js";

function random(n: number, element: (i: number, j: number, normal: number) => number): Matrix {
  const from = new Random(n);
  const out = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out.data[i * n + j] = element(i, j, from.normal());
  return out;
}

const cases: [string, Matrix][] = [
  ["any matrix", random(60, (_i, _j, x) => x)],
  ["columns of all sizes", random(40, (_i, j, x) => x * 10 ** -j)],
  ["numbers near the limits", random(20, (_i, _j, x) => x * 1e300)],
  ["tiny numbers", random(20, (_i, _j, x) => x * 1e-300)],
  ["rank 2", random(30, (i, j) => Math.sin(i) * Math.cos(j) + i * j)],
  ["a triangle", random(50, (i, j, x) => (j < i ? 0 : x))],
  ["a diagonal", random(10, (i, j) => (i === j ? (i % 3) - 1 : 0))],
  ["zero", new Matrix(4, 4)],
  ["one number", new Matrix(1, 1, Float64Array.of(-3))],
];

describe("smallSvd", () => {
  it.each(cases)("factors %s to the last digits", (_, a) => {
    const n = a.rows;
    const { left, singularValues, right } = smallSvd(a);
    const size = Math.max(singularValues[0], Number.MIN_VALUE);
    for (const vectors of [left, right]) {
      for (let b = 0; b < n; b++)
        for (let c = 0; c <= b; c++) {
          const product = vectors.column(b).reduce((sum, x, i) => sum + x * vectors.at(i, c), 0);
          assertClose([product], [b === c ? 1 : 0], { absolute: 4e-15 });
        }
    }
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let c = 0; c < n; c++) sum += left.at(i, c) * (singularValues[c] / size) * right.at(j, c);
        assertClose([sum], [a.at(i, j) / size], { absolute: 4e-15 });
      }
    expect(singularValues).toEqual(singularValues.slice().sort().reverse());
  });
});
