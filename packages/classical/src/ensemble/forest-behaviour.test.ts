import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  FitRun,
  type LabelledDataset,
  Matrix,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { describe, expect, test, vi } from "vitest";
import { ExtraTreesClassifier, extraTreesClassifierCodec } from "./extra-trees-classifier.js";
import { ExtraTreesRegressor, extraTreesRegressorCodec } from "./extra-trees-regressor.js";
import type { ForestPlan } from "./forest-plan.js";
import { growForest } from "./grow-forest.js";
import { RandomForestClassifier, randomForestClassifierCodec } from "./random-forest-classifier.js";
import { RandomForestRegressor, randomForestRegressorCodec } from "./random-forest-regressor.js";

const registry = new Registry([
  extraTreesClassifierCodec,
  extraTreesRegressorCodec,
  randomForestClassifierCodec,
  randomForestRegressorCodec,
]);
const forests = [RandomForestClassifier, ExtraTreesClassifier, RandomForestRegressor, ExtraTreesRegressor];

const random = new Random(8);
const rows = 400;
const x = new Matrix(
  rows,
  3,
  Float64Array.from({ length: rows * 3 }, (_, k) => (k % 17 === 0 ? Number.NaN : random.normal())),
);
const y = Array.from({ length: rows }, (_, i) => ((x.at(i, 0) || 0) + 0.4 * random.normal() > 0 ? 1 : 0));
const data = fromColumns({ x: tensor(x.data, [3]), y }, { target: "y" });

describe.each(forests.map((Forest) => [Forest.name, Forest] as const))("%s", (_, Forest) => {
  test("comes back from an artifact with its out-of-bag results", async () => {
    const model = await new Forest({ nEstimators: 25, bootstrap: true, oobScore: true }).fit(data);
    expect(model.oobScore).toBeGreaterThan(0.4);
    const loaded = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(loaded.predict(data)).toEqual(model.predict(data));
    expect(loaded.outOfBag).toEqual(model.outOfBag);
    expect(loaded.apply(data)).toEqual(model.apply(data));
  });

  test("refuses what only a bootstrap gives a meaning", () => {
    expect(() => new Forest({ bootstrap: false, oobScore: true })).toThrow(
      `${Forest.name}: oobScore must be false where bootstrap is false`,
    );
    expect(() => new Forest({ bootstrap: false, maxSamples: 0.5 })).toThrow(
      `${Forest.name}: maxSamples must be null where bootstrap is false`,
    );
  });

  test("takes a missing column, a constant one, and rows without weight", async () => {
    const w = y.map((value, i) => (i % 3 === 0 ? 0 : value + 1));
    const odd: LabelledDataset = data.with(
      { none: new Float64Array(rows).fill(Number.NaN), same: new Float64Array(rows).fill(7), w },
      { weight: "w" },
    );
    const model = await new Forest({ nEstimators: 10 }).fit(odd);
    expect(model.featureImportances.slice(3)).toEqual(Float64Array.of(0, 0));
    for (const { nodes } of model.forest.trees) expect(Math.max(...nodes.feature)).toBeLessThan(3);
    const weighing = odd.take(Int32Array.from(w.keys()).filter((row) => w[row] > 0));
    const without = await new Forest({ nEstimators: 10 }).fit(weighing);
    expect(without.forest.trees.map(({ nodes }) => nodes)).toEqual(
      model.forest.trees.map(({ nodes }) => nodes),
    );
  });

  test("refuses infinite values and weights that are all zero", async () => {
    const infinite = fromColumns({ a: [1, Number.POSITIVE_INFINITY, 3], y: [0, 1, 1] }, { target: "y" });
    await expect(new Forest().fit(infinite)).rejects.toThrow(
      `${Forest.name}: column 'a' must be finite or missing, received Infinity at row 1`,
    );
    const idle = fromColumns({ a: [1, 2], y: [0, 1], w: [0, 0] }, { target: "y", weight: "w" });
    await expect(new Forest().fit(idle)).rejects.toThrow("weights must not all be zero");
  });

  test("stops between trees", async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const fit = new Forest({ nEstimators: 40 }).fit(data, {
      signal: controller.signal,
      onProgress: (event) => {
        expect([event.stage, event.total]).toEqual(["tree", 40]);
        done.push(event.done);
        if (event.done === 4) controller.abort(new Error("enough"));
      },
    });
    await expect(fit).rejects.toThrow("enough");
    expect(done).toEqual([1, 2, 3, 4]);
  });
});

test.each([RandomForestRegressor, ExtraTreesRegressor])("%o learns one row", async (Forest) => {
  const one = fromColumns({ a: [2], y: [5] }, { target: "y" });
  const model = await new Forest({ nEstimators: 3 }).fit(one);
  expect([...model.predict(one)]).toEqual([5]);
  expect([...model.featureImportances]).toEqual([0]);
});

