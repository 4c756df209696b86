import { readFileSync } from "node:fs";
import { fc, test as property } from "@fast-check/vitest";
import { fromColumns, type LabelledDataset, Matrix, Random, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { ExtraTreesRegressor } from "../ensemble/extra-trees-regressor.js";
import { RandomForestClassifier } from "../ensemble/random-forest-classifier.js";
import { RandomForestRegressor } from "../ensemble/random-forest-regressor.js";
import { DecisionTreeClassifier } from "./decision-tree-classifier.js";
import { DecisionTreeRegressor } from "./decision-tree-regressor.js";
import { costComplexityPath, prunedTree } from "./prune.js";
import { LEAF, type Tree } from "./tree.js";

interface Case {
  readonly name: string;
  readonly weighted: boolean;
  readonly params: Record<string, unknown>;
  readonly path: Record<"ccpAlphas" | "impurities", number[]>;
  readonly pruned: readonly ({
    readonly ccpAlpha: number;
    readonly nodes: number;
    readonly leaves: number;
    readonly prediction: number[] | number[][];
  } & Record<"feature" | "left" | "right" | "leaf" | "importances", number[]>)[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../golden/pruning.json", import.meta.url), "utf8"),
) as Readonly<{
  x: number[][];
  test: number[][];
  classes: number[];
  target: number[];
  weights: number[];
  classifiers: Case[];
  regressors: Case[];
}>;

const features = (rows: number[][]) => ({ x: tensor(Matrix.fromRows(rows).data, [rows[0].length]) });
const unseen = fromColumns(features(golden.test));
const dataOf = (y: number[], { weighted }: Case): LabelledDataset =>
  weighted
    ? fromColumns({ ...features(golden.x), y, w: golden.weights }, { target: "y", weight: "w" })
    : fromColumns({ ...features(golden.x), y }, { target: "y" });
const oneTree = { nEstimators: 1, bootstrap: false, maxFeatures: null };

function expectPruned(tree: Tree, expected: Case["pruned"][number]): void {
  expect([tree.nodeCount, tree.leafCount]).toEqual([expected.nodes, expected.leaves]);
  for (const name of ["feature", "left", "right"] as const)
    expect([...tree.nodes[name]]).toEqual(expected[name]);
  assertClose(tree.importances(expected.importances.length), expected.importances, { absolute: 1e-12 });
}

describe("golden values of scikit-learn", () => {
  test.for(golden.classifiers)("classifiers: $name", async (golden1) => {
    const data = dataOf(golden.classes, golden1);
    const path = await new DecisionTreeClassifier(golden1.params).costComplexityPath(data);
    assertClose(path.ccpAlphas, golden1.path.ccpAlphas, { absolute: 1e-12, label: "ccpAlphas" });
    assertClose(path.impurities, golden1.path.impurities, { absolute: 1e-12, label: "impurities" });
    for (const expected of golden1.pruned) {
      const params = { ...golden1.params, ccpAlpha: expected.ccpAlpha };
      const model = await new DecisionTreeClassifier(params).fit(data);
      expectPruned(model.tree, expected);
      assertClose(model.predictProba(unseen).data, expected.prediction.flat(), { absolute: 1e-12 });
      expect([...model.apply(unseen)]).toEqual(expected.leaf);
      const forest = await new RandomForestClassifier({ ...params, ...oneTree }).fit(data);
      assertClose(forest.predictProba(unseen).data, expected.prediction.flat(), { absolute: 1e-12 });
    }
  });

  test.for(golden.regressors)("regressors: $name", async (golden1) => {
    const data = dataOf(golden.target, golden1);
    const path = await new DecisionTreeRegressor(golden1.params).costComplexityPath(data);
    assertClose(path.ccpAlphas, golden1.path.ccpAlphas, { absolute: 1e-12, label: "ccpAlphas" });
    assertClose(path.impurities, golden1.path.impurities, { absolute: 1e-12, label: "impurities" });
    for (const expected of golden1.pruned) {
      const params = { ...golden1.params, ccpAlpha: expected.ccpAlpha };
      const model = await new DecisionTreeRegressor(params).fit(data);
      expectPruned(model.tree, expected);
      assertClose(model.predict(unseen), expected.prediction.flat(), { absolute: 1e-12 });
      expect([...model.apply(unseen)]).toEqual(expected.leaf);
      const forest = await new RandomForestRegressor({ ...params, ...oneTree }).fit(data);
      assertClose(forest.predict(unseen), expected.prediction.flat(), { absolute: 1e-12 });
    }
  });
});

/** Weighted impurity of a branch, and its leaves, node by node from the leaves up. */
function costs({ nodes, nodeCount }: Tree): { own: number[]; branch: number[]; leaves: number[] } {
  const own = Array.from(nodes.weight, (weight, node) => (weight * nodes.impurity[node]) / nodes.weight[0]);
  const branch = [...own];
  const leaves = Array.from({ length: nodeCount }, () => 1);
  for (let node = nodeCount - 1; node >= 0; node--) {
    if (nodes.left[node] === LEAF) continue;
    branch[node] = branch[nodes.left[node]] + branch[nodes.right[node]];
    leaves[node] = leaves[nodes.left[node]] + leaves[nodes.right[node]];
  }
  return { own, branch, leaves };
}

property.prop([fc.nat(), fc.double({ min: 1e-4, max: 0.3, noNaN: true })])(
  "every branch that is left is worth more than ccpAlpha a leaf, and rows stay under the node that they were in",
  async (seed, ccpAlpha) => {
    const random = new Random(seed);
    const x = Array.from({ length: 80 }, () => random.integer(30));
    const y = x.map((value) => Math.sin(value) + 0.3 * random.normal());
    const data = fromColumns({ x, y }, { target: "y" });
    const { tree } = await new DecisionTreeRegressor().fit(data);
    const pruned = prunedTree(tree, ccpAlpha);
    const { own, branch, leaves } = costs(pruned.tree);
    pruned.tree.nodes.left.forEach((left, node) => {
      if (left !== LEAF)
        expect((own[node] - branch[node]) / (leaves[node] - 1)).toBeGreaterThan(ccpAlpha - 1e-12);
    });
    const matrix = new Matrix(80, 1, Float64Array.from(x));
    const before = tree.apply(matrix);
    expect([...pruned.tree.apply(matrix)]).toEqual(Array.from(before, (leaf) => pruned.nodeOf[leaf]));
    // The path says after which steps the tree has so much impurity.
    const path = costComplexityPath(tree);
    const steps = path.ccpAlphas.filter((alpha) => alpha <= ccpAlpha).length;
    expect(branch[0]).toBeCloseTo(path.impurities[steps - 1], 12);
    expect(path.ccpAlphas.toSorted((a, b) => a - b)).toEqual(path.ccpAlphas);
  },
);

test("forests judge rows out of bag by their pruned trees", async () => {
  const data = fromColumns({ ...features(golden.x), y: golden.target }, { target: "y" });
  for (const Forest of [RandomForestRegressor, ExtraTreesRegressor]) {
    const params = { nEstimators: 30, bootstrap: true, oobScore: true, ccpAlpha: 0.02 };
    const model = await new Forest(params).fit(data);
    const whole = await new Forest({ ...params, ccpAlpha: 0 }).fit(data);
    const nodes = (of: typeof model): number =>
      of.forest.trees.reduce((sum, tree) => sum + tree.nodeCount, 0);
    expect(nodes(model)).toBeLessThan(nodes(whole) / 4);
    // A mean of means of pruned leaves.
    const values = model.forest.trees.map(({ nodes: { value } }) => [Math.min(...value), Math.max(...value)]);
    const least = Math.min(...values.map(([low]) => low));
    const most = Math.max(...values.map(([, high]) => high));
    model.oobPrediction?.forEach((value) => {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    });
    expect(model.oobScore).toBeGreaterThan(0.3);
    expect(model.oobScore).not.toBe(whole.oobScore);
    const stump = await new Forest({ ...params, ccpAlpha: 100 }).fit(data);
    expect(stump.forest.trees.every((tree) => tree.nodeCount === 1)).toBe(true);
    expect(stump.oobScore).toBeLessThan(0.05);
  }
});
