import { FitRun, Matrix, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, it } from "vitest";
import { leadingEigen } from "./leading-eigen.js";
import { denseOperator } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import { dot, normalVectors } from "./vectors.js";

const run = new FitRun("test");

/** A symmetric matrix with these eigenvalues and random vectors. */
async function withSpectrum(values: readonly number[]): Promise<Matrix> {
  const n = values.length;
  const basis = normalVectors(n, n, new Random(7));
  await orthonormalize(basis, [], new Random(8), run);
  const out = new Matrix(n, n);
  basis.forEach((vector, c) => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out.data[i * n + j] += values[c] * vector[i] * vector[j];
  });
  return out;
}

async function leading(a: Matrix, k: number) {
  const operator = denseOperator(a);
  return leadingEigen(
    { size: a.rows, times: (vectors, at) => operator.times(vectors, at) },
    k,
    new Random(0),
    run,
  );
}

describe("leadingEigen", () => {
  it.each([
    ["a falling spectrum", Array.from({ length: 200 }, (_, i) => 0.9 ** i), 5],
    ["a flat one", Array.from({ length: 150 }, (_, i) => 2 - i / 150), 4],
    ["repeated eigenvalues", [5, 5, 5, 5, ...Array.from({ length: 96 }, () => 1)], 4],
    ["all eigenvalues equal", Array.from({ length: 90 }, () => 3), 6],
    ["rank below k", [4, 2, 1, ...Array.from({ length: 77 }, () => 0)], 6],
    ["more than the size allows for blocks", [9, 8, 7, 6, 5, 4, 3], 5],
    ["all of them", [3, 2, 1], 3],
    ["zero", [0, 0, 0, 0], 2],
  ])("finds the eigenvalues of %s", async (_, spectrum, k) => {
    const a = await withSpectrum(spectrum);
    const { values, vectors } = await leading(a, k);
    const expected = [...spectrum].sort((x, y) => y - x).slice(0, k);
    assertClose(values, expected, { absolute: 1e-12 });
    // A v = value v.
    const images = await denseOperator(a).times(vectors, run);
    images.forEach((image, c) =>
      assertClose(
        image,
        vectors[c].map((x) => x * values[c]),
        { absolute: 1e-11 * Math.max(1, expected[0]) },
      ),
    );
    vectors.forEach((vector) => assertClose([dot(vector, vector)], [1], { absolute: 1e-12 }));
  });
});