test("a class without weight is never predicted, classes of class weight zero neither", async () => {
  const three = fromColumns({ a: [1, 2, 3, 4, 5, 6], y: [0, 0, 1, 1, 2, 2] }, { target: "y" });
  for (const bootstrap of [false, true]) {
    const params = { classWeight: { 1: 0 }, bootstrap, nEstimators: 20 };
    for (const estimator of [new RandomForestClassifier(params), new ExtraTreesClassifier(params)])
      expect((await estimator.fit(three)).predict(three)).not.toContain(1);
  }
});

test("balanced subsamples give the classes of each tree the same weight", async () => {
  const rare = y.map((_, i) => (i % 20 === 0 ? 1 : 0));
  const model = await new RandomForestClassifier({ classWeight: "balancedSubsample", nEstimators: 5 }).fit(
    data.with({ y: rare }),
  );
  for (const { nodes } of model.forest.trees) {
    expect(nodes.value[0]).toBeCloseTo(0.5, 12);
    expect(nodes.weight[0]).toBeCloseTo(rows, 9);
  }
});

test("out of bag, a row is judged by the trees that did not draw it", async () => {
  const all = { nEstimators: 12, seed: 2, oobScore: true };
  const model = await new RandomForestRegressor(all).fit(data, { onWarning: () => {} });
  // A row's own target pulls the trees that drew it; with a target far off this shows.
  const pulled = await new RandomForestRegressor(all).fit(
    data.with({ y: y.map((value, i) => (i === 7 ? 1e6 : value)) }),
    { onWarning: () => {} },
  );
  expect(pulled.oobPrediction?.[7]).toBeLessThan(1e5);
  expect(pulled.predict(data)[7]).toBeGreaterThan(1e5);
  expect(model.oobScore).toBeLessThan(1);
});

test("out of bag, rows that every tree drew are told of, and left out of the score", async () => {
  const warnings: string[] = [];
  const model = await new RandomForestClassifier({ nEstimators: 1, oobScore: true }).fit(data, {
    onWarning: (line) => warnings.push(line),
  });
  const judged = Array.from({ length: rows }, (_, i) => !Number.isNaN(model.oobDecisionFunction?.at(i, 0)));
  const left = judged.filter((is) => !is).length;
  expect(warnings).toEqual([
    `RandomForestClassifier: ${left} of ${rows} rows were drawn by every tree and have no out-of-bag prediction`,
  ]);
  const predicted = model.predict(data);
  const right = predicted.filter((label, i) => judged[i] && label === y[i]).length;
  expect(model.oobScore).toBeCloseTo(right / (rows - left), 12);
});

const plan = (drawsThresholds: boolean): ForestPlan => ({
  trees: 11,
  limits: {
    maxDepth: null,
    minSamplesSplit: 2,
    minSamplesLeaf: 1,
    minWeightFractionLeaf: 0,
    maxFeatures: 2,
    maxLeafNodes: null,
    minImpurityDecrease: 0,
  },
  random: new Random(5),
  criterion: "gini",
  classes: 2,
  targets: Int32Array.from(y),
  weights: undefined,
  draws: rows,
  balances: false,
  ccpAlpha: 0,
  drawsThresholds,
});

test.each([false, true])("the number of threads changes nothing (random thresholds %s)", async (draws) => {
  const grown = async (threads: number) => {
    const leaves: number[][] = [];
    const onTree = (_: unknown, out: Int32Array): void => void leaves.push([...out]);
    const forest = await growForest(new FitRun("Test"), x, { ...plan(draws), threads, onTree });
    return { nodes: forest.trees.map(({ nodes }) => nodes), leaves };
  };
  const one = await grown(1);
  expect(await grown(2)).toEqual(one);
  expect(await grown(4)).toEqual(one);
});

test("a last batch of fewer trees than threads is waited for", async () => {
  const six = { ...plan(false), trees: 6 };
  const grown = async (threads: number) =>
    (await growForest(new FitRun("Test"), x, { ...six, threads })).trees.map(({ nodes }) => nodes);
  const expected = await grown(1);
  // A thread that finds no tree must not be taken for one that has grown its own: that would show now and then.
  for (let time = 0; time < 30; time++) expect(await grown(4)).toEqual(expected);
});

test("an abort ends the workers", async () => {
  const workers = (): number => (process.report.getReport() as { workers: unknown[] }).workers.length;
  const before = workers();
  const during: number[] = [];
  const controller = new AbortController();
  const run = new FitRun("Test", {
    signal: controller.signal,
    onProgress: ({ done }) => {
      during.push(workers() - before);
      if (done === 2) controller.abort(new Error("enough"));
    },
  });
  await expect(growForest(run, x, { ...plan(false), trees: 500, threads: 3 })).rejects.toThrow("enough");
  expect(during).toEqual([2, 2]);
  await vi.waitFor(() => expect(workers()).toBe(before));
});
