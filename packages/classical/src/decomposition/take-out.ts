import type { FitRun, Matrix } from "@strata-ml/core";
import type { Vectors } from "./vectors.js";

/** Takes the parts along the orthonormal `basis` out of the vectors and adds them to `coefficients` (basis x vectors). */
export async function takeOut(
  vectors: Vectors,
  basis: readonly Float64Array[],
  coefficients: Matrix,
  run: FitRun,
): Promise<void> {
  const { data, columns } = coefficients;
  const pairs = inGroups(vectors, 2);
  for (const [b, four] of inGroups(basis, 4).entries()) {
    for (const [c, pair] of pairs.entries()) {
      const parts = takeOutOfTwo(four, pair);
      for (let q = 0; q < parts.length; q++) {
        const [row, column] = [4 * b + (q % 4), 2 * c + (q < 4 ? 0 : 1)];
        if (row < basis.length && column < columns) data[row * columns + column] += parts[q];
      }
    }
    await run.breathe();
  }
}

/** The vectors in groups, the last one with zeros in place of those that are not there. */
function inGroups(vectors: readonly Float64Array[], size: number): Vectors[] {
  const out: Vectors[] = [];
  for (let at = 0; at < vectors.length; at += size) {
    const group = vectors.slice(at, at + size);
    while (group.length < size) group.push(new Float64Array(vectors[0].length));
    out.push(group);
  }
  return out;
}

/** Each number that is read is used for two or four sums: the parts of the first vector along four directions, then those of the second. */
function takeOutOfTwo([d0, d1, d2, d3]: Vectors, [x, y]: Vectors): readonly number[] {
  let x0 = 0;
  let x1 = 0;
  let x2 = 0;
  let x3 = 0;
  let y0 = 0;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i];
    const b = y[i];
    x0 += a * d0[i];
    x1 += a * d1[i];
    x2 += a * d2[i];
    x3 += a * d3[i];
    y0 += b * d0[i];
    y1 += b * d1[i];
    y2 += b * d2[i];
    y3 += b * d3[i];
  }
  for (let i = 0; i < x.length; i++) {
    x[i] -= x0 * d0[i] + x1 * d1[i] + (x2 * d2[i] + x3 * d3[i]);
    y[i] -= y0 * d0[i] + y1 * d1[i] + (y2 * d2[i] + y3 * d3[i]);
  }
  return [x0, x1, x2, x3, y0, y1, y2, y3];
}
