import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { mixedData, rocAuc } from "../testing/example-data.js";
import { NeuralClassifier, neuralClassifierCodec } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";

const quick = { epochs: 5, dropout: 0, patience: null, batchSize: 32, learningRate: 0.01, hiddenUnits: [16] };
const estimator = new NeuralClassifier(quick);
const train = mixedData(300, 1);
const later = mixedData(300, 2);
const test300 = mixedData(300, 3);
const labels = [...test300.column("label", "numeric").values];
const auc = async (model: Awaited<ReturnType<typeof estimator.fit>>): Promise<number> =>
  rocAuc(labels, (await model.predictProba(test300)).column(1));

/** A line, the slope of which changes. */
function line(slope: number): LabelledDataset {
  const random = new Random(slope);
  const x = Float64Array.from({ length: 200 }, () => random.normal());
  return fromColumns({ x, y: x.map((value) => slope * value + 5) }, { target: "y" });
}

describe("update", () => {
  test("goes on learning from new rows, and leaves the model as it was", async () => {
    const model = await estimator.with({ epochs: 1 }).fit(train);
    const before = { auc: await auc(model), weights: [...model.fitted.weights], tensors: aliveTensors() };
    const updated = await estimator.update(model, later);
    expect(aliveTensors()).toBe(before.tensors);
    expect(await auc(updated)).toBeGreaterThan(before.auc + 0.02);
    expect([...model.fitted.weights]).toEqual(before.weights);
    expect(updated.history.loss).toHaveLength(6);
    expect(updated.history.loss.slice(0, 1)).toEqual(model.history.loss);
  });

  test("is the same from a model that was saved, and follows a regression that moves", async () => {
    const model = await estimator.fit(train);
    const registry = new Registry([neuralClassifierCodec()]);
    const saved = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    const [a, b] = await Promise.all([model, saved].map((from) => estimator.update(from, later)));
    expect([...a.fitted.weights]).toEqual([...b.fitted.weights]);
    const regressor = new NeuralRegressor({ ...quick, epochs: 30 });
    const moved = await regressor.update(await regressor.fit(line(2)), line(-1));
    const predicted = await moved.predict(fromColumns({ x: [-1, 1] }));
    expect(predicted[0]).toBeCloseTo(6, 0);
    expect(predicted[1]).toBeCloseTo(4, 0);
  });

  test("takes rows of one class alone, and refuses a label that it doesn't know", async () => {
    const model = await estimator.fit(train);
    const rate = async (from: typeof model): Promise<number> =>
      (await from.predictProba(test300)).column(1).reduce((sum, p) => sum + p, 0) / 300;
    const ones = later.filter((row) => later.column("label", "numeric").values[row] === 1);
    const updated = await estimator.update(model, ones);
    expect(updated.classes).toEqual([0, 1]);
    expect(await rate(updated)).toBeGreaterThan((await rate(model)) + 0.05);
    const strange = later
      .with({ label: Float64Array.from({ length: 300 }, (_, i) => i % 3) })
      .labelled("test");
    await expect(estimator.update(model, strange)).rejects.toThrow(
      "NeuralClassifier: labels of the data must be among those of training (0, 1), received 2",
    );
  });

  test("refuses params that shape another network, and rows without a feature", async () => {
    const model = await estimator.fit(train);
    await expect(estimator.with({ hiddenUnits: [8] }).update(model, later)).rejects.toThrow(
      "NeuralClassifier: update: hiddenUnits must be that of the model, [16], received [8]",
    );
    await expect(estimator.update(model, later.drop(["amount"]).labelled("test"))).rejects.toThrow("amount");
  });
});
