import {
  type Dataset,
  fromColumns,
  type LabelledDataset,
  type ProgressEvent,
  Random,
  sequence,
  sparse,
  text,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { aliveTensors } from "../backend/alive-tensors.js";
import { mixedData, orderOnly, rocAuc, textByAmount } from "../testing/example-data.js";
import { NeuralClassifier, type NeuralClassifierModel } from "./neural-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const quick = {
  hiddenUnits: [16, 8],
  epochs: 6,
  batchSize: 32,
  maxTokens: 128,
  sequenceUnits: 8,
  learningRate: 0.01,
};

async function auc(model: NeuralClassifierModel, data: LabelledDataset): Promise<number> {
  const scores = (await model.predictProba(data)).column(1);
  return rocAuc(data.column("label", "numeric").values, scores);
}

describe("learning", () => {
  test("all kinds of columns together", async () => {
    const model = await new NeuralClassifier({ ...quick, epochs: 30 }).fit(mixedData(800, 1));
    expect(await auc(model, mixedData(400, 2))).toBeGreaterThan(0.9);
  });

  test.each(["pool", "conv", "transformer"] as const)(
    "a text and an amount that only count together, by %s",
    async (textEncoder) => {
      const estimator = new NeuralClassifier({
        textEncoder,
        learningRate: 0.003,
        epochs: 30,
        hiddenUnits: [32, 16],
      });
      const model = await estimator.fit(textByAmount(1000, 1));
      expect(await auc(model, textByAmount(500, 2))).toBeGreaterThan(0.95);
    },
  );

  test.each(["gru", "attention", "transformer"] as const)(
    "the order of steps whose counts are equal, by %s",
    async (sequenceEncoder) => {
      const estimator = new NeuralClassifier({
        sequenceEncoder,
        sequenceUnits: 16,
        learningRate: 0.01,
        epochs: 25,
        hiddenUnits: [16],
      });
      const model = await estimator.fit(orderOnly(800, 1));
      expect(await auc(model, orderOnly(500, 2))).toBeGreaterThan(0.95);
    },
  );

  test("nothing from random labels", async () => {
    const random = new Random(3);
    const label = Array.from({ length: 1500 }, () => random.integer(2));
    const data = mixedData(1500, 4).with({ label });
    const model = await new NeuralClassifier(quick).fit(data.slice(0, 750));
    expect(Math.abs((await auc(model, data.slice(750))) - 0.5)).toBeLessThan(0.06);
  });

  test("several classes", async () => {
    const random = new Random(5);
    const points = Array.from({ length: 600 }, () => [random.normal(), random.normal()]);
    const kind = points.map(([x, y]) => (x > 0.3 ? "east" : y > 0 ? "north" : "south"));
    const data = fromColumns(
      { x: points.map(([x]) => x), y: points.map(([, y]) => y), kind },
      { target: "kind" },
    );
    const model = await new NeuralClassifier({ ...quick, epochs: 30 }).fit(data);
    expect(model.classes).toEqual(["east", "north", "south"]);
    const predicted = await model.predict(data);
    expect(predicted.filter((label, i) => label === kind[i]).length).toBeGreaterThan(550);
    expect((await model.decisionFunction(data)).columns).toBe(3);
  });
});

