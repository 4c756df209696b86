import { readFileSync } from "node:fs";
import { fromColumns, type LabelledDataset, logLoss, Matrix, Random, tensor } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { DecisionTreeClassifier } from "../tree/decision-tree-classifier.js";
import { drawCounts } from "./bootstrap.js";
import { RandomForestClassifier } from "./random-forest-classifier.js";

interface Spread<T> {
  readonly mean: T;
  readonly sd: T;
}

const golden = JSON.parse(
  readFileSync(new URL("../../golden/ensemble.json", import.meta.url), "utf8"),
) as Readonly<{
  x: number[][];
  y: number[];
  weights: number[];
  test: number[][];
  truth: number[];
  trees: number;
  cases: readonly Readonly<{
    name: string;
    params: Record<string, unknown>;
    weighted: boolean;
    loss: Spread<number>;
    importances: Spread<number[]>;
  }>[];
}>;

const columns = (rows: number[][]) => ({ x: tensor(Matrix.fromRows(rows).data, [rows[0].length]) });
const unweighted: LabelledDataset = fromColumns({ ...columns(golden.x), y: golden.y }, { target: "y" });
const weighted = fromColumns(
  { ...columns(golden.x), y: golden.y, w: golden.weights },
  { target: "y", weight: "w" },
);
const test_ = fromColumns(columns(golden.test));
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("RandomForestClassifier", () => {
  test.each(golden.cases)(
    "$name: loss and importances are distributed as scikit-learn's",
    async ({ params, loss, importances, weighted: weighs }) => {
      const seeds = [0, 1, 2, 3, 4, 5];
      const fits = await Promise.all(
        seeds.map((seed) =>
          new RandomForestClassifier({ ...params, nEstimators: golden.trees, seed }).fit(
            weighs ? weighted : unweighted,
          ),
        ),
      );
      const losses = fits.map((model) => {
        const proba = model.predictProba(test_).toRows();
        return logLoss(
          golden.truth,
          Matrix.fromRows(
            proba.map((row) => {
              const clipped = row.map((p) => Math.min(0.998, Math.max(0.002, p)));
              const sum = clipped.reduce((a, b) => a + b);
              return clipped.map((p) => p / sum);
            }),
          ),
        );
      });
      // Four standard errors of the difference of a mean of 6 seeds and one of 60.
      const errors = 4 * Math.sqrt(1 / seeds.length + 1 / 60);
      expect(Math.abs(mean(losses) - loss.mean)).toBeLessThan(errors * loss.sd);
      importances.mean.forEach((theirs, j) => {
        const ours = mean(fits.map((model) => model.featureImportances[j]));
        expect(Math.abs(ours - theirs)).toBeLessThan(errors * importances.sd[j]);
      });
    },
  );

  test("one tree of every feature and row is the decision tree", async () => {
    const forest = await new RandomForestClassifier({
      nEstimators: 1,
      maxFeatures: null,
      bootstrap: false,
    }).fit(weighted);
    const tree = await new DecisionTreeClassifier().fit(weighted);
    expect(forest.forest.trees[0].nodes).toEqual(tree.tree.nodes);
    expect(forest.predictProba(test_)).toEqual(tree.predictProba(test_));
  });

  test("averages the trees, which differ by their seed alone", async () => {
    const model = await new RandomForestClassifier({ nEstimators: 8, seed: 4 }).fit(unweighted);
    const again = await new RandomForestClassifier({ nEstimators: 8, seed: 4 }).fit(unweighted);
    const other = await new RandomForestClassifier({ nEstimators: 8, seed: 5 }).fit(unweighted);
    const proba = model.predictProba(test_);
    expect(again.predictProba(test_)).toEqual(proba);
    expect(other.predictProba(test_)).not.toEqual(proba);
    const x = Matrix.fromRows(golden.test);
    const sums = new Float64Array(proba.data.length);
    for (const tree of model.forest.trees) tree.addValues(x, sums);
    expect(proba.data).toEqual(sums.map((sum) => sum / 8));
  });
});

describe("drawCounts", () => {
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
