import { fc, test } from "@fast-check/vitest";
import { Matrix, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { symmetricEigen } from "./symmetric-eigen.js";
import { dot } from "./vectors.js";

const kinds = ["random", "low rank", "repeated", "diagonal", "graded", "zero"] as const;

function symmetric(n: number, kind: (typeof kinds)[number], size: number, seed: number): Matrix {
  const random = new Random(seed);
  const out = new Matrix(n, n);
  const terms = { random: n, "low rank": Math.ceil(n / 3), repeated: 1, diagonal: 0, graded: n, zero: 0 }[
    kind
  ];
  for (let t = 0; t < terms; t++) {
    const v = Float64Array.from({ length: n }, () => random.normal());
    const factor = size * (kind === "graded" ? 10 ** (-3 * t) : t % 2 === 0 ? 1 : -1);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out.data[i * n + j] += factor * v[i] * v[j];
  }
  if (kind === "repeated") for (let i = 0; i < n; i++) out.data[i * n + i] += size;
  if (kind === "diagonal") for (let i = 0; i < n; i++) out.data[i * n + i] = size * random.normal();
  return out;
}

test.prop(
  [
    fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 46, max: 70 })),
    fc.constantFrom(...kinds),
    fc.constantFrom(1, 1e-200, 1e200),
    fc.nat(),
    fc.nat({ max: 39 }),
  ],
  { numRuns: 150 },
)("vectors are orthonormal and stretched by their falling values", (n, kind, size, seed, fewer) => {
  const a = symmetric(n, kind, size, seed);
  const norm = Math.sqrt(a.data.reduce((sum, value) => sum + (value / size) ** 2, 0));
  const count = Math.max(1, n - fewer);
  const { values, vectors } = symmetricEigen(a, count);
  expect(values.length).toBe(n);
  expect(values.slice().sort((x, y) => y - x)).toEqual(values);
  const trace = Array.from({ length: n }, (_, i) => a.at(i, i) / size).reduce((sum, value) => sum + value, 0);
  assertClose([values.reduce((sum, value) => sum + value / size, 0)], [trace], { absolute: 1e-13 * norm });
  const columns = Array.from({ length: count }, (_, c) => vectors.column(c));
  columns.forEach((x, c) => {
    columns.forEach((y, b) => assertClose([dot(x, y)], [b === c ? 1 : 0], { absolute: 1e-13 }));
    for (let i = 0; i < n; i++)
      assertClose([dot(a.row(i), x) / size], [(values[c] / size) * x[i]], { absolute: 1e-13 * norm });
  });
});
