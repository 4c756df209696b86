import { fc, test } from "@fast-check/vitest";
import { fromColumns, type LabelledDataset, numeric } from "@strata-ml/core";
import { expect } from "vitest";
import { DecisionTreeClassifier } from "./decision-tree-classifier.js";
import { DecisionTreeRegressor } from "./decision-tree-regressor.js";
import { LEAF } from "./tree.js";

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
/** Rows of two features (some missing), a class and a weight. */
const table = fc.array(fc.tuple(cell, cell, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 4 })), {
  minLength: 6,
  maxLength: 40,
});
type Row = [number, number, number, number];

function dataOf(rows: readonly Row[]): LabelledDataset {
  const column = (j: number): ReturnType<typeof numeric> => numeric(rows.map((row) => row[j]));
  return fromColumns(
    { a: column(0), b: column(1), y: column(2), w: column(3) },
    { target: "y", weight: "w" },
  );
}

/** Weighted squared deviation of the targets from their mean. */
function deviation(rows: readonly Row[]): number {
  const weight = rows.reduce((sum, row) => sum + row[3], 0);
  const mean = rows.reduce((sum, row) => sum + row[3] * row[2], 0) / weight;
  return rows.reduce((sum, row) => sum + row[3] * (row[2] - mean) ** 2, 0);
}

/** Weighted Gini impurity times weight. */
function giniWeight(rows: readonly Row[]): number {
  const weight = rows.reduce((sum, row) => sum + row[3], 0);
  const shares = [0, 1, 2].map(
    (k) => rows.reduce((sum, row) => sum + (row[2] === k ? row[3] : 0), 0) / weight,
  );
  return weight * (1 - shares.reduce((sum, share) => sum + share * share, 0));
}

/** The least impurity that any split of one feature leaves, tried one by one. */
function bestLeft(
  rows: readonly Row[],
  minSamplesLeaf: number,
  impurity: (rows: readonly Row[]) => number,
): number {
  let best = Number.POSITIVE_INFINITY;
  for (const j of [0, 1]) {
    for (const threshold of rows.map((row) => row[j])) {
      if (Number.isNaN(threshold)) continue;
      for (const missingLeft of [false, true]) {
        const goes = (row: Row): boolean => row[j] <= threshold || (missingLeft && Number.isNaN(row[j]));
        const left = rows.filter(goes);
        const right = rows.filter((row) => !goes(row));
        if (left.length < minSamplesLeaf || right.length < minSamplesLeaf) continue;
        best = Math.min(best, impurity(left) + impurity(right));
      }
    }
  }
  return best;
}

test.prop([table, fc.integer({ min: 1, max: 4 })])(
  "the split of a stump is the best of all",
  async (rows, minSamplesLeaf) => {
    for (const [estimator, impurity] of [
      [new DecisionTreeRegressor({ maxDepth: 1, minSamplesLeaf }), deviation],
      [new DecisionTreeClassifier({ maxDepth: 1, minSamplesLeaf }), giniWeight],
    ] as const) {
      if (new Set(rows.map((row) => row[2])).size < 2) continue;
      const { tree } = await estimator.fit(dataOf(rows));
      const expected = bestLeft(rows, minSamplesLeaf, impurity);
      const { weight, impurity: found, left, right } = tree.nodes;
      if (expected === Number.POSITIVE_INFINITY) expect(tree.nodeCount).toBe(1);
      else {
        const sides = [left[0], right[0]];
        const total = sides.reduce((sum, node) => sum + weight[node] * found[node], 0);
        expect(Math.abs(total - expected)).toBeLessThan(1e-9);
      }
    }
  },
);

test.prop([
  table,
  fc.record({
    maxDepth: fc.option(fc.integer({ min: 1, max: 5 })),
    minSamplesLeaf: fc.integer({ min: 1, max: 5 }),
    minSamplesSplit: fc.integer({ min: 2, max: 9 }),
    maxLeafNodes: fc.option(fc.integer({ min: 2, max: 6 })),
    minWeightFractionLeaf: fc.constantFrom(0, 0.1),
    maxFeatures: fc.constantFrom(null, 1),
    seed: fc.nat(),
  }),
])("a tree keeps its limits, and its nodes add up", async (rows, params) => {
  const model = await new DecisionTreeRegressor(params).fit(dataOf(rows));
  const { feature, left, right, count, weight, value } = model.tree.nodes;
  expect(model.depth).toBeLessThanOrEqual(params.maxDepth ?? 40);
  expect(model.leafCount).toBeLessThanOrEqual(params.maxLeafNodes ?? 40);
  const total = rows.reduce((sum, row) => sum + row[3], 0);
  expect(weight[0]).toBe(total);
  for (let node = 0; node < feature.length; node++) {
    if (node > 0) {
      expect(count[node]).toBeGreaterThanOrEqual(params.minSamplesLeaf);
      expect(weight[node]).toBeGreaterThanOrEqual(params.minWeightFractionLeaf * total);
    }
    if (feature[node] === LEAF) continue;
    const [l, r] = [left[node], right[node]];
    expect(count[node]).toBe(count[l] + count[r]);
    expect(count[node]).toBeGreaterThanOrEqual(params.minSamplesSplit);
    expect(weight[l] * value[l] + weight[r] * value[r]).toBeCloseTo(weight[node] * value[node], 9);
  }
  const leaves = model.apply(dataOf(rows));
  const perLeaf = new Int32Array(feature.length);
  for (const leaf of leaves) perLeaf[leaf]++;
  for (let node = 0; node < feature.length; node++)
    expect(perLeaf[node]).toBe(feature[node] === LEAF ? count[node] : 0);
});

