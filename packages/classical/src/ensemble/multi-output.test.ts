import { readFileSync } from "node:fs";
import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  FitRun,
  type LabelledDataset,
  Matrix,
  NotSupportedError,
  ParamError,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { classicalCodecs } from "../codecs.js";
import { DecisionTreeClassifier } from "../tree/decision-tree-classifier.js";
import { DecisionTreeRegressor } from "../tree/decision-tree-regressor.js";
import type { Tree } from "../tree/tree.js";
import { ExtraTreesClassifier } from "./extra-trees-classifier.js";
import { ExtraTreesRegressor } from "./extra-trees-regressor.js";
import type { ForestPlan } from "./forest-plan.js";
import { growForest } from "./grow-forest.js";
import { RandomForestClassifier } from "./random-forest-classifier.js";
import { RandomForestRegressor } from "./random-forest-regressor.js";

interface Case {
  readonly name: string;
  readonly data: "x" | "holes";
  readonly weighted: boolean;
  readonly params: Record<string, unknown>;
  readonly feature: number[];
  readonly threshold: (number | null)[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[][];
  readonly impurity: number[];
  readonly weight: number[];
  readonly importances: number[];
  readonly prediction: number[][];
  readonly forest: number[][];
  readonly proba: number[][][] | null;
}

interface Spread {
  readonly params: Record<string, unknown>;
  readonly loss: { readonly mean: number; readonly sd: number };
  readonly truth: number[][];
}

type Rows = (number | null)[][];
const golden = JSON.parse(
  readFileSync(new URL("../../golden/multi_output.json", import.meta.url), "utf8"),
) as Readonly<Record<"x" | "holes" | "test" | "target" | "codes", Rows>> &
  Readonly<Record<"regressors" | "classifiers", Case[]>> &
  Readonly<
    Record<
      "extraRegressor" | "extraClassifier" | "extraEntropy" | "randomRegressor" | "randomClassifier",
      Spread
    >
  > & { readonly weights: number[] };

const block = (rows: Rows) =>
  tensor(
    Float64Array.from(rows.flat(), (cell) => cell ?? Number.NaN),
    [rows[0].length],
  );
const unseen = fromColumns({ x: block(golden.test) });
function dataOf(data: "x" | "holes", y: "target" | "codes", weighted: boolean): LabelledDataset {
  const columns = { x: block(golden[data]), y: block(golden[y]) };
  return weighted
    ? fromColumns({ ...columns, w: Float64Array.from(golden.weights) }, { target: "y", weight: "w" })
    : fromColumns(columns, { target: "y" });
}

function expectTree({ nodes, ...tree }: Tree, expected: Case, importances: Float64Array): void {
  for (const name of ["feature", "left", "right"] as const) expect([...nodes[name]]).toEqual(expected[name]);
  const thresholds = expected.threshold.map((value) => value ?? Number.POSITIVE_INFINITY);
  assertClose(nodes.threshold, thresholds, { absolute: 0, label: "threshold" });
  expect(tree.outputs).toBe(expected.value[0].length);
  assertClose(nodes.value, expected.value.flat(), { absolute: 1e-12, label: "value" });
  assertClose(nodes.impurity, expected.impurity, { absolute: 1e-12, label: "impurity" });
  assertClose(nodes.weight, expected.weight, { relative: 1e-12, label: "weight" });
  assertClose(importances, expected.importances, { absolute: 1e-12, label: "importances" });
}

const everyRow = { bootstrap: false, maxFeatures: null, nEstimators: 3 };

describe("golden values of scikit-learn", () => {
  test.for(golden.regressors)("regressors: $name", async (golden1) => {
    const data = dataOf(golden1.data, "target", golden1.weighted);
    const model = await new DecisionTreeRegressor(golden1.params).fit(data);
    expectTree(model.tree, golden1, model.featureImportances);
    expect(model.outputs).toBe(3);
    assertClose(model.predictOutputs(unseen).data, golden1.prediction.flat(), { absolute: 1e-12 });
    const forest = await new RandomForestRegressor({ ...golden1.params, ...everyRow }).fit(data);
    assertClose(forest.predictOutputs(unseen).data, golden1.forest.flat(), { absolute: 1e-12 });
  });

  test.for(golden.classifiers)("classifiers: $name", async (golden1) => {
    const data = dataOf(golden1.data, "codes", golden1.weighted);
    const model = await new DecisionTreeClassifier(golden1.params).fit(data);
    expectTree(model.tree, golden1, model.featureImportances);
    expect(model.outputClasses).toEqual([
      [-5, 0, 5],
      [0, 1],
      [2, 3, 4, 5],
    ]);
    expect(model.predictOutputs(unseen).toRows()).toEqual(golden1.prediction);
    const probabilities = (of: Matrix[]): number[] => of.flatMap(({ data: shares }) => [...shares]);
    const expected = golden1.proba?.flat(2) ?? [];
    expect(expected.length).toBe(9 * golden.test.length);
    assertClose(probabilities(model.predictProbaOutputs(unseen)), expected, { absolute: 1e-12 });
    const forest = await new RandomForestClassifier({ ...golden1.params, ...everyRow }).fit(data);
    expect(forest.predictOutputs(unseen).toRows()).toEqual(golden1.forest);
    assertClose(probabilities(forest.predictProbaOutputs(unseen)), expected, { absolute: 1e-12 });
  });

  const filled = fromColumns({ x: block(golden.test.map((row) => row.map((cell) => cell ?? 0))) });
  test.for([
    ["extraRegressor", ExtraTreesRegressor],
    ["extraClassifier", ExtraTreesClassifier],
    ["extraEntropy", ExtraTreesClassifier],
    ["randomRegressor", RandomForestRegressor],
    ["randomClassifier", RandomForestClassifier],
  ] as const)("%s does as well as scikit-learn's", async ([name, Forest]) => {
    const { params, loss, truth } = golden[name];
    const isRegressor = name.endsWith("Regressor");
    const seeds = 12;
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const estimator = new Forest({ ...params, seed });
      const model = await estimator.fit(dataOf("x", isRegressor ? "target" : "codes", true));
      const expected = truth.flat();
      const errors = Array.from(model.predictOutputs(filled).data, (value, at) =>
        isRegressor ? (value - expected[at]) ** 2 : Number(value !== expected[at]),
      );
      sum += errors.reduce((a, b) => a + b) / errors.length;
    }
    // Four standard errors of the difference between a mean of 12 seeds and one of 60.
    expect(Math.abs(sum / seeds - loss.mean)).toBeLessThan(4 * Math.sqrt(1 / seeds + 1 / 60) * loss.sd);
  });
});