describe("repeating", () => {
  test("the same seed gives the same weights, bit for bit, another seed others", async () => {
    const data = mixedData(200, 1);
    const fit = async (seed: number): Promise<Float32Array> =>
      (await new NeuralClassifier({ ...quick, dropout: 0.3, seed }).fit(data)).fitted.weights;
    const [first, second, other] = [await fit(1), await fit(1), await fit(2)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test("cpu and wasm agree on the loss after 20 steps", async () => {
    const data = mixedData(640, 1);
    const losses: number[] = [];
    for (const backend of ["cpu", "wasm"] as const) {
      await selectBackend(backend);
      const estimator = new NeuralClassifier({
        ...quick,
        epochs: 1,
        patience: null,
        textEncoder: "conv",
        dropout: 0.2,
      });
      await estimator.fit(data, {
        onProgress: ({ stage, done, metrics }) => {
          if (stage === "batch" && done === 20) losses.push(metrics!.loss);
        },
      });
    }
    expect(losses).toHaveLength(2);
    expect(Math.abs(losses[0] - losses[1])).toBeLessThan(1e-3);
  });

  test("a row's prediction does not depend on the rows around it", async () => {
    const data = mixedData(120, 1);
    const model = await new NeuralClassifier({ ...quick, normalization: "batch" }).fit(data);
    const whole = await model.predictProba(data);
    for (const row of [0, 3, 5, 6, 77]) {
      assertClose((await model.predictProba(data.take([row]))).data, whole.row(row), { absolute: 1e-5 });
    }
  });
});

describe("training", () => {
  test("early stopping gives the weights of the best epoch, and progress ends", async () => {
    const events: ProgressEvent[] = [];
    const validation = mixedData(150, 2);
    const estimator = new NeuralClassifier({ ...quick, epochs: 100, learningRate: 0.05, patience: 3 });
    const model = await estimator.fit(mixedData(150, 1), {
      validation,
      onProgress: (event) => events.push(event),
    });
    const epochs = events.filter(({ stage }) => stage === "epoch");
    const losses = epochs.map(({ metrics }) => metrics!.validationLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(epochs.length).toBe(best + 4);
    expect(epochs.length).toBeLessThan(100);
    expect(epochs.at(-1)).toMatchObject({ done: epochs.length, total: epochs.length });
    const probabilities = await model.predictProba(validation);
    const labels = Array.from(validation.column("label", "numeric").values);
    const logLoss =
      labels.reduce((sum, label, i) => sum - Math.log(probabilities.at(i, label)), 0) / labels.length;
    expect(Math.abs(logLoss - losses[best])).toBeLessThan(1e-5);
  });

  test("without patience all epochs run and nothing is held out", async () => {
    const events: ProgressEvent[] = [];
    await new NeuralClassifier({ ...quick, epochs: 2, patience: null }).fit(mixedData(64, 1), {
      onProgress: (event) => events.push(event),
    });
    expect(events.filter(({ stage }) => stage === "batch")).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ stage: "epoch", done: 2, total: 2 });
    expect(events.at(-1)!.metrics).not.toHaveProperty("validationLoss");
  });

  test("with patience but no validation fraction nothing is held out either", async () => {
    const events: ProgressEvent[] = [];
    const estimator = new NeuralClassifier({ ...quick, epochs: 2, patience: 1, validationFraction: null });
    await estimator.fit(mixedData(64, 1), { onProgress: (event) => events.push(event) });
    expect(events.filter(({ stage }) => stage === "batch")).toHaveLength(4);
    expect(events.at(-1)!.metrics).not.toHaveProperty("validationLoss");
    for (const validationFraction of [0, 1])
      expect(() => new NeuralClassifier({ validationFraction })).toThrow(
        /^NeuralClassifier: validationFraction must be (> 0|< 1), received [01]$/,
      );
  });

  test("sampling the larger class keeps probabilities true", async () => {
    const random = new Random(7);
    const x = Array.from({ length: 6000 }, () => random.normal());
    const label = x.map((value) => (random.uniform() < 1 / (1 + Math.exp(4.5 - 1.5 * value)) ? 1 : 0));
    const data = fromColumns({ x, label }, { target: "label" });
    const rate = label.filter((value) => value === 1).length / label.length;
    let steps = 0;
    // The last steps of a constant rate move the mean by a quarter, whichever way.
    const schedule = { name: "cosine" } as const;
    const estimator = new NeuralClassifier({
      ...quick,
      schedule,
      epochs: 20,
      majorityRatio: 4,
      patience: null,
    });
    const model = await estimator.fit(data, {
      onProgress: ({ stage, total }) => {
        if (stage === "batch") steps = total;
      },
    });
    expect(steps).toBe(20 * Math.ceil((rate * 6000 * 5) / 32));
    const mean = (await model.predictProba(data)).column(1).reduce((a, b) => a + b, 0) / data.rows;
    expect(mean / rate).toBeGreaterThan(0.8);
    expect(mean / rate).toBeLessThan(1.25);
  });

  test.each(["adam", "adamw"] as const)("weight decay by %s shortens the weights", async (optimizer) => {
    const norm = async (weightDecay: number): Promise<number> => {
      const estimator = new NeuralClassifier({
        ...quick,
        optimizer,
        weightDecay,
        epochs: 20,
        patience: null,
      });
      const { fitted } = await estimator.fit(mixedData(100, 1));
      return Math.hypot(...fitted.weights);
    };
    expect(await norm(1)).toBeLessThan(0.8 * (await norm(0)));
  });
});

describe("tensors", () => {
  test("none outlives a fit, a call, an abort or a callback that throws", async () => {
    const data = mixedData(200, 1);
    const before = aliveTensors();
    const model = await new NeuralClassifier({ ...quick, normalization: "batch", textEncoder: "conv" }).fit(
      data,
    );
    expect(aliveTensors()).toBe(before);
    await model.predict(data);
    for (const layer of model.layers) await model.embed(data, { layer });
    expect(aliveTensors()).toBe(before);
    const reason = new Error("enough");
    const controller = new AbortController();
    const abort = ({ done }: ProgressEvent): void => {
      if (done === 3) controller.abort(reason);
    };
    const { signal } = controller;
    await expect(new NeuralClassifier(quick).fit(data, { signal, onProgress: abort })).rejects.toBe(reason);
    const thrower = (): void => {
      throw reason;
    };
    await expect(new NeuralClassifier(quick).fit(data, { onProgress: thrower })).rejects.toBe(reason);
    expect(aliveTensors()).toBe(before);
  });
});

describe("edges of the data", () => {
  const odd = (values: Partial<Record<string, unknown>>): Dataset =>
    fromColumns({
      amount: [1],
      colour: ["red"],
      note: text(["weekly shopping"]),
      history: sequence([[[1, 0]]], mixedFields),
      vector: { kind: "tensor", values: Float64Array.of(0, 0), shape: [2] },
      ...(values as Record<string, never>),
    });
  const mixedFields = [
    { name: "size", kind: "numeric" },
    { name: "channel", kind: "categorical", categories: ["web", "shop"] },
  ] as const;

  test("empty and missing values give finite predictions", async () => {
    const model = await new NeuralClassifier(quick).fit(mixedData(200, 1));
    for (const data of [
      odd({ note: text([""]) }),
      odd({ note: text([null]) }),
      odd({ note: text(["x".repeat(100_000)]) }),
      odd({ history: sequence([[]], mixedFields) }),
      odd({ history: sequence([[[Number.NaN, -1]]], mixedFields) }),
      odd({ colour: ["ultraviolet"] }),
      odd({ amount: [Number.NaN] }),
      odd({ amount: [1e300] }),
    ]) {
      const [, second] = (await model.predictProba(data)).data;
      expect(second).toBeGreaterThanOrEqual(0);
      expect(second).toBeLessThanOrEqual(1);
    }
  });

  test("a column without any value, and a batch larger than the data", async () => {
    const data = mixedData(40, 1).with({ amount: new Float64Array(40).fill(Number.NaN) });
    const model = await new NeuralClassifier({ ...quick, batchSize: 4096 }).fit(data);
    expect((await model.predictProba(data)).data.every(Number.isFinite)).toBe(true);
  });

  test("only the most recent steps are kept", async () => {
    const model = await new NeuralClassifier({ ...quick, maxSequenceLength: 2 }).fit(mixedData(200, 1));
    const steps = [
      [5, 1],
      [-5, 0],
      [1, 1],
      [2, 0],
    ];
    const long = await model.predictProba(odd({ history: sequence([steps], mixedFields) }));
    const short = await model.predictProba(odd({ history: sequence([steps.slice(2)], mixedFields) }));
    expect(long.data).toEqual(short.data);
  });

  test.each<[string, LabelledDataset, RegExp]>([
    [
      "a timestamp",
      mixedData(20, 1).with({ at: [new Date(0), ...Array.from({ length: 19 }, () => new Date(1e9))] }),
      /timestamp column 'at' \(derive numbers/,
    ],
    [
      "a sparse column",
      mixedData(2, 1).with({
        bag: sparse({
          offsets: Int32Array.of(0, 1, 1),
          indices: Int32Array.of(0),
          values: Float64Array.of(1),
          width: 2,
        }),
      }),
      /sparse column 'bag' \(reduce it first/,
    ],
    [
      "infinity",
      mixedData(3, 1).with({ amount: [1, Number.POSITIVE_INFINITY, 2] }),
      /'amount' must be finite or missing, received Infinity at row 1/,
    ],
    ["one class", mixedData(3, 1).with({ label: [1, 1, 1] }), /at least 2 classes, received 1/],
    ["no rows", mixedData(3, 1).take([]), /at least 1 row/],
  ])("refuses %s", async (_, data, message) => {
    await expect(new NeuralClassifier(quick).fit(data)).rejects.toThrow(message);
  });

  test("an infinite step of a sequence is refused by column and field", async () => {
    const data = mixedData(2, 1).with({
      label: [0, 1],
      history: sequence([[[Number.POSITIVE_INFINITY, 0]], []], mixedFields),
    });
    await expect(new NeuralClassifier(quick).fit(data)).rejects.toThrow(
      "column 'history' must be finite or missing, received Infinity in field 'size'",
    );
  });

  test("a validation label that training does not have is refused", async () => {
    const validation = mixedData(3, 1).with({ label: [0, 1, 2] });
    await expect(new NeuralClassifier(quick).fit(mixedData(20, 1), { validation })).rejects.toThrow(
      "labels of the validation data must be among those of training (0, 1), received 2",
    );
  });

  test("a loss that is not finite stops training and names the step", async () => {
    const estimator = new NeuralClassifier({ ...quick, learningRate: 1e36, clipNorm: null });
    await expect(estimator.fit(mixedData(100, 1))).rejects.toThrow(
      /^NeuralClassifier: the .*loss must stay finite, received (NaN|Infinity) at step \d+: lower learningRate/,
    );
  });
});
