import { fc, test } from "@fast-check/vitest";
import { FitRun, fromColumns, Matrix, Random, sparse, tensor } from "@strata-ml/core";
import { describe, expect } from "vitest";
import { LEAF } from "../tree/tree.js";
import { RowDraw } from "./draw-rows.js";
import { FeatureRows } from "./feature-rows.js";
import { type SlowNode, slowIsolationTree } from "./fixtures/slow-isolation-tree.js";
import { growIsolation } from "./grow-isolation.js";
import { isolationScores, isolationScoresOf } from "./isolation-paths.js";
import { type IsolationTrees, mostDepth } from "./isolation-trees.js";

const run = new FitRun("test");

/** Numbers of few values, constant and missing ones among them. */
function randomRows(random: Random, rows: number, columns: number, missing: number): Matrix {
  const of = Array.from({ length: columns }, () => random.integer(3));
  const x = new Matrix(rows, columns);
  for (let k = 0; k < x.data.length; k++) {
    const kind = of[k % columns];
    const value = kind === 0 ? 7 : kind === 1 ? random.integer(4) : random.normal();
    x.data[k] = random.uniform() < missing ? Number.NaN : value;
  }
  return x;
}

const rowsOf = (x: Matrix): FeatureRows =>
  new FeatureRows("test", fromColumns({ x: tensor(x.data, [x.columns]) }));

function nodeOf({ nodes }: IsolationTrees, node: number): SlowNode {
  const { left, feature, threshold, missingLeft, count } = nodes;
  if (left[node] === LEAF) return { count: count[node] };
  return {
    count: count[node],
    split: {
      feature: feature[node],
      threshold: threshold[node],
      missingLeft: missingLeft[node] === 1,
      left: nodeOf({ nodes } as IsolationTrees, left[node]),
      right: nodeOf({ nodes } as IsolationTrees, left[node] + 1),
    },
  };
}

test.prop(
  [
    fc.nat(),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(0, 0.2),
    fc.boolean(),
  ],
  { numRuns: 50 },
)("trees are those of the slow reference", async (seed, rows, columns, missing, bootstrap) => {
  const random = new Random(seed);
  const x = randomRows(random, rows, columns, missing);
  const plan = {
    trees: 3,
    rowsPerTree: 1 + random.integer(rows),
    featuresPerTree: 1 + random.integer(columns),
    bootstrap,
  };
  const draw = new RowDraw(rows, undefined);
  const trees = await growIsolation(run, rowsOf(x), draw, plan, new Random(seed));
  for (let t = 0; t < 3; t++) {
    const own = new Random(seed).fork("rows").fork(t);
    const drawn = bootstrap
      ? new Set(draw.withReplacement(plan.rowsPerTree, own))
      : draw.withoutReplacement(plan.rowsPerTree, own);
    const slow = slowIsolationTree({
      x,
      rows: [...drawn],
      featuresPerTree: plan.featuresPerTree,
      maxDepth: mostDepth(plan.rowsPerTree),
      seed: new Random(seed).fork("splits").fork(t).seed,
    });
    expect(nodeOf(trees, trees.nodes.roots[t])).toEqual(slow);
  }
});

describe("scores", () => {
  /** Scores by walking every tree. */
  function slowScores(trees: IsolationTrees, x: Matrix): Float64Array {
    const sums = new Float64Array(x.rows);
    for (let t = 0; t < trees.treeCount; t++)
      trees.excessLengths(t, x.data, x.columns).forEach((length, row) => (sums[row] += length));
    return trees.toScores(sums);
  }

  test.each([
    ["few rows", 37, 32, 0],
    ["missing values", 203, 64, 0.1],
    ["several chunks, missing values in some", 4500, 256, 0.0001],
    ["trees of all rows", 3000, 3000, 0],
    ["one row a tree", 10, 1, 0],
  ])(
    "%s: the kernel's are the slow ones, bit for bit on any number of threads",
    async (_, rows, rowsPerTree, missing) => {
      const random = new Random(rows);
      const x = randomRows(random, rows, 5, missing);
      const plan = { trees: 20, rowsPerTree, featuresPerTree: 5, bootstrap: false };
      const draw = new RowDraw(rows, undefined);
      const [trees, ...others] = await Promise.all(
        [1, 2, 4].map((threads) => growIsolation(run, rowsOf(x), draw, { ...plan, threads }, new Random(1))),
      );
      for (const other of others) expect(other.nodes).toEqual(trees.nodes);
      const slow = slowScores(trees, x);
      expect(isolationScores(trees, rowsOf(x), rows)).toEqual(slow);
      // Once more, with the kernel that was kept.
      expect(isolationScores(trees, rowsOf(x), rows)).toEqual(slow);
      for (const threads of [1, 2, 4])
        expect(await isolationScoresOf(run, trees, rowsOf(x), rows, threads)).toEqual(slow);
    },
  );

  test("trees that don't fit the memory together are done in groups", async () => {
    const rows = 40_000;
    const x = new Matrix(rows, 1);
    const random = new Random(2);
    x.data.forEach((_, i) => (x.data[i] = random.normal()));
    const plan = { trees: 24, rowsPerTree: rows, featuresPerTree: 1, bootstrap: false };
    const trees = await growIsolation(run, rowsOf(x), new RowDraw(rows, undefined), plan, random);
    expect(24 * 2 ** trees.depth * 24).toBeGreaterThan(2 ** 25);
    const some = new Matrix(500, 1, x.data.slice(0, 500));
    const slow = slowScores(trees, some);
    expect(isolationScores(trees, rowsOf(some), 500)).toEqual(slow);
    expect(await isolationScoresOf(run, trees, rowsOf(some), 500)).toEqual(slow);
  });
});

