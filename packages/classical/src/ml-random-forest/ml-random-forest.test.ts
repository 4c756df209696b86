import { fc, test } from "@fast-check/vitest";
import {
  categorical,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Matrix,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { RandomForestClassifier, RandomForestRegression } from "ml-random-forest";
import { describe, expect } from "vitest";
import { flatTree, nextDown } from "./flat-tree.js";
import {
  MlRandomForestClassifier,
  mlRandomForestClassifierCodec,
  type MlRandomForestClassifierModel,
  MlRandomForestRegressor,
  mlRandomForestRegressorCodec,
} from "./index.js";
import { featureShare } from "./library-params.js";

const random = new Random(5);
const x = Matrix.fromRows(
  Array.from({ length: 80 }, () => [random.normal(), random.integer(4), random.normal(), random.integer(3)]),
);
const score = Array.from({ length: x.rows }, (_, i) => x.at(i, 0) + x.at(i, 1) - 1.5);
const labels = score.map((value) => (value > 0.4 ? 2 : value > -0.5 ? 1 : 0));
const names = ["honest", "odd", "stolen"];
const classified = fromColumns({ x: tensor(x.data, [4]), y: labels }, { target: "y" });
const measured = fromColumns({ x: tensor(x.data, [4]), y: score }, { target: "y" });
const unseen = Matrix.fromRows(Array.from({ length: 40 }, () => [random.normal(), random.integer(4), 0, 1]));
const test40 = fromColumns({ x: tensor(unseen.data, [4]) });

describe("the library's trees", () => {
  test.prop([fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.boolean()], { numRuns: 15 })(
    "give in flat arrays what the library predicts",
    (seed, replacement) => {
      const options = { nEstimators: 1, noOOB: true, seed, replacement, maxFeatures: 0.75 };
      const classifier = new RandomForestClassifier(options);
      classifier.train(x.toRows(), labels);
      const regression = new RandomForestRegression({ ...options, treeOptions: { minNumSamples: 1 } });
      regression.train(x.toRows(), score);
      for (const forest of [classifier, regression]) {
        for (const rows of [x, unseen]) {
          const flat = new Float64Array(rows.rows);
          flatTree(forest.toJSON()).addValues(rows, flat);
          expect([...flat]).toEqual(forest.predict(rows.toRows()));
        }
      }
    },
  );

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])("split as `x < value` does", (value) => {
    const below = nextDown(value);
    expect(below).toBeLessThan(value);
    const between = below / 2 + value / 2;
    expect(between === below || between === value || between === 0).toBe(true);
  });
});

