import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  type Model,
  NotSupportedError,
  ParamError,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { type Tensor, tensor as upload, tidy } from "../backend/tensors.js";
import { deepCodecs } from "../codecs.js";
import { classLoss } from "../training/losses/class-loss.js";
import { outputsLoss } from "../training/losses/outputs-loss.js";
import { MlpClassifier } from "./mlp-classifier.js";
import { MlpRegressor } from "./mlp-regressor.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { OutputClasses } from "./output-classes.js";
import { taken } from "../testing/taken.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const registry = new Registry(deepCodecs());
const quick = { dropout: 0, learningRate: 0.02, epochs: 40, hiddenUnits: [16] } as const;

/** Two numbers, and targets made of them: `of` gives a row's outputs. */
function made(rows: number, seed: number, of: (a: number, b: number) => number[]): LabelledDataset {
  const random = new Random(seed);
  const x = Array.from({ length: rows }, () => [random.normal(), random.normal()]);
  const targets = x.map(([a, b]) => of(a, b));
  const block = (values: number[][]) => tensor(Float64Array.from(values.flat()), [values[0].length]);
  return fromColumns({ x: block(x), y: block(targets) }, { target: "y" });
}

const labels = (a: number, b: number): number[] => [
  Number(a > 0),
  Number(b > 0.3),
  a + b > 1 ? 7 : a + b < -1 ? 3 : 5,
];
const numbers = (a: number, b: number): number[] => [1000 + 10 * a, b - a, 0.001 * b];
const valuesOf = (data: LabelledDataset) => data.column("y", "tensor").values;

async function restoredFrom<M extends Model>(model: M): Promise<M> {
  const bytes = await encodeArtifact(model, registry);
  return (await decodeArtifact(bytes, new Registry(deepCodecs()))) as M;
}

/** Share of right labels by output. */
function accuracies(data: LabelledDataset, predicted: Float64Array, outputs: number): number[] {
  const y = valuesOf(data);
  const right = Array.from({ length: outputs }, () => 0);
  predicted.forEach((label, at) => (right[at % outputs] += Number(label === y[at])));
  return right.map((count) => count / data.rows);
}