test("rows are read from numbers, blocks and sparse columns alike", () => {
  const numbers = { a: [1, 2, 3], b: Float32Array.of(4, Number.NaN, 6) };
  const block = tensor(Float64Array.of(1, 4, 2, Number.NaN, 3, 6), [2]);
  const cells = sparse({
    offsets: Int32Array.of(0, 2, 4, 6),
    indices: Int32Array.of(0, 1, 0, 1, 0, 1),
    values: Float64Array.of(1, 4, 2, Number.NaN, 3, 6),
    width: 2,
  });
  for (const data of [fromColumns(numbers), fromColumns({ block }), fromColumns({ cells })]) {
    const rows = new FeatureRows("test", data);
    const columns = new Float64Array(8).fill(-1);
    rows.fill(1, 3, columns, 4);
    expect([...columns]).toEqual([2, 3, -1, -1, Number.NaN, 6, -1, -1]);
    const some = new Float64Array(4);
    rows.gather(Int32Array.of(2, 0), some);
    expect([...some]).toEqual([3, 6, 1, 4]);
  }
});

describe("RowDraw", () => {
  const weights = Float64Array.from({ length: 60 }, (_, row) => row % 3);

  test("draws every row of weight equally often where weights are equal", () => {
    const draw = new RowDraw(4, Float64Array.of(2, 0, 2, 2));
    expect([...draw.rows]).toEqual([0, 2, 3]);
    const random = new Random(1);
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < 3000; k++) {
      const two = draw.withoutReplacement(2, random);
      expect(two[0]).not.toBe(two[1]);
      counts[two[0]]++;
    }
    // Binomial(3000, 1/3) has a standard deviation of 26.
    for (const row of [0, 2, 3]) expect(Math.abs(counts[row] - 1000)).toBeLessThan(4 * 26);
    expect([...draw.rows]).toEqual([0, 2, 3]);
  });

  test("with replacement, in proportion to the weights", () => {
    const counts = [0, 0, 0];
    for (const row of new RowDraw(60, weights).withReplacement(9000, new Random(2))) counts[row % 3]++;
    expect(counts[0]).toBe(0);
    // Binomial(9000, 1/3) has a standard deviation of 45.
    expect(Math.abs(counts[1] - 3000)).toBeLessThan(4 * 45);
  });

  test("without replacement, one after another in proportion to the weights that are left", () => {
    const draw = new RowDraw(3, Float64Array.of(1, 2, 5));
    const random = new Random(3);
    const left = [0, 0, 0];
    for (let k = 0; k < 8000; k++) {
      const two = draw.withoutReplacement(2, random);
      left[3 - two[0] - two[1]]++;
    }
    // The chance to be left over: of row 0, 2/8 * 5/6 + 5/8 * 2/3; of row 2, 1/8 * 2/7 + 2/8 * 1/6.
    const chances = [2 / 8 / 1.2 + 10 / 24, 5 / 8 / 3 + (1 / 8) * (5 / 7), 2 / 56 + 2 / 48];
    chances.forEach((chance, row) => {
      const error = 4 * Math.sqrt(8000 * chance * (1 - chance));
      expect(Math.abs(left[row] - 8000 * chance)).toBeLessThan(error);
    });
    expect([...draw.withoutReplacement(3, random).sort()]).toEqual([0, 1, 2]);
  });
});
