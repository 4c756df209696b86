import {
  DummyClassifier,
  HistGradientBoostingClassifier,
  LogisticRegression,
  Pipeline,
  Ridge,
} from "@strata-ml/classical";
import { averagePrecision, rocAuc } from "@strata-ml/core";
import { NeuralClassifier } from "@strata-ml/deep";
import { describe, expect, test } from "vitest";
import { mixedData } from "../fixtures/mixed-data.js";
import { ladder } from "./ladder.js";
import { keepKinds, standardRungs } from "./standard-rungs.js";

const numbers = (model: LogisticRegression | DummyClassifier | HistGradientBoostingClassifier) =>
  new Pipeline({
    steps: [
      ["keep", keepKinds(["numeric"])],
      ["model", model],
    ],
  });
const rungs = [
  { name: "dummy", estimator: numbers(new DummyClassifier()) },
  { name: "logistic regression", estimator: numbers(new LogisticRegression()) },
  { name: "boosting", estimator: numbers(new HistGradientBoostingClassifier({ maxIter: 20 })) },
];

describe("ladder", () => {
  test("measures rungs on the same rows and stops where the next brings nothing", async () => {
    const [train, test_] = [mixedData(400, 1, ["number"]), mixedData(400, 2, ["number"])];
    const seen: string[] = [];
    const report = await ladder(rungs, train, test_, { seed: 3, onRung: ({ name }) => seen.push(name) });
    expect(seen).toEqual(["dummy", "logistic regression", "boosting"]);
    const truth = test_.column("y", "numeric").values;
    for (const rung of report.rungs) {
      expect(rung.averagePrecision).toBe(averagePrecision(truth, rung.scores));
      expect(rung.rocAuc).toBe(rocAuc(truth, rung.scores));
      expect(rung.artifactBytes).toBeGreaterThan(500);
      expect(rung.rowLatencyMicros).toBeGreaterThan(0);
    }
    const [dummy, linear, boosting] = report.rungs;
    expect(dummy.ci).toBeNull();
    expect(linear.ci?.lower).toBeGreaterThan(0);
    expect(linear.ci?.difference).toBeCloseTo(linear.averagePrecision - dummy.averagePrecision, 12);
    // The truth is logistic, so boosting can't gain on it.
    expect(boosting.ci?.lower).toBeLessThanOrEqual(0);
    expect(report.verdict).toMatch(/^Use logistic regression: the next rung, boosting, brings/);
  });

  test("measures by the weights of the test rows", async () => {
    const data = mixedData(200, 1, ["number"]);
    const w = Float64Array.from({ length: 200 }, (_, i) => i % 4);
    const weighted = data.with({ w }).withRoles({ target: "y", weight: "w" }).labelled("test");
    const doubled = data.take(Array.from({ length: 200 }, (_, i) => Array<number>(i % 4).fill(i)).flat());
    const [byWeight, byRows] = await Promise.all(
      [weighted, doubled].map((rows) => ladder(rungs.slice(0, 2), data, rows)),
    );
    const [, linear] = byWeight.rungs;
    expect(linear.averagePrecision).toBeCloseTo(byRows.rungs[1].averagePrecision, 10);
    expect(linear.rocAuc).toBeCloseTo(byRows.rungs[1].rocAuc, 10);
    expect(linear.ci?.difference).toBeCloseTo(
      linear.averagePrecision - byWeight.rungs[0].averagePrecision,
      10,
    );
  });

  test("refuses what it can't rank", async () => {
    const data = mixedData(60, 1);
    const one = {
      name: "ridge",
      estimator: new Pipeline({
        steps: [
          ["keep", keepKinds(["numeric"])],
          ["model", new Ridge()],
        ],
      }),
    };
    await expect(ladder([one], data, data)).rejects.toThrow("ladder: every rung must predict probabilities");
    await expect(ladder(rungs, data, data, { positive: 7 })).rejects.toThrow(
      "must hold the positive class 7",
    );
    const honest = data.filter((row) => data.column("y", "numeric").values[row] === 0);
    await expect(ladder(rungs, data, honest)).rejects.toThrow("at least 2 classes");
    await expect(ladder(rungs, honest, data)).rejects.toThrow("ladder: the training");
  });

  test("stops when aborted", async () => {
    const controller = new AbortController();
    const data = mixedData(60, 1);
    const climb = ladder(rungs, data, data, {
      signal: controller.signal,
      onRung: () => controller.abort(new Error("enough")),
    });
    await expect(climb).rejects.toThrow("enough");
  });
});

describe("standardRungs", () => {
  const network = new NeuralClassifier({ epochs: 6, hiddenUnits: [8], learningRate: 0.01 });
  const names = ["dummy", "logistic regression", "boosting", "hybrid", "deep"];

  test("fits every kind of column", async () => {
    const [train, test_] = [mixedData(250, 5), mixedData(150, 6)];
    const { rungs: measured } = await ladder(standardRungs(train, { network, folds: 2 }), train, test_);
    expect(measured.map(({ name }) => name)).toEqual(names);
    const ap = Object.fromEntries(measured.map(({ name, averagePrecision: value }) => [name, value]));
    for (const name of names.slice(1, 4)) expect(ap[name]).toBeGreaterThan(ap.dummy + 0.2);
  });

  test.each([
    ["tabular", ["amount", "shop"], names],
    ["text", ["note"], names],
    ["sequences", ["history"], ["dummy", "hybrid", "deep"]],
  ])("fits %s alone", async (_, features, expected) => {
    const data = mixedData(120, 7, ["number", "text", "order"]).selectFeatures(features);
    const { rungs: measured } = await ladder(standardRungs(data, { network, folds: 2 }), data, data);
    expect(measured.map(({ name }) => name)).toEqual(expected);
  });
});