const regressed = dataOf("x", "target", false);
const classified = dataOf("x", "codes", false);
const drawn = { nEstimators: 9, bootstrap: true, oobScore: true };

test("models of several outputs come back from an artifact", async () => {
  const registry = new Registry(classicalCodecs);
  const quiet = { onWarning: () => {} };
  for (const model of [
    await new DecisionTreeRegressor({ maxDepth: 4 }).fit(regressed),
    await new RandomForestRegressor(drawn).fit(regressed, quiet),
    await new ExtraTreesRegressor(drawn).fit(regressed, quiet),
    await new DecisionTreeClassifier({ maxDepth: 4 }).fit(classified),
    await new RandomForestClassifier(drawn).fit(classified, quiet),
    await new ExtraTreesClassifier(drawn).fit(classified, quiet),
  ]) {
    const loaded = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(loaded.predictOutputs(unseen)).toEqual(model.predictOutputs(unseen));
    if ("outOfBag" in model) {
      expect(model.outOfBag).toBeDefined();
      expect((loaded as typeof model).outOfBag).toEqual(model.outOfBag);
    }
    if ("outputClasses" in model && "outputClasses" in loaded) {
      expect(loaded.outputClasses).toEqual(model.outputClasses);
      expect(loaded.predictProbaOutputs(unseen)).toEqual(model.predictProbaOutputs(unseen));
    }
  }
});

test("what is of one output names what to ask instead", async () => {
  const regressor = await new RandomForestRegressor({ nEstimators: 2 }).fit(regressed);
  const classifier = await new DecisionTreeClassifier().fit(classified);
  for (const [ask, instead] of [
    [() => regressor.predict(unseen), "predictOutputs"],
    [() => regressor.oobPrediction, "outOfBag.means"],
    [() => classifier.predict(unseen), "predictOutputs"],
    [() => classifier.predictProba(unseen), "predictProbaOutputs"],
    [() => classifier.classes, "outputClasses"],
  ] as const) {
    expect(ask).toThrow(NotSupportedError);
    expect(ask).toThrow(`is of a target of one output, and this model has 3: ask for ${instead}`);
  }
});

test("one output is answered either way, also of a tensor of one number", async () => {
  const y = Float64Array.from(golden.target, ([first]) => first ?? 0);
  const column = fromColumns({ x: block(golden.x), y }, { target: "y" });
  const single = fromColumns({ x: block(golden.x), y: tensor(y, [1]) }, { target: "y" });
  const model = await new DecisionTreeRegressor({ maxDepth: 3 }).fit(column);
  expect(model.outputs).toBe(1);
  expect(model.predictOutputs(unseen).data).toEqual(model.predict(unseen));
  expect((await new DecisionTreeRegressor({ maxDepth: 3 }).fit(single)).predict(unseen)).toEqual(
    model.predict(unseen),
  );
  const words = fromColumns(
    { x: block(golden.x), y: Array.from(y, (v) => (v > 0 ? "b" : "a")) },
    { target: "y" },
  );
  const classifier = await new RandomForestClassifier({ nEstimators: 3 }).fit(words);
  expect(classifier.outputClasses).toEqual([["a", "b"]]);
  expect(classifier.predictProbaOutputs(unseen)).toEqual([classifier.predictProba(unseen)]);
  expect(() => classifier.predictOutputs(unseen)).toThrow("predict gives strings");
});

