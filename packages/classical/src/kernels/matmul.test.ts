import { fc, test } from "@fast-check/vitest";
import { FitRun, Matrix, Random } from "@strata-ml/core";
import { describe, expect } from "vitest";
import { BlockProduct, matmul, matmulAsync } from "./matmul.js";
import { KernelTeam } from "./team.js";

function problem(rows: number, steps: number, columns: number, transposed: boolean, seed: number) {
  const random = new Random(seed);
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const left = Array.from({ length: rows }, () => draw(steps));
  const right = transposed
    ? new Matrix(columns, steps, draw(steps * columns))
    : new Matrix(steps, columns, draw(steps * columns));
  return { left, right, transposed };
}

function byKernels(
  product: ReturnType<typeof problem>,
  rows: number,
  columns: number,
  team: KernelTeam,
): Matrix {
  const out = new Matrix(rows, columns);
  const multiply = new BlockProduct(product, out, team);
  for (let column = 0; column < columns; column += 512)
    for (let row = 0; row < rows; row += 256) multiply.block(row, column);
  return out;
}

describe("matmul", () => {
  const size = fc.integer({ min: 1, max: 45 });
  test.prop([size, size, size, fc.boolean(), fc.nat()], { numRuns: 60 })(
    "gives the same bits by kernels as without",
    (rows, steps, columns, transposed, seed) => {
      const product = problem(rows, steps, columns, transposed, seed);
      const quick = byKernels(product, rows, columns, KernelTeam.alone(BlockProduct.bytes));
      // So little is done by plain loops.
      expect(matmul(product)).toEqual(quick);
      const at = (k: number, j: number) => (transposed ? product.right.at(j, k) : product.right.at(k, j));
      let sum = 0;
      for (let k = 0; k < steps; k++) sum += product.left[rows - 1][k] * at(k, columns - 1);
      expect(quick.at(rows - 1, columns - 1)).toBeCloseTo(sum, 10);
    },
  );

  test.each([false, true])(
    "joins blocks, and is the same on 1, 2 and 4 threads (transposed: %s)",
    async (way) => {
      const [rows, steps, columns] = [259, 515, 518];
      const product = problem(rows, steps, columns, way, 4);
      const expected = matmul(product);
      for (const [i, j] of [
        [0, 0],
        [258, 517],
        [256, 3],
        [7, 512],
      ]) {
        let sum = 0;
        for (let k = 0; k < steps; k++)
          sum += product.left[i][k] * (way ? product.right.at(j, k) : product.right.at(k, j));
        expect(expected.at(i, j)).toBeCloseTo(sum, 10);
      }
      expect(await matmulAsync(product, new FitRun("test"))).toEqual(expected);
      for (const threads of [2, 4]) {
        // oxlint-disable-next-line eslint/no-await-in-loop
        const team = await KernelTeam.start(BlockProduct.bytes, threads);
        expect(byKernels(product, rows, columns, team)).toEqual(expected);
        team.close();
      }
    },
  );
});
