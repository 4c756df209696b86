import { readFileSync } from "node:fs";
import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
  StrataError,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeEach, expect, test } from "vitest";
import { aliveTensors } from "../../backend/alive-tensors.js";
import { loadGradients } from "../../backend/gradients.js";
import { selectBackend } from "../../backend/select-backend.js";
import { deepCodecs } from "../../codecs.js";
import { NeuralClassifier } from "../../estimators/neural-classifier.js";
import { NeuralRegressor } from "../../estimators/neural-regressor.js";
import { mixedData, rocAuc } from "../../testing/example-data.js";
import { stepGradients } from "../../testing/step-gradients.js";
import { testBackend, testBackends } from "../../testing/test-backends.js";
import { regressionLoss } from "../../training/losses/regression-loss.js";
import { feedKey } from "../feed-key.js";
import { Network } from "../network.js";
import { tabularTransformer } from "./tabular-transformer.js";

beforeEach(() => selectBackend(testBackend));

const settings = {
  network: "tabularTransformer",
  transformerUnits: 16,
  transformerHeads: 2,
  transformerBlocks: 2,
  sequenceUnits: 8,
  epochs: 12,
  batchSize: 32,
  learningRate: 0.005,
} as const;

test("numbers, categories, texts and histories are tokens, and the network comes back from an artifact", async () => {
  const alive = aliveTensors();
  const [train, unseen] = [mixedData(600, 1), mixedData(300, 2)];
  const model = await new NeuralClassifier(settings).fit(train);
  const shares = await model.predictProba(unseen);
  expect(rocAuc(unseen.column("label", "numeric").values, shares.column(1))).toBeGreaterThan(0.85);
  expect((await model.embed(unseen)).columns).toBe(16);
  const registry = new Registry(deepCodecs());
  const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
  expect((await restored.predictProba(unseen)).data).toEqual(shares.data);
  expect(aliveTensors()).toBe(alive);
});

interface Packed {
  readonly shape: number[];
  readonly values: number[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../../golden/tabular_transformer.json", import.meta.url), "utf8"),
) as Readonly<Record<"x" | "place" | "y", Packed>> &
  Readonly<Record<"weights" | "gradients", Record<string, Packed>>> & { readonly loss: number };

test.each(testBackends)("loss and gradients are TensorFlow's, on %s", async (backend) => {
  await selectBackend(backend);
  await loadGradients();
  const categorical = new Map([["place", 4]]);
  const layout = { numericWidth: 2, categorical, text: new Map(), sequence: new Map() };
  const { params } = new NeuralRegressor({
    ...settings,
    transformerUnits: 4,
    transformerHeads: 2,
    dropout: 0,
  });
  const values = ({ values: held }: Packed): Float32Array => Float32Array.from(held);
  const { loss, gradients } = await stepGradients(Network.build(tabularTransformer, layout, 1, params), {
    loss: regressionLoss("test", "squaredError"),
    feeds: new Map([
      [feedKey("numeric"), { data: values(golden.x), shape: [5, 2] }],
      [feedKey("categorical", "place"), { data: Int32Array.from(golden.place.values), shape: [5] }],
    ]),
    targets: values(golden.y),
    outputs: 1,
    rows: 5,
    weights: Object.fromEntries(Object.entries(golden.weights).map(([name, held]) => [name, held.values])),
  });
  assertClose([loss], [golden.loss], { relative: 1e-5 });
  expect([...gradients.keys()].sort()).toEqual(Object.keys(golden.gradients).sort());
  for (const [name, held] of Object.entries(golden.gradients))
    assertClose(gradients.get(name)!, held.values, { absolute: 1e-5, relative: 1e-5, label: name });
});

/** What a category is worth depends on the sign of a number: neither tells anything alone. */
function crossed(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const x = Array.from({ length: rows }, () => random.normal());
  const place = x.map(() => random.choice(["sea", "land"]));
  const y = x.map((value, i) => (place[i] === "sea" ? value : -value) + 0.05 * random.normal());
  return fromColumns({ x, place, y }, { target: "y" });
}

test("attention tells how features act together", async () => {
  const model = await new NeuralRegressor({ ...settings, epochs: 25 }).fit(crossed(500, 1));
  const unseen = crossed(200, 2);
  const predicted = await model.predict(unseen);
  const y = unseen.column("y", "numeric").values;
  const squares = (of: (i: number) => number): number =>
    Array.from(y, (value, i) => (value - of(i)) ** 2).reduce((a, b) => a + b, 0);
  expect(squares((i) => predicted[i]) / squares(() => 0)).toBeLessThan(0.1);
});

test("a text alone is one token", async () => {
  const data = mixedData(60, 1).selectFeatures(["note"]);
  const model = await new NeuralClassifier({ ...settings, epochs: 1 }).fit(data);
  expect((await model.predictProba(data)).data.every(Number.isFinite)).toBe(true);
});

test("heads must divide the units", async () => {
  const data = mixedData(40, 1);
  const wrong = new NeuralClassifier({ ...settings, transformerHeads: 3 });
  await expect(wrong.fit(data)).rejects.toThrow(StrataError);
  await expect(wrong.fit(data)).rejects.toThrow(/heads must be a divisor of the width 16, received 3/);
});
