import {
  accuracy,
  decodeArtifact,
  encodeArtifact,
  meanAbsoluteError,
  ParamError,
  Registry,
} from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { rocAuc, tasksData } from "../testing/example-data.js";
import { testBackend } from "../testing/test-backends.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralMultiTask, neuralMultiTaskCodec } from "./neural-multi-task.js";

beforeAll(() => selectBackend(testBackend));

const train = tasksData(200, 1);
const validation = tasksData(120, 2).with(
  { w: Float64Array.from({ length: 120 }, (_, i) => i % 3) },
  { weight: "w" },
);
const weights = validation.column("w", "numeric").values;
const heads = {
  amount: { kind: "regression", metrics: ["meanAbsoluteError"] },
  fraud: { kind: "classification", metrics: [{ name: "auc", numThresholds: 20_000, key: "area" }] },
  shop: { kind: "classification", classWeight: "balanced", metrics: ["accuracy", "topK"] },
} as const;
const settings = { epochs: 3, hiddenUnits: [8], dropout: 0, patience: null, seed: 3 } as const;
const estimator = new NeuralMultiTask({ ...settings, heads });
const labels = (name: "fraud" | "shop"): string[] => {
  const { codes, categories } = validation.column(name, "categorical");
  return Array.from(codes, (code) => categories[code]);
};

describe("metrics of heads", () => {
  test("are in progress, history, artifact and evaluate, and are those of the predictions", async () => {
    const told: (number | undefined)[] = [];
    const model = await estimator.fit(train, {
      validation,
      onProgress: ({ stage, metrics }) => stage === "epoch" && told.push(metrics?.["shop.accuracy"]),
    });
    const { metrics, validationLoss } = model.history;
    expect(Object.keys(metrics)).toEqual([
      "amount.meanAbsoluteError",
      "fraud.area",
      "shop.accuracy",
      "shop.topK",
    ]);
    expect(told).toEqual(metrics["shop.accuracy"]);
    const predicted = await model.predict(validation);
    const amounts = validation.column("amount", "numeric").values;
    expect(metrics["amount.meanAbsoluteError"][2]).toBeCloseTo(
      meanAbsoluteError(amounts, predicted.amount as Float64Array, { weights }),
      4,
    );
    expect(metrics["shop.accuracy"][2]).toBeCloseTo(
      accuracy(labels("shop"), predicted.shop, { weights }),
      12,
    );
    const before = aliveTensors();
    const whole = await model.evaluate(validation);
    expect(aliveTensors()).toBe(before);
    for (const [key, values] of Object.entries(metrics)) expect(whole[key]).toBeCloseTo(values[2], 6);
    // Without the weights of classes.
    expect(whole.loss).not.toBeCloseTo(validationLoss[2], 4);
    const registry = new Registry([neuralMultiTaskCodec()]);
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(again.history).toEqual(model.history);
    expect(await again.evaluate(validation)).toEqual(whole);
  });

  test("of rows in parts are those of the whole; other metrics may be asked for", async () => {
    const model = await estimator.fit(train, { validation });
    async function* parts() {
      for (let from = 0; from < 120; from += 50) yield validation.slice(from, from + 50);
    }
    const options = { metrics: { fraud: ["auc", "logLoss"], amount: ["r2Score"] } } as const;
    const [whole, piecewise] = [
      await model.evaluate(validation, options),
      await model.evaluate(parts(), options),
    ];
    expect(Object.keys(whole).sort()).toEqual(["amount.r2Score", "fraud.auc", "fraud.logLoss", "loss"]);
    for (const [key, value] of Object.entries(whole)) expect(piecewise[key]).toBeCloseTo(value, 6);
    const plain = validation.withRole("w", "id");
    const scores = (await model.predictProba(plain)).fraud.column(1);
    const fine = { metrics: { fraud: [{ name: "auc", numThresholds: 20_000 }] } } as const;
    expect((await model.evaluate(plain, fine))["fraud.auc"]).toBeCloseTo(
      rocAuc(
        labels("fraud").map((label) => Number(label === "yes")),
        scores,
      ),
      3,
    );
  });

  test("of one head are those of a classifier, and tell the best epoch", async () => {
    const settingsOf = { ...settings, epochs: 30, patience: 2, learningRate: 0.1 };
    const [rows, held] = [train, validation].map((table) =>
      table.drop(["amount", "shop"]).withRole("fraud", "target").labelled("test"),
    );
    const one = await new NeuralMultiTask({
      ...settingsOf,
      heads: { fraud: { kind: "classification", metrics: ["auc"] } },
      monitor: "fraud.auc",
    }).fit(rows, { validation: held });
    const same = await new NeuralClassifier({ ...settingsOf, metrics: ["auc"], monitor: "auc" }).fit(rows, {
      validation: held,
    });
    const areas = one.history.metrics["fraud.auc"];
    expect(areas).toHaveLength(same.history.metrics.auc.length);
    areas.forEach((area, k) => expect(area).toBeCloseTo(same.history.metrics.auc[k], 4));
    expect(areas.indexOf(Math.max(...areas))).toBe(areas.length - 3);
  });

  test.each([
    [{ fraud: { kind: "classification", metrics: ["area"] } }, {}, "NeuralMultiTask: "],
    [{ amount: { kind: "regression", metrics: ["auc"] } }, {}, "NeuralMultiTask, head 'amount': "],
    [
      { amount: { kind: "regression", metrics: ["r2Score", "r2Score"] } },
      {},
      "NeuralMultiTask, head 'amount': metrics must have a key of their own, received 'r2Score' twice",
    ],
    [
      {
        "a.b": { kind: "regression", metrics: ["r2Score"] },
        a: { kind: "regression", metrics: [{ name: "r2Score", key: "b.r2Score" }] },
      },
      {},
      "NeuralMultiTask: metrics of heads must have a key of their own, received 'a.b.r2Score' twice",
    ],
    [
      heads,
      { monitor: "auc" },
      "NeuralMultiTask: monitor must be one of 'validationLoss', 'amount.meanAbsoluteError', 'fraud.area'",
    ],
  ] as const)("that don't fit are refused at once: %j, %j", (given, change, message) => {
    expect(() => new NeuralMultiTask({ heads: given as never, ...change })).toThrow(message);
  });

  test("need validation rows; evaluate refuses heads and metrics that are none, and data that differ", async () => {
    await expect(estimator.fit(train)).rejects.toThrow("metrics must have validation rows to be measured on");
    const model = await estimator.fit(train, { validation });
    const before = aliveTensors();
    await expect(model.evaluate(validation, { metrics: { froud: ["auc"] } })).rejects.toThrow(
      "NeuralMultiTask: evaluate: metrics must be of heads, 'amount', 'fraud', 'shop', received 'froud'",
    );
    await expect(model.evaluate(validation, { metrics: { amount: ["auc"] } })).rejects.toThrow(ParamError);
    await expect(model.evaluate(validation.drop(["shop"]))).rejects.toThrow("there must be a column 'shop'");
    await expect(
      model.evaluate(validation.with({ shop: Array.from({ length: 120 }, () => "palace") })),
    ).rejects.toThrow("NeuralMultiTask, head 'shop': labels of the data must be among those of training");
    await expect(model.evaluate(validation.filter((row) => weights[row] === 0))).rejects.toThrow(
      "NeuralMultiTask: weights must not all be zero",
    );
    expect(aliveTensors()).toBe(before);
  });
});