describe("MlRandomForestClassifier", () => {
  const estimator = new MlRandomForestClassifier({ nEstimators: 15, seed: 3 });

  test("predicts the class with most votes, of string labels too", async () => {
    const model = await estimator.fit(classified);
    const p = model.predictProba(test40);
    const votes = model.forest.trees.map((tree) =>
      [...tree.apply(unseen)].map((leaf) => tree.nodes.value[leaf]),
    );
    for (let i = 0; i < p.rows; i++)
      for (let k = 0; k < 3; k++) expect(p.at(i, k)).toBe(votes.filter((vote) => vote[i] === k).length / 15);
    const named = classified.with({ y: categorical(labels.map((label) => names[label])) });
    const ofNames = await estimator.fit(named);
    expect(ofNames.predict(test40)).toEqual(model.predict(test40).map((label) => names[Number(label)]));
    const hits = model.predict(classified).filter((label, i) => label === labels[i]).length;
    expect(hits / labels.length).toBeGreaterThan(0.8);
  });

  test("has the same importances, all finite, after a file", async () => {
    const model = await estimator.fit(classified);
    const registry = new Registry([mlRandomForestClassifierCodec]);
    const loaded = (await decodeArtifact(
      await encodeArtifact(model, registry),
      registry,
    )) as MlRandomForestClassifierModel;
    expect(loaded.featureImportances).toEqual(model.featureImportances);
    expect(model.featureImportances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Math.min(model.featureImportances[0], model.featureImportances[1])).toBeGreaterThan(
      Math.max(model.featureImportances[2], model.featureImportances[3]),
    );
    expect(loaded.predictProba(test40)).toEqual(model.predictProba(test40));
  });

  test("draws rows and features by the seed", async () => {
    const at = async (seed: number): Promise<string> =>
      (await estimator.with({ seed }).fit(classified)).predictProba(test40).data.join();
    expect(await at(1)).toBe(await at(1));
    expect(await at(1)).not.toBe(await at(2));
  });

  test("refuses missing values, which the library takes without a word", async () => {
    const holes = fromColumns({ a: [1, Number.NaN, 3], y: [0, 1, 1] }, { target: "y" });
    await expect(estimator.fit(holes)).rejects.toThrow(
      "MlRandomForestClassifier: column 'a' must be finite, received NaN at row 1",
    );
  });

  test("warns that weights don't count", async () => {
    const weighted = classified.with({ w: new Float64Array(x.rows).fill(2) }, { weight: "w" });
    const warnings: string[] = [];
    await estimator.fit(weighted, { onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([
      "MlRandomForestClassifier: ml-random-forest has no sample weights, so the weight column is ignored",
    ]);
  });

  test("stops between trees", async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const fit = estimator.fit(classified, {
      signal: controller.signal,
      onProgress: (event) => {
        done.push(event.done);
        if (event.done === 4) controller.abort(new Error("enough"));
      },
    });
    await expect(fit).rejects.toThrow("enough");
    expect(done).toEqual([1, 2, 3, 4]);
  });
});

describe("maxFeatures", () => {
  test("is the share or count that the library would misread", () => {
    expect(featureShare("F", 1, 10)).toBe(1);
    expect(Math.floor(featureShare("F", 0.05, 10) * 10)).toBe(1); // the library would take none, and fail
    expect(Math.floor(featureShare("F", 3, 10) * 10)).toBe(3);
    expect(featureShare("F", 10, 10)).toBe(1);
    expect(() => featureShare("F", 11, 10)).toThrow(
      "F: maxFeatures must be at most the 10 features, received 11",
    );
  });

  test("limits the features of a tree", async () => {
    const model = await new MlRandomForestClassifier({ nEstimators: 12, maxFeatures: 0.25 }).fit(classified);
    for (const { nodes } of model.forest.trees)
      expect(new Set(nodes.feature.filter((feature) => feature >= 0)).size).toBeLessThanOrEqual(1);
  });
});

describe("MlRandomForestRegressor", () => {
  test.each(["mean", "median"] as const)("predicts the %s of its trees", async (selectionMethod) => {
    const model = await new MlRandomForestRegressor({ nEstimators: 6, selectionMethod }).fit(measured);
    const votes = model.forest.trees.map((tree) =>
      [...tree.apply(unseen)].map((leaf) => tree.nodes.value[leaf]),
    );
    const predicted = model.predict(test40);
    predicted.forEach((value, i) => {
      const sorted = votes.map((vote) => vote[i]).sort((a, b) => a - b);
      const expected =
        selectionMethod === "mean"
          ? sorted.reduce((sum, vote) => sum + vote, 0) / 6
          : (sorted[2] + sorted[3]) / 2;
      expect(value).toBeCloseTo(expected, 12);
    });
  });

  test("makes splits that leave no error, which the library forbids", async () => {
    const level = Array.from({ length: 60 }, (_, i) => i % 3);
    const data = fromColumns({ level, y: level.map((value) => 10 * value) }, { target: "y" });
    const exact = await new MlRandomForestRegressor({ nEstimators: 3 }).fit(data);
    expect([...exact.predict(fromColumns({ level: [0, 1, 2] }))]).toEqual([0, 10, 20]);
    const alone = new RandomForestRegression({ nEstimators: 3, noOOB: true });
    alone.train(
      level.map((value) => [value]),
      level.map((value) => 10 * value),
    );
    expect(alone.predict([[0], [1], [2]])).not.toEqual([0, 10, 20]); // should the library change, the guard can go
  });

  test("of a constant target has no importances, and no NaN", async () => {
    const flat: LabelledDataset = measured.with({ y: new Float64Array(x.rows).fill(5) });
    const model = await new MlRandomForestRegressor({ nEstimators: 3 }).fit(flat);
    expect([...model.featureImportances]).toEqual([0, 0, 0, 0]);
    expect(new Set(model.predict(test40))).toEqual(new Set([5]));
    const registry = new Registry([mlRandomForestRegressorCodec]);
    await expect(decodeArtifact(await encodeArtifact(model, registry), registry)).resolves.toBeDefined();
  });
});
