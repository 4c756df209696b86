import { FitRun, Matrix, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { exactSvd } from "./exact-svd.js";
import { denseOperator } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import { dot, normalVectors, type Vectors } from "./vectors.js";

const warnings: string[] = [];
const run = new FitRun("test", { onWarning: (line) => warnings.push(line) });

async function orthonormal(count: number, length: number, seed: number): Promise<Vectors> {
  const vectors = normalVectors(count, length, new Random(seed));
  await orthonormalize(vectors, [], new Random(seed + 1), run);
  return vectors;
}

/** A matrix with these singular values and random vectors. */
async function withSpectrum(rows: number, columns: number, values: readonly number[]) {
  const left = await orthonormal(values.length, rows, 7);
  const right = await orthonormal(values.length, columns, 9);
  const a = new Matrix(rows, columns);
  values.forEach((value, c) => {
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) a.data[i * columns + j] += value * left[c][i] * right[c][j];
  });
  return { a, right };
}

const spectra: [string, number[], number][] = [
  ["a falling one", Array.from({ length: 120 }, (_, i) => 0.9 ** i), 5],
  ["a flat one", Array.from({ length: 120 }, (_, i) => 2 - i / 120), 4],
  ["one far apart", [6018, 565, 0.06, 0.0047, ...Array.from({ length: 100 }, (_, i) => 1e-5 / (i + 1))], 4],
  ["small values close together", [1e4, 10, ...Array.from({ length: 100 }, (_, i) => 0.01 - i * 1e-5)], 4],
  ["repeated values", [5, 5, 5, 5, ...Array.from({ length: 96 }, () => 1)], 4],
  ["rank below k", [4, 2, 1], 6],
  ["few dimensions", [9, 8, 7, 6, 5, 4, 3], 5],
  ["zero", [0, 0, 0], 2],
];

describe.each([
  ["tall", 40, 0],
  ["wide", 0, 40],
])("exactSvd of %s matrices", (_, moreRows, moreColumns) => {
  it.each(spectra)("is right to rounding for %s", async (_name, spectrum, k) => {
    const size = Math.max(spectrum.length, k);
    const { a, right } = await withSpectrum(size + moreRows, size + moreColumns, spectrum);
    const factors = await exactSvd(denseOperator(a), k, new Random(0), run);
    const expected = Array.from({ length: k }, (_unused, c) => spectrum[c] ?? 0);
    const largest = spectrum[0];
    assertClose(factors.singularValues, expected, { absolute: 1e-14 * largest });
    const images = await denseOperator(a).times(factors.right, run);
    images.forEach((image, c) => {
      const error = 1e-14 * largest + 1e-13 * expected[c];
      assertClose(
        image,
        factors.left[c].map((value) => value * factors.singularValues[c]),
        { absolute: error },
      );
      factors.right.forEach((other, d) =>
        assertClose([dot(factors.right[c], other)], [c === d ? 1 : 0], { absolute: 4e-15 }),
      );
      // A backward-stable method's error: next to the largest, over the distance to the next.
      const gap = Math.min(expected[c] - (spectrum[c + 1] ?? 0), (spectrum[c - 1] ?? Infinity) - expected[c]);
      if (gap <= 1e-9 * largest) return;
      const sign = Math.sign(dot(right[c], factors.right[c]));
      assertClose(
        factors.right[c].map((value) => sign * value),
        right[c],
        { absolute: error / gap },
      );
    });
    expect(warnings).toEqual([]);
  });
});
