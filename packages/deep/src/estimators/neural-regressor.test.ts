import { DataError, fromColumns, type LabelledDataset, Random, sequence } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

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

describe("numbers too large for a network", () => {
  const quick = new NeuralRegressor({ epochs: 1, hiddenUnits: [4] });
  const x = Array.from({ length: 40 }, (_, i) => i);
  const heights = x.map((value) => value % 7);
  const rows = (columns: Record<string, number[]>): LabelledDataset =>
    fromColumns(
      { x, height: heights, ...columns },
      { target: "height", ...("w" in columns && { weight: "w" }) },
    );
  const at = (values: readonly number[], row: number, value: number): number[] => values.with(row, value);

  test.each<[string, Record<string, number[]>, string]>([
    [
      "a target",
      { height: at(heights, 33, -3e200) },
      "NeuralRegressor: the target must be at most 1e+140 in size to be standardised, received -3e+200 at row 33",
    ],
    [
      "a feature",
      { x: at(x, 7, 1e200) },
      "NeuralRegressor: column 'x' must be at most 1e+140 in size to be standardised, received 1e+200 at row 7",
    ],
    [
      "a target of next to no weight, far from all others",
      {
        height: at(heights, 5, 1e100),
        w: at(
          x.map(() => 1),
          5,
          1e-250,
        ),
      },
      "the target must be within 1e+15 standard deviations of its mean",
    ],
  ])("%s is refused by its row", async (_, columns, message) => {
    await expect(quick.fit(rows(columns))).rejects.toThrow(DataError);
    await expect(quick.fit(rows(columns))).rejects.toThrow(message);
  });

  test("a validation target far from those of training is refused by its row", async () => {
    const validation = rows({ height: at(heights, 2, 1e100) });
    await expect(quick.fit(rows({}), { validation })).rejects.toThrow(
      "received 1e+100 at row 2 of the validation data",
    );
  });

  test("a step of a sequence is refused by column and field", async () => {
    const history = {
      ...sequence(
        x.map((value) => [[value, 1]]),
        ["a", "b"],
      ),
      values: Float64Array.from({ length: 80 }, (_, i) => (i === 7 ? 1e170 : 1)),
    };
    await expect(quick.fit(rows({}).with({ history }))).rejects.toThrow(
      "column 'history' must be at most 1e+140 in size to be standardised, received 1e+170 in field 'b'",
    );
  });

  test("rows of weight zero may hold anything", async () => {
    const data = rows({
      x: at(x, 3, 1e200),
      height: at(heights, 3, 1e200),
      w: at(
        x.map(() => 1),
        3,
        0,
      ),
    });
    expect((await (await quick.fit(data)).predict(rows({}))).every(Number.isFinite)).toBe(true);
  });

  test("just below, a target and its predictions stay finite", async () => {
    const data = rows({ height: heights.map((value) => value * 1e138) });
    const model = await quick.fit(data);
    expect(Number.isFinite(model.scaling.scale[0])).toBe(true);
    expect((await model.predict(data)).every(Number.isFinite)).toBe(true);
  });

  test("a constant target of any size is predicted as it is", async () => {
    const data = rows({ height: x.map(() => 1.1e130) });
    for (const value of await (await quick.fit(data)).predict(data))
      expect(Math.abs(value / 1.1e130 - 1)).toBeLessThan(1e-10);
  });
});