test.prop([table])("an unlimited tree separates all rows that differ", async (rows) => {
  const classOf = new Map<string, number>();
  for (const row of rows) classOf.set(`${row[0]}/${row[1]}`, row[2]);
  const clean = rows.map((row): Row => [row[0], row[1], classOf.get(`${row[0]}/${row[1]}`) ?? 0, row[3]]);
  if (new Set(clean.map((row) => row[2])).size < 2) return;
  const data = dataOf(clean);
  const model = await new DecisionTreeClassifier().fit(data);
  expect(model.predict(data)).toEqual(clean.map((row) => row[2]));
});

test.prop([table])("a growing map of a feature changes no leaf", async (rows) => {
  const mapped = rows.map((row): Row => [Math.exp(row[0]), row[1] * 1e-9 - 5, row[2], row[3]]);
  const plain = await new DecisionTreeRegressor().fit(dataOf(rows));
  const other = await new DecisionTreeRegressor().fit(dataOf(mapped));
  expect(other.apply(dataOf(mapped))).toEqual(plain.apply(dataOf(rows)));
});

test("a chain of hundreds of levels is grown to its end", async () => {
  const x = Array.from({ length: 500 }, (_, i) => i);
  const data = fromColumns({ x, y: x.map((i) => 2 ** i) }, { target: "y" });
  const model = await new DecisionTreeRegressor().fit(data);
  expect(model.depth).toBeGreaterThan(200);
  expect([...model.predict(data.take([0, 1, 499]))]).toEqual([1, 2, 2 ** 499]);
});

test("of equally good splits the first feature and the lowest threshold win", async () => {
  const data = fromColumns({ a: [1, 2, 3, 4], b: [1, 2, 3, 4], y: [0, 1, 0, 1] }, { target: "y" });
  const { tree } = await new DecisionTreeClassifier({ maxDepth: 1 }).fit(data);
  expect([tree.nodes.feature[0], tree.nodes.threshold[0]]).toEqual([0, 1.5]);
});

test("a threshold separates its two values, however near they are", async () => {
  const low = 1 + Number.EPSILON;
  const data = fromColumns({ x: [1, low, 1, low], y: [0, 1, 0, 1] }, { target: "y" });
  const model = await new DecisionTreeClassifier().fit(data);
  expect(model.predict(data)).toEqual([0, 1, 0, 1]);
});

test("the seed draws features where maxFeatures leaves some out; a constant one counts for none", async () => {
  const random = Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
  const columns = Object.fromEntries(
    Array.from({ length: 8 }, (_, j) => [`f${j}`, random.map((_, i) => random[(i * (j + 3)) % 60])]),
  );
  const data = fromColumns(
    { ...columns, constant: random.map(() => 1), y: random.map((value) => (value > 0 ? 1 : 0)) },
    { target: "y" },
  );
  const featuresOf = async (seed: number): Promise<string> => {
    const { tree } = await new DecisionTreeClassifier({ maxFeatures: 1, seed }).fit(data);
    expect(tree.nodes.feature).not.toContain(8);
    return tree.nodes.feature.join();
  };
  const trees = await Promise.all([1, 1, 2, 3].map(featuresOf));
  expect(trees[0]).toBe(trees[1]);
  expect(new Set(trees).size).toBe(3);
});

test("class weights that leave no weight are refused", async () => {
  const data = fromColumns({ x: [1, 2], y: [0, 1] }, { target: "y" });
  await expect(new DecisionTreeClassifier({ classWeight: { 0: 0, 1: 0 } }).fit(data)).rejects.toThrow(
    "DecisionTreeClassifier: sample weights times class weights must not all be zero",
  );
});