describe("classification of several outputs", () => {
  test("labels of two and of three classes are learned together, and survive an artifact", async () => {
    const alive = aliveTensors();
    const model = await new NeuralClassifier(quick).fit(made(400, 1, labels));
    const data = made(200, 2, labels);
    expect(model.outputClasses).toEqual([
      [0, 1],
      [0, 1],
      [3, 5, 7],
    ]);
    const predicted = await model.predictOutputs(data);
    for (const share of accuracies(data, predicted.data, 3)) expect(share).toBeGreaterThan(0.9);
    const shares = await model.predictProbaOutputs(data);
    expect(shares.map(({ columns }) => columns)).toEqual([2, 2, 3]);
    for (const own of shares)
      for (let i = 0; i < own.rows; i++) expect(own.row(i).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const restored = await restoredFrom(model);
    expect(restored.outputClasses).toEqual(model.outputClasses);
    expect((await restored.predictOutputs(data)).data).toEqual(predicted.data);
    expect((await restored.predictProbaOutputs(data)).map(({ data: own }) => own)).toEqual(
      shares.map(({ data: own }) => own),
    );
    expect(aliveTensors()).toBe(alive);
  });

  test("what is of one output is refused, with what to ask", async () => {
    const data = made(40, 1, labels);
    const model = await new NeuralClassifier({ ...quick, epochs: 1 }).fit(data);
    expect(() => model.classes).toThrow(NotSupportedError);
    await expect(model.predict(data)).rejects.toThrow(
      "NeuralClassifier: predict is of a target of one output, and this model has 3: ask for predictOutputs",
    );
    await expect(model.predictProba(data)).rejects.toThrow("ask for predictProbaOutputs");
    await expect(model.decisionFunction(data)).rejects.toThrow(NotSupportedError);
  });

  test("one output answers as before, as a tensor too", async () => {
    const wide = made(60, 1, (a) => [Number(a > 0)]);
    const flat = fromColumns({ x: wide.column("x"), y: Array.from(valuesOf(wide)) }, { target: "y" });
    const [a, b] = [await new NeuralClassifier(quick).fit(wide), await new NeuralClassifier(quick).fit(flat)];
    expect((await a.predictProba(wide)).data).toEqual((await b.predictProba(flat)).data);
    expect((await a.predictOutputs(wide)).data).toEqual(
      Float64Array.from((await a.predict(wide)) as number[]),
    );
  });

  test("an update may lack classes of an output, and knows no new ones", async () => {
    const estimator = new NeuralClassifier({ ...quick, epochs: 2 });
    const model = await estimator.fit(made(80, 1, labels));
    const fewer = made(40, 3, (_, b) => [1, Number(b > 0), 5]);
    expect((await estimator.update(model, fewer)).outputClasses).toEqual(model.outputClasses);
    await expect(
      estimator.update(
        model,
        made(40, 3, (a) => [1, 0, a > 0 ? 5 : 4]),
      ),
    ).rejects.toThrow(/must be among those of training \(3, 5, 7\), received 4/);
    await expect(
      estimator.update(
        model,
        made(40, 3, () => [1, 0]),
      ),
    ).rejects.toThrow(
      "the target of the data must have 3 outputs, as in training, received tensor of shape [2]",
    );
  });

  test("the loss is the mean of each output's own", async () => {
    const [z, y] = [
      [0.3, -1, 0.5, 2],
      [1, 0, 1, 0],
    ];
    const lists = new OutputClasses([
      [0, 1],
      [1, 2, 3],
    ]);
    const of = (columns: number[], classes: number): Tensor =>
      tidy(() => {
        const [out, target] = [z, y].map((row) => upload([columns.map((j) => row[j])]));
        return classLoss("test", "crossEntropy", classes)(out, target);
      });
    const all = tidy(() => outputsLoss("test", "crossEntropy", lists.counts)(upload([z]), upload([y])));
    const [[mean], [two], [three]] = await taken([all, of([0], 2), of([1, 2, 3], 3)]);
    expect(mean).toBeCloseTo((two + three) / 2, 6);
  });

  test("balanced weights, and options that several outputs can't have", async () => {
    // What no feature tells: probabilities are the shares of classes by weight.
    const rare = made(400, 1, (a, b) => [Number(Math.abs(a * 1e6) % 1 < 0.1), Number(b > 0)]);
    const mean = async (classWeight: "balanced" | null): Promise<number> => {
      const model = await new NeuralClassifier({ ...quick, epochs: 10, classWeight }).fit(rare);
      const shares = (await model.predictProbaOutputs(rare))[0].column(1);
      return shares.reduce((a, b) => a + b, 0) / rare.rows;
    };
    expect(await mean("balanced")).toBeGreaterThan(0.35);
    expect(await mean(null)).toBeLessThan(0.15);
    await expect(new NeuralClassifier({ majorityRatio: 2 }).fit(rare)).rejects.toThrow(ParamError);
    await expect(new NeuralClassifier({ classWeight: { 1: 2 } }).fit(rare)).rejects.toThrow(
      "classWeight must be 'balanced' or null for a target of several outputs",
    );
  });

  test("missing labels and fractions are told with row and output", async () => {
    const holes = made(30, 1, (a, b) => [Number(a > 0), b > 2 ? 1 : 0]);
    (valuesOf(holes) as Float64Array)[7] = Number.NaN;
    await expect(new NeuralClassifier().fit(holes)).rejects.toThrow(
      "the target must not be missing, received NaN at row 3, output 1",
    );
    await expect(new NeuralClassifier().fit(made(30, 1, (a) => [1, a]))).rejects.toThrow("whole numbers");
  });
});

describe("perceptrons of several outputs", () => {
  test("labels", async () => {
    const model = await new MlpClassifier({ learningRateInit: 0.01, maxIter: 60 }).fit(made(400, 1, labels));
    const data = made(200, 2, labels);
    for (const share of accuracies(data, (await model.predictOutputs(data)).data, 3))
      expect(share).toBeGreaterThan(0.9);
    const restored = await restoredFrom(model);
    expect((await restored.predictOutputs(data)).data).toEqual((await model.predictOutputs(data)).data);
  });

  test("numbers", async () => {
    const two = (a: number, b: number): number[] => [a + b, 3 - a];
    const model = await new MlpRegressor({ learningRateInit: 0.01, maxIter: 100 }).fit(made(400, 1, two));
    const data = made(200, 2, two);
    const { data: predicted } = await model.predictOutputs(data);
    const off = predicted.reduce((sum, value, i) => sum + Math.abs(value - valuesOf(data)[i]), 0);
    expect(off / predicted.length).toBeLessThan(0.15);
    expect((await (await restoredFrom(model)).predictOutputs(data)).data).toEqual(predicted);
    await expect(model.predict(data)).rejects.toThrow("ask for predictOutputs");
  });
});

test("an output of one class is always that class", async () => {
  const data = made(60, 1, (a) => [Number(a > 0), 4]);
  const model = await new NeuralClassifier({ ...quick, epochs: 2 }).fit(data);
  const predicted = (await model.predictOutputs(data)).column(1);
  expect(predicted.every((label) => label === 4)).toBe(true);
  expect((await model.predictProbaOutputs(data))[1].data.every((share) => share === 1)).toBe(true);
  await expect(new NeuralClassifier().fit(made(30, 1, () => [1, 4]))).rejects.toThrow("at least 2 classes");
});

describe("regression of several outputs", () => {
  test("numbers of any scale are learned together, and survive an artifact", async () => {
    const alive = aliveTensors();
    const model = await new NeuralRegressor(quick).fit(made(400, 1, numbers));
    const data = made(200, 2, numbers);
    const predicted = await model.predictOutputs(data);
    const y = valuesOf(data);
    const off = [0, 0, 0];
    predicted.data.forEach((value, at) => (off[at % 3] += Math.abs(value - y[at]) / data.rows));
    expect(off[0]).toBeLessThan(2);
    expect(off[1]).toBeLessThan(0.3);
    expect(off[2]).toBeLessThan(0.0002);
    const restored = await restoredFrom(model);
    expect((await restored.predictOutputs(data)).data).toEqual(predicted.data);
    await expect(model.predict(data)).rejects.toThrow("ask for predictOutputs");
    expect(aliveTensors()).toBe(alive);
  });

  test("validation rows and updates need the same outputs; NaN is told", async () => {
    const estimator = new NeuralRegressor({ ...quick, epochs: 2 });
    const data = made(60, 1, numbers);
    const two = made(60, 1, (a, b) => [a, b]);
    await expect(estimator.fit(data, { validation: two })).rejects.toThrow(
      "the target must have 3 outputs, as in training, received 2 of the validation data",
    );
    const model = await estimator.fit(data, { validation: made(30, 4, numbers) });
    expect((await (await estimator.update(model, data)).predictOutputs(data)).columns).toBe(3);
    await expect(estimator.update(model, two)).rejects.toThrow("the target must have 3 outputs");
    (valuesOf(data) as Float64Array)[4] = Number.NaN;
    await expect(estimator.fit(data)).rejects.toThrow(
      "the target must be finite, received NaN at row 1, output 1",
    );
  });
});

describe("metrics of several outputs", () => {
  const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
  const features = { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) };
  const settings = { epochs: 3, seed: 1, validationFraction: 0.2 };

  test("labels of two classes are measured together", async () => {
    const labels = tensor(Float64Array.from(rows.flatMap(([a, b]) => [Number(a > 0), Number(b > 0)])), [2]);
    const data = fromColumns({ ...features, labels }, { target: "labels" });
    const model = await new NeuralClassifier({ ...settings, metrics: ["accuracy", "auc"] }).fit(data);
    expect(Object.keys(model.history.metrics)).toEqual(["accuracy", "auc"]);
    const { accuracy, loss } = await model.evaluate(data);
    const predicted = (await model.predictOutputs(data)).data;
    const right = predicted.filter((label, i) => label === labels.values[i]).length;
    expect(accuracy).toBeCloseTo(right / predicted.length, 6);
    expect(loss).toBeGreaterThan(0);
  });

  test("numbers are measured as they are", async () => {
    const targets = tensor(Float64Array.from(rows.flatMap(([a, b]) => [100 + 10 * a, b - 3])), [2]);
    const data = fromColumns({ ...features, targets }, { target: "targets" });
    const model = await new NeuralRegressor(settings).fit(data);
    const { meanAbsoluteError } = await model.evaluate(data, { metrics: ["meanAbsoluteError"] });
    const { data: predicted } = await model.predictOutputs(data);
    const off = predicted.reduce((sum, value, i) => sum + Math.abs(value - targets.values[i]), 0);
    expect(meanAbsoluteError).toBeCloseTo(off / predicted.length, 4);
  });

  test("several outputs of more classes have none", async () => {
    const labels = tensor(Float64Array.from(rows.flatMap((_, i) => [i % 3, i % 2])), [2]);
    const data = fromColumns({ ...features, labels }, { target: "labels" });
    await expect(new NeuralClassifier({ ...settings, metrics: ["accuracy"] }).fit(data)).rejects.toThrow(
      "metrics must be empty for several outputs of more than two classes, received 'accuracy'",
    );
    expect(Object.keys(await (await new NeuralClassifier(settings).fit(data)).evaluate(data))).toEqual([
      "loss",
    ]);
  });
});
