import { concatDatasets, Dataset, fromColumns, type LabelledDataset } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import type { StreamFitOptions, StreamSource } from "./stream-options.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const settings = { epochs: 3, batchSize: 16, hiddenUnits: [8], patience: null } as const;
const estimator = new NeuralClassifier(settings);

describe("a stream that can't be learned from", () => {
  const [a, y] = [
    [1, 2, 3, 4],
    [0, 1, 0, 1],
  ];
  const first = fromColumns({ a, y }, { target: "y" });
  const then = (second: LabelledDataset): StreamSource =>
    function* chunks() {
      yield first;
      yield second;
    };
  const once = [first][Symbol.iterator]();

  test.each<[string, StreamSource, string]>([
    ["has no chunk", () => [], "NeuralClassifier: the source must give a row, received none in epoch 1"],
    ["has no row", () => [first.slice(0, 0)], "the source must give a row, received none in epoch 1"],
    [
      "can be read once only",
      () => once,
      "the source must give rows in every epoch, received none in epoch 1: it must begin anew whenever it is called",
    ],
    ["gives no dataset", () => [{ a: [1] } as never], "NeuralClassifier: chunk 1 of epoch 1:"],
    ["gives nothing to iterate", () => 3 as never, "must give something to iterate in epoch 1, received 3"],
    ["is no function", first as never, "the source must be a function that gives the chunks of an epoch"],
    [
      "has no target",
      () => [Dataset.create({ a: first.column("a") }) as LabelledDataset],
      "chunk 1 of epoch 1: the dataset must have a column with the target role",
    ],
    [
      "loses a column",
      then(fromColumns({ b: a, y }, { target: "y" })),
      "NeuralClassifier: chunk 2 of epoch 1: the columns seen in fit must be there, missing 'a'",
    ],
    [
      "changes a column's kind",
      then(fromColumns({ a: ["x", "y", "x", "y"], y }, { target: "y" })),
      "chunk 2 of epoch 1: column 'a' must be numeric as in fit, received categorical",
    ],
    [
      "has another target",
      then(fromColumns({ a, y: a, z: y }, { target: "z", id: "y" })),
      "chunk 2 of epoch 1: the target column must be 'y' as in the rows before, received 'z'",
    ],
    [
      "gets weights",
      then(fromColumns({ a, y, w: a }, { target: "y", weight: "w" })),
      "chunk 2 of epoch 1: the weight column must be left out as in the rows before, received 'w'",
    ],
    [
      "has a class that was not seen",
      then(fromColumns({ a, y: [0, 1, 2, 0] }, { target: "y" })),
      "NeuralClassifier: chunk 2 of epoch 1: labels of the stream must be among those of training (0, 1), received 2",
    ],
    [
      "has a number too large",
      then(fromColumns({ a: [1e150, 1, 1, 1], y }, { target: "y" })),
      "chunk 2 of epoch 1: column 'a' must be at most",
    ],
  ])("%s", async (_, source, message) => {
    const before = aliveTensors();
    await expect(estimator.fitStream(source, { adaptRows: 4 })).rejects.toThrow(message);
    expect(aliveTensors()).toBe(before);
  });

  test("adapts to rows that differ", async () => {
    const source = then(fromColumns({ b: a, y }, { target: "y" }));
    await expect(estimator.fitStream(source)).rejects.toThrow(
      "NeuralClassifier: chunk 2 of epoch 1: every part",
    );
  });

  test("has a target out of reach of a regression", async () => {
    const source = then(fromColumns({ a, y: [1, 2, 3, 1e20] }, { target: "y" }));
    const regressor = new NeuralRegressor({ epochs: 1 });
    await expect(regressor.fitStream(source, { adaptRows: 4 })).rejects.toThrow(
      "NeuralRegressor: chunk 2 of epoch 1: the target must be within 1e+15 standard deviations",
    );
  });

  test.each<[StreamFitOptions, object, string]>([
    [{ adaptRows: 0 }, {}, "NeuralClassifier: adaptRows"],
    [{ shuffleRows: 1.5 }, {}, "NeuralClassifier: shuffleRows"],
    [{ prefetch: -1 }, {}, "NeuralClassifier: prefetch"],
    [{ epochRows: 0 }, {}, "NeuralClassifier: epochRows"],
    [{ adapt: 3 as never }, {}, "NeuralClassifier: adapt must be a Dataset"],
    [{}, { majorityRatio: 2 }, "majorityRatio must be null for fitStream, received 2"],
    [
      {},
      { schedule: { name: "cosine" } },
      "the schedule's decaySteps must be given for a stream of unknown length",
    ],
  ])("is given %j and %j", async (options, change, message) => {
    await expect(estimator.with(change).fitStream(() => [first], options)).rejects.toThrow(message);
  });

  test("with an end that is known may end its schedule there", async () => {
    const cosine = estimator.with({ schedule: { name: "cosine" } });
    const model = await cosine.fitStream(() => [concatDatasets([first, first])], { epochRows: 8 });
    expect(model.history.learningRate.at(-1)).toBeLessThan(settings.epochs * 0.001 * 0.3);
    expect(model.history.learningRate.at(-1)).toBeLessThan(model.history.learningRate[0]);
  });
});
