import { fromColumns, type LabelledDataset, Random } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { defineLoss } from "../custom/define-loss.js";
import { ops } from "../custom/ops.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const quick = { hiddenUnits: [4], epochs: 3, batchSize: 8, learningRate: 0.01, patience: null } as const;
const rows = 24;
const bits = Array.from({ length: rows }, (_, i) => i % 2);
const random = new Random(5);
const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());
const labelled = (x: readonly number[], y: readonly number[] = bits): LabelledDataset =>
  fromColumns({ x: [...x], y: [...y] }, { target: "y" });

describe("a loss that diverges stops training by an error with the step", () => {
  const wild = { ...quick, optimizer: "sgd", learningRate: 1e30, clipNorm: null } as const;
  const x = normals(rows);
  const broken = defineLoss("broken", (outputs, targets) =>
    ops.sum(ops.mul(ops.log(ops.sub(ops.mul(outputs, 0), 1)), targets), 1),
  );

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "of a classifier",
      () => new NeuralClassifier(wild).fit(labelled(x)),
      /^NeuralClassifier: the loss must stay finite, received (NaN|Infinity) at step [23]: lower learningRate or clipNorm$/,
    ],
    [
      "of a regressor",
      () => new NeuralRegressor(wild).fit(labelled(x, normals(rows))),
      /^NeuralRegressor: the loss must stay finite, received (NaN|Infinity) at step [23]: lower learningRate or clipNorm$/,
    ],
    [
      "at once",
      () => new NeuralRegressor({ ...quick, loss: "broken" }, { losses: [broken] }).fit(labelled(x)),
      /^NeuralRegressor: the loss must stay finite, received NaN at step 1: /,
    ],
    [
      "only in the last step",
      // All rows are one step: the loss before it is finite, the weights after it are not.
      () =>
        new NeuralRegressor({ ...wild, learningRate: 1e300, epochs: 1, batchSize: rows }).fit(
          labelled(x, normals(rows)),
        ),
      /^NeuralRegressor: the weights must stay finite, received NaN at step 1: /,
    ],
  ])("%s", async (_, fit, message) => {
    const before = aliveTensors();
    await expect(fit()).rejects.toThrow(message);
    expect(aliveTensors()).toBe(before);
  });
});
