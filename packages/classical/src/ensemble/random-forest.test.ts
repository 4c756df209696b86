import { fromColumns, Matrix, Random, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { DecisionTreeClassifier } from "../tree/decision-tree-classifier.js";
import { DecisionTreeRegressor } from "../tree/decision-tree-regressor.js";
import type { Tree } from "../tree/tree.js";
import { drawCounts } from "./fixtures/draw-counts.js";
import { RandomForestClassifier } from "./random-forest-classifier.js";
import { RandomForestRegressor } from "./random-forest-regressor.js";

const random = new Random(31);
const rows = 300;
const x = Matrix.fromRows(
  Array.from({ length: 2 * rows }, () =>
    Array.from({ length: 5 }, () =>
      random.uniform() < 0.05 ? Number.NaN : Math.round(random.normal() * 32) / 32,
    ),
  ),
);
const signal = Array.from(
  { length: rows },
  (_, i) => (x.at(i, 0) || 0) + Math.sin(2 * (x.at(i, 1) || 1)) + 0.5 * random.normal(),
);
const features = (from: number) => ({ x: tensor(x.data.slice(from * 5, (from + rows) * 5), [5]) });
const columns = {
  ...features(0),
  y: signal.map((value) => (value > 0.6 ? 2 : value > -0.7 ? 1 : 0)),
  t: signal,
  w: signal.map(() => Math.round(1000 * random.exponential()) / 1000),
};
const unweighted = fromColumns(columns, { target: "y", id: ["t", "w"] });
const weighted = fromColumns(columns, { target: "y", weight: "w", id: "t" });
const measured = fromColumns(columns, { target: "t", weight: "w", id: "y" });
const unseen = fromColumns(features(rows));

function expectSameTree(tree: Tree, expected: Tree): void {
  for (const name of ["feature", "threshold", "left", "right", "missingLeft", "count"] as const)
    expect(tree.nodes[name]).toEqual(expected.nodes[name]);
  // Sums are taken in another order.
  for (const name of ["value", "impurity", "weight"] as const)
    assertClose(tree.nodes[name], expected.nodes[name], { absolute: 1e-12, relative: 1e-12, label: name });
}

// In leaves of so many rows no two splits are equally good: of such ones a forest draws one, a decision tree takes the first.
const minSamplesLeaf = 6;
const oneTree = { nEstimators: 1, maxFeatures: null, bootstrap: false, minSamplesLeaf };

test.each(["gini", "entropy"] as const)(
  "one tree of every feature and row is the decision tree: %s",
  async (criterion) => {
    const forest = await new RandomForestClassifier({ ...oneTree, criterion }).fit(weighted);
    const tree = await new DecisionTreeClassifier({ criterion, minSamplesLeaf }).fit(weighted);
    expectSameTree(forest.forest.trees[0], tree.tree);
    assertClose(forest.predictProba(unseen).data, tree.predictProba(unseen).data, { absolute: 1e-12 });
    expect([...forest.apply(unseen).data]).toEqual([...tree.apply(unseen)]);
  },
);

test("one regression tree of every feature and row is the decision tree", async () => {
  const forest = await new RandomForestRegressor(oneTree).fit(measured);
  const tree = await new DecisionTreeRegressor({ minSamplesLeaf }).fit(measured);
  expectSameTree(forest.forest.trees[0], tree.tree);
  assertClose(forest.predict(unseen), tree.predict(unseen), { absolute: 1e-12 });
});

test("more distinct values, and rows, than 16 bits tell apart are split exactly", async () => {
  const many = 70_000;
  const draw = new Random(6);
  const a = Float64Array.from({ length: many }, () => draw.normal());
  const b = Float64Array.from({ length: many }, (_, i) => (i % 50 === 0 ? Number.NaN : draw.normal()));
  const t = a.map((value, i) => value * (b[i] || 0.5) + draw.normal());
  const y = Array.from(t, (value) => (value > 1 ? 2 : value > 0 ? 1 : 0));
  const limits = { maxDepth: 5, minSamplesLeaf };
  const classified = fromColumns({ a, b, y }, { target: "y" });
  const forest = await new RandomForestClassifier({ ...oneTree, ...limits }).fit(classified);
  expectSameTree(forest.forest.trees[0], (await new DecisionTreeClassifier(limits).fit(classified)).tree);
  const regressed = fromColumns({ a, b, t }, { target: "t" });
  const regressor = await new RandomForestRegressor({ ...oneTree, ...limits }).fit(regressed);
  expectSameTree(regressor.forest.trees[0], (await new DecisionTreeRegressor(limits).fit(regressed)).tree);
});

test("rows too wide to stay together are read by column", async () => {
  const draw = new Random(7);
  const wide = new Matrix(
    120,
    150,
    Float64Array.from({ length: 120 * 150 }, () => draw.normal()),
  );
  const y = Array.from({ length: 120 }, (_, i) => (wide.at(i, 3) + wide.at(i, 140) > 0 ? 1 : 0));
  const data = fromColumns({ x: tensor(wide.data, [150]), y }, { target: "y" });
  const forest = await new RandomForestClassifier(oneTree).fit(data);
  expectSameTree(
    forest.forest.trees[0],
    (await new DecisionTreeClassifier({ minSamplesLeaf }).fit(data)).tree,
  );
});

test("averages the trees, which differ by their seed alone", async () => {
  const model = await new RandomForestClassifier({ nEstimators: 8, seed: 4 }).fit(unweighted);
  const again = await new RandomForestClassifier({ nEstimators: 8, seed: 4 }).fit(unweighted);
  const other = await new RandomForestClassifier({ nEstimators: 8, seed: 5 }).fit(unweighted);
  const proba = model.predictProba(unseen);
  expect(again.predictProba(unseen)).toEqual(proba);
  expect(other.predictProba(unseen)).not.toEqual(proba);
  const matrix = new Matrix(rows, 5, x.data.slice(rows * 5));
  const sums = new Float64Array(proba.data.length);
  for (const tree of model.forest.trees) tree.addValues(matrix, sums);
  expect(proba.data).toEqual(sums.map((sum) => sum / 8));
  const leaves = model.apply(unseen);
  expect([leaves.rows, leaves.columns]).toEqual([rows, 8]);
  model.forest.trees.forEach((tree, t) => expect([...leaves.column(t)]).toEqual([...tree.apply(matrix)]));
});

describe("drawCounts, the plain version of the kernels' draws,", () => {
  test("draws as many rows as have a weight, in proportion to it", () => {
    const weights = Float64Array.from({ length: 3000 }, (_, row) => row % 3);
    const counts = drawCounts(weights, new Random(1));
    expect(counts.reduce((sum, count) => sum + count)).toBe(2000);
    const sums = [0, 0, 0];
    counts.forEach((count, row) => (sums[row % 3] += count));
    expect(sums[0]).toBe(0);
    // Binomial(2000, 1/3) has a standard deviation of 21.
    expect(Math.abs(sums[1] - 2000 / 3)).toBeLessThan(4 * 21.1);
  });

  test("leaves out a share 1/e of equally heavy rows", () => {
    const counts = drawCounts(new Float64Array(20_000).fill(2), new Random(2));
    const out = counts.filter((count) => count === 0).length / 20_000;
    // Its standard deviation is 0.0022.
    expect(Math.abs(out - Math.exp(-1))).toBeLessThan(0.009);
  });
});
