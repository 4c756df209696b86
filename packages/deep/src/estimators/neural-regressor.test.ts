import { fromColumns, type LabelledDataset, Random } from "@strata-ml/core";
import { beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralRegressor } from "./neural-regressor.js";

beforeAll(() => selectBackend("wasm"));

function waves(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const x = Array.from({ length: rows }, () => 4 * random.uniform() - 2);
  const place = x.map(() => random.choice(["sea", "land"]));
  const height = x.map((value, i) => 1000 + 50 * Math.sin(2 * value) + (place[i] === "sea" ? 30 : 0));
  return fromColumns({ x, place, height }, { target: "height" });
}

function error(data: LabelledDataset, predicted: Float64Array): number {
  const values = data.column("height", "numeric").values;
  return predicted.reduce((sum, value, i) => sum + Math.abs(value - values[i]), 0) / predicted.length;
}

test.each(["squaredError", "absoluteError"] as const)("a curve and a category, by %s", async (loss) => {
  const estimator = new NeuralRegressor({
    loss,
    hiddenUnits: [32, 16],
    dropout: 0,
    learningRate: 0.02,
    epochs: 40,
  });
  const model = await estimator.fit(waves(600, 1));
  expect(error(waves(200, 2), await model.predict(waves(200, 2)))).toBeLessThan(6);
});

test("the absolute error is not drawn to outliers", async () => {
  const values = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 1000 : 1));
  const data = fromColumns({ constant: new Float64Array(200), height: values }, { target: "height" });
  const fit = async (loss: "squaredError" | "absoluteError"): Promise<number> => {
    const estimator = new NeuralRegressor({
      loss,
      dropout: 0,
      learningRate: 0.03,
      epochs: 80,
      patience: null,
    });
    return (await (await estimator.fit(data)).predict(data.slice(0, 1)))[0];
  };
  expect(await fit("absoluteError")).toBeLessThan(20);
  expect(await fit("squaredError")).toBeGreaterThan(80);
});

test("a constant target is predicted as it is", async () => {
  const data = fromColumns({ x: [1, 2, 3, 4], height: [7, 7, 7, 7] }, { target: "height" });
  const model = await new NeuralRegressor({ epochs: 60, dropout: 0, learningRate: 0.02 }).fit(data);
  for (const value of await model.predict(data)) expect(Math.abs(value - 7)).toBeLessThan(0.3);
});

test("embeddings come from named layers", async () => {
  const data = waves(60, 1);
  const model = await new NeuralRegressor({ epochs: 1, hiddenUnits: [6, 5] }).fit(data);
  expect(model.layers).toEqual([
    "numeric",
    "categorical:place",
    "joined",
    "hidden1",
    "dropout(hidden1)",
    "embedding",
    "dropout(embedding)",
    "output",
  ]);
  expect((await model.embed(data)).columns).toBe(5);
  expect((await model.embed(data, { layer: "hidden1" })).columns).toBe(6);
  await expect(model.embed(data, { layer: "hidden2" })).rejects.toThrow(
    "NeuralRegressor: layer must be one of 'numeric'",
  );
});
