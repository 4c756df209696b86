import {
  accuracy,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  meanAbsoluteError,
  numeric,
  ParamError,
  Random,
  Registry,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { mixedData, rocAuc } from "../testing/example-data.js";
import { NeuralClassifier, neuralClassifierCodec } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";

const train = mixedData(160, 1);
const validation = mixedData(700, 2);
const settings = { epochs: 3, batchSize: 32, hiddenUnits: [8], dropout: 0, seed: 3 } as const;
const labelsOf = (data: LabelledDataset): number[] => Array.from(data.column("label", "numeric").values);

/** Numbers far from 0 with weights. */
function numbers(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const x = Array.from({ length: rows }, () => random.normal());
  return fromColumns(
    { x, y: x.map((value) => 500 + 20 * value), w: x.map((_, i) => i % 3) },
    { target: "y", weight: "w" },
  );
}

describe("metrics of the validation rows", () => {
  const metrics = [
    { name: "auc", numThresholds: 20_000 },
    "accuracy",
    { name: "recallAtPrecision", precision: 0.6, key: "recall60" },
  ] as const;

  test("are in progress, history and artifact, and are those of the predictions", async () => {
    const told: (number | undefined)[] = [];
    const model = await new NeuralClassifier({ ...settings, metrics, patience: null }).fit(train, {
      validation,
      onProgress: ({ stage, metrics }) => stage === "epoch" && told.push(metrics?.accuracy),
    });
    const { history } = model;
    expect(Object.keys(history.metrics)).toEqual(["auc", "accuracy", "recall60"]);
    expect(told).toEqual(history.metrics.accuracy);
    expect(told).toHaveLength(3);
    const scores = (await model.predictProba(validation)).column(1);
    expect(history.metrics.auc[2]).toBeCloseTo(rocAuc(labelsOf(validation), scores), 3);
    const predicted = await model.predict(validation);
    expect(history.metrics.accuracy[2]).toBeCloseTo(accuracy(labelsOf(validation), predicted), 12);
    const registry = new Registry([neuralClassifierCodec()]);
    const again = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((again as typeof model).history).toEqual(history);
  });

  test("of a regression are in the target's units, by the rows' weights", async () => {
    const held = numbers(80, 5);
    const model = await new NeuralRegressor({
      ...settings,
      metrics: ["meanAbsoluteError", "r2Score"],
      patience: null,
    }).fit(numbers(200, 4), { validation: held });
    const truth = held.column("y", "numeric").values;
    const weights = held.column("w", "numeric").values;
    const expected = meanAbsoluteError(truth, await model.predict(held), { weights });
    expect(model.history.metrics.meanAbsoluteError[2]).toBeCloseTo(expected, 3);
    expect(model.history.metrics.r2Score[2]).toBeLessThan(1);
  });

  test("of several classes are fed with a probability of each", async () => {
    const random = new Random(8);
    const x = Array.from({ length: 300 }, () => random.normal());
    const y = x.map((value) => (value < -0.5 ? "low" : value > 0.5 ? "high" : "middle"));
    const data = fromColumns({ x, y }, { target: "y" });
    const model = await new NeuralClassifier({ ...settings, epochs: 8, learningRate: 0.02 }).fit(data);
    const result = await model.evaluate(data, { metrics: ["accuracy", { name: "topK", k: 3 }, "logLoss"] });
    expect(result.accuracy).toBeCloseTo(accuracy(y, await model.predict(data)), 12);
    expect(result.topK).toBe(1);
    expect(result.logLoss).toBeCloseTo(result.loss, 5);
  });

  test("don't count class weights, as the loss does", async () => {
    const estimator = new NeuralClassifier({ ...settings, epochs: 1, metrics: ["logLoss"], patience: null });
    const weighted = estimator.with({ classWeight: { 0: 1, 1: 9 } });
    const { history } = await weighted.fit(train, { validation });
    const result = await (await weighted.fit(train, { validation })).evaluate(validation);
    expect(history.metrics.logLoss[0]).toBeCloseTo(result.loss, 5);
    expect(Math.abs(history.validationLoss[0] - result.loss)).toBeGreaterThan(0.01);
  });
});

test("an update goes on with the history of metrics", async () => {
  const estimator = new NeuralClassifier({ ...settings, metrics: ["auc"], patience: null });
  const model = await estimator.fit(train, { validation });
  const updated = await estimator
    .with({ metrics: ["auc", "f1"], epochs: 2 })
    .update(model, train, { validation });
  const { metrics } = updated.history;
  expect(metrics.auc.slice(0, 3)).toEqual(model.history.metrics.auc);
  expect([metrics.auc.length, metrics.f1.length]).toEqual([5, 2]);
});

describe("the monitor", () => {
  const steep = { ...settings, learningRate: 0.5, epochs: 12, metrics: ["accuracy", "logLoss"] } as const;

  test.each([
    ["accuracy", Math.max],
    ["logLoss", Math.min],
  ] as const)("%s tells the best epoch", async (monitor, best) => {
    const model = await new NeuralClassifier({ ...steep, monitor, patience: 4 }).fit(train, { validation });
    const series = model.history.metrics[monitor];
    const result = await model.evaluate(validation);
    expect(result[monitor]).toBeCloseTo(best(...series), 12);
    const place = series.indexOf(best(...series));
    expect(series.length).toBe(Math.min(12, place + 5));
  });

  test("tells plateaus of the learning rate", async () => {
    const schedule = { name: "reduceOnPlateau", patience: 1, factor: 0.5, minDelta: 1 } as const;
    const estimator = new NeuralClassifier({ ...steep, monitor: "accuracy", patience: null, schedule });
    const { history } = await estimator.fit(train, { validation });
    // No accuracy rises by 1, so that every epoch after the first is a plateau.
    expect(history.learningRate.slice(0, 4)).toEqual([0.5, 0.5, 0.25, 0.125]);
  });
});

describe("evaluate", () => {
  test("gives the same for a data set and for its parts, and leaves no tensors", async () => {
    const model = await new NeuralClassifier({ ...settings, metrics: ["auc", "f1"] }).fit(train);
    const before = aliveTensors();
    const whole = await model.evaluate(validation);
    async function* parts(): AsyncGenerator<LabelledDataset> {
      for (let from = 0; from < 700; from += 130) yield validation.slice(from, Math.min(700, from + 130));
    }
    const result = await model.evaluate(parts());
    expect(Object.keys(whole).sort()).toEqual(["auc", "f1", "loss"]);
    for (const [key, value] of Object.entries(whole)) expect(result[key]).toBeCloseTo(value, 6);
    expect(aliveTensors()).toBe(before);
  });

  test("of a regression is by weights", async () => {
    const data = numbers(120, 6);
    const model = await new NeuralRegressor(settings).fit(data);
    const kept = data.filter((row) => row % 3 !== 0);
    const [whole, some] = [await model.evaluate(data), await model.evaluate(kept)];
    expect(whole).toEqual(some);
    const { rootMeanSquaredError, loss } = await model.evaluate(data, { metrics: ["rootMeanSquaredError"] });
    expect(rootMeanSquaredError / model.scaling.scale[0]).toBeCloseTo(Math.sqrt(loss), 5);
  });

  test("refuses labels it doesn't know, no rows, and what is no metric", async () => {
    const model = await new NeuralClassifier(settings).fit(train);
    const other = train.with({ label: numeric(Array.from({ length: 160 }, (_, i) => i % 3)) });
    await expect(model.evaluate(other)).rejects.toThrow("labels of the data must be among those of training");
    await expect(model.evaluate((async function* () {})())).rejects.toThrow(DataError);
    await expect(model.evaluate(train, { metrics: ["gini" as "auc"] })).rejects.toThrow(ParamError);
    await expect(model.evaluate(3 as never)).rejects.toThrow(DataError);
  });
});

describe("what is refused", () => {
  test.each([
    [{ metrics: ["auc", "auc"] }, "metrics must have a key of their own, received 'auc' twice: set key"],
    [{ metrics: [{ name: "auc", key: "loss" }] }, "metrics must have a key of their own"],
    [{ metrics: ["auc"], monitor: "acc" }, "monitor must be one of 'validationLoss', 'auc', received 'acc'"],
    [{ monitor: "loss" }, "monitor must be one of 'validationLoss', received 'loss'"],
  ] as const)("%j", (change, message) => {
    expect(() => new NeuralClassifier({ ...settings, ...change })).toThrow(ParamError);
    expect(() => new NeuralClassifier({ ...settings, ...change })).toThrow(message);
  });

  test("metrics without validation rows, and those that don't fit the labels", async () => {
    const without = new NeuralClassifier({ ...settings, metrics: ["auc"], patience: null });
    await expect(without.fit(train)).rejects.toThrow("metrics must have validation rows");
    expect(() => new NeuralRegressor({ metrics: ["auc"] })).toThrow("metrics of numbers must be among");
    const topK = new NeuralClassifier({ ...settings, metrics: ["topK"] });
    await expect(topK.fit(train)).rejects.toThrow("topK must be of more than two classes");
  });
});