test("an output of a single class is predicted, and one alone is refused", async () => {
  const y = golden.codes.map(([, second]) => [7, second]);
  const data = fromColumns({ x: block(golden.x), y: block(y) }, { target: "y" });
  const model = await new ExtraTreesClassifier({ nEstimators: 5 }).fit(data);
  expect(
    model
      .predictOutputs(unseen)
      .column(0)
      .every((label) => label === 7),
  ).toBe(true);
  const single = await new ExtraTreesClassifier({ nEstimators: 5 }).fit(
    fromColumns({ x: block(golden.x), y: Float64Array.from(y, ([, code]) => code ?? 0) }, { target: "y" }),
  );
  // The constant output adds nothing to any split.
  expect([...model.predictOutputs(unseen).column(1)]).toEqual(single.predict(unseen));
  const constant = fromColumns({ x: block(golden.x), y: block(y.map(() => [7, 8])) }, { target: "y" });
  await expect(new DecisionTreeClassifier().fit(constant)).rejects.toThrow("at least 2 classes");
});

test("class weights of several outputs are balanced or none", async () => {
  for (const classWeight of ["balancedSubsample", { 1: 2 }] as const)
    await expect(new RandomForestClassifier({ classWeight }).fit(classified)).rejects.toThrow(ParamError);
  await expect(new DecisionTreeClassifier({ classWeight: { 1: 2 } }).fit(classified)).rejects.toThrow(
    "DecisionTreeClassifier: classWeight must be 'balanced' or null for a target of several outputs",
  );
});

test("out of bag, the score is the mean of the outputs'", async () => {
  const oob = { nEstimators: 60, oobScore: true, bootstrap: true };
  const model = await new RandomForestRegressor(oob).fit(regressed);
  const means = model.outOfBag?.means ?? new Matrix(0, 0);
  expect([means.rows, means.columns]).toEqual([golden.x.length, 3]);
  const r2 = [0, 1, 2].map((k) => {
    const truth = golden.target.map((row) => row[k] ?? 0);
    const mean = truth.reduce((a, b) => a + b) / truth.length;
    const left = truth.reduce((sum, value, i) => sum + (value - means.at(i, k)) ** 2, 0);
    return 1 - left / truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  expect(model.oobScore).toBeCloseTo((r2[0] + r2[1] + r2[2]) / 3, 12);
  expect(model.oobScore).toBeGreaterThan(0.5);
  const classifier = await new RandomForestClassifier(oob).fit(classified);
  const shares = classifier.oobDecisionFunction ?? new Matrix(0, 0);
  let right = 0;
  golden.codes.forEach((row, i) => {
    [0, 3, 5].forEach((start, k) => {
      const own = [...shares.row(i).subarray(start, start + classifier.outputClasses[k].length)];
      if (classifier.outputClasses[k][own.indexOf(Math.max(...own))] === row[k]) right++;
    });
  });
  expect(classifier.oobScore).toBeCloseTo(right / (3 * golden.codes.length), 12);
});

test.each([
  { criterion: "squaredError", draws: true },
  { criterion: "squaredError", draws: false },
  { criterion: "gini", draws: true },
  { criterion: "entropy", draws: false },
] as const)(
  "the number of threads changes nothing: $criterion, random thresholds $draws",
  async ({ criterion, draws }) => {
    const random = new Random(4);
    const rows = 300;
    const x = new Matrix(
      rows,
      3,
      Float64Array.from({ length: rows * 3 }, () => random.normal()),
    );
    const classes = criterion === "squaredError" ? 0 : 5;
    const plan: ForestPlan = {
      trees: 7,
      limits: {
        maxDepth: null,
        minSamplesSplit: 2,
        minSamplesLeaf: 1,
        minWeightFractionLeaf: 0,
        maxFeatures: 2,
        maxLeafNodes: null,
        minImpurityDecrease: 0,
      },
      random,
      criterion,
      classes,
      outputs: 2,
      targets:
        classes === 0
          ? Float64Array.from({ length: rows * 2 }, (_, at) => x.data[at + (at >> 1)] + random.normal())
          : Int32Array.from({ length: rows * 2 }, (_, at) =>
              at % 2 === 0 ? random.integer(2) : 2 + random.integer(3),
            ),
      weights: undefined,
      draws: rows,
      balances: false,
      ccpAlpha: 0,
      drawsThresholds: draws,
    };
    const grown = async (threads: number) =>
      (await growForest(new FitRun("Test"), x, { ...plan, threads })).trees.map(({ nodes }) => nodes);
    const one = await grown(1);
    expect(await grown(2)).toEqual(one);
    expect(await grown(4)).toEqual(one);
  },
);
