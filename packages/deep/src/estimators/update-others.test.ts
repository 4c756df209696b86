import { type AnyEstimator, type Dataset, ParamError, Random, type Updates } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { mixedData } from "../testing/example-data.js";
import { Autoencoder } from "./autoencoder.js";
import { ContrastiveSequenceEncoder } from "./contrastive-sequence-encoder.js";
import { MlpClassifier } from "./mlp-classifier.js";
import { MlpRegressor } from "./mlp-regressor.js";
import type { NetworkModel } from "./network-model.js";
import { VariationalAutoencoder } from "./variational-autoencoder.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const columns = ["amount", "colour", "vector"];
const mixed = (seed: number): Dataset => mixedData(90, seed).selectFeatures(columns);
const numbers = (seed: number): Dataset => mixedData(90, seed).selectFeatures(["vector"]);
const histories = (seed: number): Dataset => mixedData(90, seed).selectFeatures(["history"]);
const perceptron = { maxIter: 4, learningRateInit: 0.01, hiddenLayerSizes: [8] };
const squeezed = { epochs: 4, latentUnits: 2, encoderUnits: [8], patience: null };

type Network = NetworkModel<AnyEstimator>;
type Trained = AnyEstimator & Updates<Network>;
const cases: readonly (readonly [string, Trained, Trained, (seed: number) => Dataset])[] = [
  ["MlpClassifier", new MlpClassifier(perceptron), new MlpClassifier({ activation: "tanh" }), numbers],
  ["MlpRegressor", new MlpRegressor(perceptron), new MlpRegressor(), numbers],
  ["Autoencoder", new Autoencoder(squeezed), new Autoencoder({ ...squeezed, latentUnits: 3 }), mixed],
  [
    "VariationalAutoencoder",
    new VariationalAutoencoder(squeezed),
    new VariationalAutoencoder({ ...squeezed, activation: "tanh" }),
    mixed,
  ],
  [
    "ContrastiveSequenceEncoder",
    new ContrastiveSequenceEncoder({ epochs: 4, minSliceLength: 1, patience: null }),
    new ContrastiveSequenceEncoder({ units: 3 }),
    histories,
  ],
] as never;

test("an update of a perceptron has its own penalty, not that of the model", async () => {
  const model = await new MlpClassifier({ ...perceptron, alpha: 0 }).fit(numbers(1).labelled("test"));
  const rows = numbers(2).labelled("test");
  const plain = await model.estimator.update(model, rows);
  const penalised = await new MlpClassifier({ ...perceptron, alpha: 90 }).update(model, rows);
  const size = ({ weights }: { weights: Float32Array }): number => Math.hypot(...weights);
  expect(size(penalised.fitted)).toBeLessThan(0.95 * size(plain.fitted));
});

describe.each(cases)("update of a %s", (_, estimator, other, rows) => {
  test("goes on from the model's weights, and leaves the model as it was", async () => {
    const alive = aliveTensors();
    const model = (await estimator.fit(rows(1))) as Network;
    const before = model.fitted.weights.slice();
    const updated = await estimator.update(model, rows(2));
    expect(model.fitted.weights).toEqual(before);
    expect(updated.history.loss.slice(0, 4)).toEqual(model.history.loss);
    expect(updated.history.loss).toHaveLength(8);
    expect(updated.fitted.weights).not.toEqual(before);
    // A few steps lead not far: a network begun anew would be somewhere else.
    const anew = ((await estimator.with({ seed: 77 }).fit(rows(2))) as Network).fitted.weights;
    const far = (weights: Float32Array): number => Math.hypot(...weights.map((w, i) => w - before[i]));
    expect(far(updated.fitted.weights)).toBeLessThan(0.5 * far(anew));
    expect((await estimator.update(model, rows(2))).fitted.weights).toEqual(updated.fitted.weights);
    expect((await updated.embed(rows(3))).data.every(Number.isFinite)).toBe(true);
    expect(aliveTensors()).toBe(alive);
  });

  test("refuses another network, and rows without a feature", async () => {
    const model = (await estimator.fit(rows(1))) as Network;
    await expect(other.update(model, rows(2))).rejects.toThrow(ParamError);
    const lacking = mixedData(90, 2)
      .selectFeatures(["amount"])
      .with({ other: Array.from({ length: 90 }, () => new Random(1).normal()) });
    await expect(estimator.update(model, lacking)).rejects.toThrow(estimator.owner);
  });
});
