import { FitRun, Matrix, minimise, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { ColumnDesign } from "./column-design.js";
import type { DesignMatrix } from "./design-matrix.js";
import { logisticObjective } from "./logistic-objective.js";
import { SparseDesign } from "./sparse-design.js";

const run = new FitRun("test");

/** Rows of sparse and correlated features with classes that follow them. */
function problem(
  rows: number,
  columns: number,
  classes: number,
  options: { sparse?: boolean; rare?: boolean } = {},
) {
  const random = new Random(rows + columns);
  const matrix = new Matrix(rows, columns);
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = matrix.row(i);
    for (let j = 0; j < columns; j++) {
      const copied = j > 0 && j % 3 === 0 ? row[j - 1] : 0;
      if (random.uniform() < 0.3) row[j] = copied + 0.05 * random.normal() + (j % 5);
    }
    // Only the very first rows know the last feature.
    if (options.rare) row[columns - 1] = i < 3 ? 1 : 0;
    const score = row[0] - row[1 % columns] + random.normal();
    codes[i] = Math.min(classes - 1, Math.max(0, Math.floor(score + classes / 2)));
  }
  const weights = Float64Array.from({ length: rows }, () => 0.2 + random.uniform());
  const design: DesignMatrix = options.sparse ? csr(matrix) : byColumns(matrix);
  return { design, codes, classes, weights, penalty: 0.5, fitIntercept: true, matrix };
}

function byColumns(matrix: Matrix): ColumnDesign {
  return new ColumnDesign(
    Array.from({ length: matrix.columns }, (_, j) => matrix.column(j)),
    matrix.rows,
  );
}

function csr(matrix: Matrix): SparseDesign {
  const offsets = [0];
  const indices: number[] = [];
  for (let i = 0; i < matrix.rows; i++) {
    matrix.row(i).forEach((value, j) => value !== 0 && indices.push(i * matrix.columns + j));
    offsets.push(indices.length);
  }
  return new SparseDesign({
    rows: matrix.rows,
    columns: matrix.columns,
    offsets: Int32Array.from(offsets),
    indices: Int32Array.from(indices, (at) => at % matrix.columns),
    values: Float64Array.from(indices, (at) => matrix.data[at]),
  });
}

describe("logisticObjective", () => {
  it.each([
    ["binary", 2, false],
    ["multinomial", 4, false],
    ["sparse multinomial", 3, true],
  ] as const)("has the gradient that its values have: %s", async (_, classes, sparse) => {
    const { evaluate, start } = logisticObjective(problem(60, 7, classes, { sparse }), run);
    const random = new Random(0);
    const at = start.map((value) => value + 0.3 * random.normal());
    const gradient = new Float64Array(at.length);
    await evaluate(at, gradient);
    const unused = new Float64Array(at.length);
    const step = 1e-5;
    const slopes = new Float64Array(at.length);
    for (let j = 0; j < at.length; j++) {
      const up = at.with(j, at[j] + step);
      const down = at.with(j, at[j] - step);
      slopes[j] = ((await evaluate(up, unused)) - (await evaluate(down, unused))) / (2 * step);
    }
    assertClose(gradient, slopes, { absolute: 1e-9 });
  });

  // Whole factor, factor of a sample that misses a feature, and diagonal: all lead to the same minimum.
  it.each([
    ["all rows", { rows: 400, columns: 30, sparse: false, rare: false, most: 25 }],
    ["a sample of the rows", { rows: 6000, columns: 300, sparse: true, rare: true, most: 40 }],
    ["scales alone", { rows: 300, columns: 600, sparse: true, rare: false, most: 300 }],
  ] as const)(
    "reaches the minimum with the curvature of %s",
    async (_, { rows, columns, sparse, rare, most }) => {
      const { matrix, ...task } = problem(rows, columns, 2, { sparse, rare });
      const { evaluate, start, coordinates } = logisticObjective(task, run);
      const result = await minimise(evaluate, start, { tol: 1e-9, maxIter: 1000 });
      expect(result.stopped).toBe("gradient");
      expect(result.iterations).toBeLessThan(most);
      const w = new Float64Array(columns);
      const bias = new Float64Array(1);
      coordinates.toOriginal(result.x, w, bias);
      // The gradient of sum of weighted losses + penalty / 2 ||w||², by its definition.
      const gradient = w.map((value) => task.penalty * value);
      let byBias = 0;
      for (let i = 0; i < rows; i++) {
        const row = matrix.row(i);
        const z = row.reduce((sum, value, j) => sum + value * w[j], bias[0]);
        const rest = task.weights[i] * (1 / (1 + Math.exp(-z)) - task.codes[i]);
        byBias += rest;
        for (let j = 0; j < columns; j++) gradient[j] += rest * row[j];
      }
      assertClose([...gradient, byBias], new Float64Array(columns + 1), { absolute: 1e-5 });
    },
  );
});
