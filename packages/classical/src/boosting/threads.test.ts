import { FitRun, Random } from "@strata-ml/core";
import { expect, test } from "vitest";
import { type Boosted, boost } from "./booster.js";
import type { FeatureColumn } from "./feature-columns.js";
import { free } from "./fixtures/free-features.js";
import { BinaryLogLoss, MultinomialLogLoss } from "./log-losses.js";
import type { Loss } from "./loss.js";

const options = {
  learningRate: 0.1,
  maxIter: 8,
  maxBins: 255,
  binning: "tails" as const,
  maxDeltaStep: null,
  subsample: 1,
  goss: null,
  colsampleByTree: 1,
  samplesRows: false,
  maxLeafNodes: 31,
  maxDepth: null,
  minSamplesLeaf: 20,
  minHessianLeaf: 1e-3,
  minGain: 0,
  l1Regularization: 0,
  l2Regularization: 0,
  maxSplitCategories: null,
  growth: "leafWise" as const,
  constraints: free(3),
  maxFeatures: 0.7,
  stopping: undefined,
};

/** Numbers with holes and a category, and a class that depends on them. */
function table(rows: number): { columns: FeatureColumn[]; classes: Float64Array } {
  const random = new Random(1);
  const a = Float64Array.from({ length: rows }, () => random.normal());
  const b = Float64Array.from({ length: rows }, () =>
    random.uniform() < 0.1 ? Number.NaN : random.normal(),
  );
  const codes = Int32Array.from({ length: rows }, () => random.integer(40));
  const classes = a.map((value, i) => {
    const score = value + (b[i] || 0) ** 2 + (codes[i] % 3) + random.normal();
    return score < 1 ? 0 : score < 2 ? 1 : 2;
  });
  const categories = Array.from({ length: 40 }, (_, code) => `c${code}`);
  const number = (values: Float64Array): FeatureColumn => ({ kind: "numeric", values, offset: 0, stride: 1 });
  return { columns: [number(a), number(b), { kind: "categorical", codes, categories }], classes };
}

function fit(
  rows: number,
  loss: Loss,
  y: Float64Array,
  columns: FeatureColumn[],
  threads: number,
): Promise<Boosted> {
  const weights = y.map((_, i) => 1 + (i % 3));
  return boost(
    new FitRun("test"),
    loss,
    { columns, y, weights },
    undefined,
    { ...options, threads },
    new Random(rows),
  );
}

// Wide histograms below 32,768 rows, packed ones above.
test.each([9000, 40_000])("%i rows give the same trees, bit for bit, on 1, 2 and 4 threads", async (rows) => {
  const { columns, classes } = table(rows);
  const binary = classes.map((label) => Math.min(label, 1));
  for (const [loss, y] of [
    [new BinaryLogLoss(), binary],
    [new MultinomialLogLoss(3), classes],
  ] as const) {
    const one = await fit(rows, loss, y, columns, 1);
    for (const threads of [2, 4]) expect(await fit(rows, loss, y, columns, threads)).toEqual(one);
    expect(one.trainLoss.at(-1)).toBeLessThan(0.9 * one.trainLoss[0]);
  }
});

test.each([
  { subsample: 0.4, colsampleByTree: 0.5 },
  { goss: { topRate: 0.2, otherRate: 0.1 }, learningRate: 0.4 },
])("rows drawn by %o give the same trees on 1, 2 and 4 threads", async (sampling) => {
  const { columns, classes } = table(40_000);
  const run = (threads: number): Promise<Boosted> =>
    boost(
      new FitRun("test"),
      new MultinomialLogLoss(3),
      { columns, y: classes, weights: undefined },
      undefined,
      { ...options, ...sampling, samplesRows: true, threads },
      new Random(7),
    );
  const one = await run(1);
  for (const threads of [2, 4]) expect(await run(threads)).toEqual(one);
  expect(one.trainLoss.at(-1)).toBeLessThan(0.9 * one.trainLoss[0]);
});

test("every leaf of packed histograms has the rows it must have, though they only estimate them", async () => {
  const { columns, classes } = table(40_000);
  // Weights so uneven that a share of the hessian says little of the rows.
  const weights = classes.map((_, i) => (i % 50 === 0 ? 40 : 0.05));
  const y = classes.map((label) => Math.min(label, 1));
  const { trees } = await boost(
    new FitRun("test"),
    new BinaryLogLoss(),
    { columns, y, weights },
    undefined,
    { ...options, minSamplesLeaf: 300, threads: 2 },
    new Random(0),
  );
  const { left, count } = trees.nodes;
  expect(trees.nodes.roots.length).toBe(8);
  left.forEach((child, node) => {
    if (child < 0) expect(count[node]).toBeGreaterThanOrEqual(300);
    else expect(count[child] + count[child + 1]).toBe(count[node]);
  });
});

test("an abort ends the fit and its threads", async () => {
  const { columns, classes } = table(40_000);
  const y = classes.map((label) => Math.min(label, 1));
  const controller = new AbortController();
  const run = new FitRun("test", {
    signal: controller.signal,
    onProgress: ({ done }) => done === 3 && controller.abort(new Error("enough")),
  });
  const many = { ...options, maxIter: 1000, threads: 2 };
  const fitting = boost(
    run,
    new BinaryLogLoss(),
    { columns, y, weights: undefined },
    undefined,
    many,
    new Random(0),
  );
  await expect(fitting).rejects.toThrow("enough");
});
