import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { beforeAll, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** 9 x 8 grey pixels with a cross or a square of 3 x 3 somewhere, and noise; the label says which. */
function shapes(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const values = new Float64Array(rows * 72).map(() => 0.3 * random.normal());
  const labels = Array.from({ length: rows }, () => random.integer(2));
  labels.forEach((cross, row) => {
    const [top, left] = [random.integer(7), random.integer(6)];
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const inside = cross === 1 ? i === 1 || j === 1 : i !== 1 || j !== 1;
        if (inside) values[row * 72 + (top + i) * 8 + left + j] += 1;
      }
  });
  return fromColumns(
    { picture: tensor(values, [9, 8]), size: labels.map(() => random.normal()), label: labels },
    { target: "label" },
  );
}

test("images go through convolutions where settings say so, and numbers stay numbers", async () => {
  const alive = aliveTensors();
  const [train, unseen] = [shapes(600, 1), shapes(300, 2)];
  const truth = unseen.column("label", "numeric").values;
  const fit = (imageEncoder: "flat" | "cnn") =>
    new NeuralClassifier({
      imageEncoder,
      imageFilters: [8, 16],
      hiddenUnits: [16],
      epochs: 15,
      learningRate: 0.01,
      batchSize: 32,
    }).fit(train);
  const right = async (model: Awaited<ReturnType<typeof fit>>): Promise<number> => {
    const predicted = await model.predict(unseen);
    return predicted.filter((label, i) => label === truth[i]).length / unseen.rows;
  };
  const [cnn, flat] = [await fit("cnn"), await fit("flat")];
  expect(await right(cnn)).toBeGreaterThan(0.9);
  expect(await right(cnn)).toBeGreaterThan((await right(flat)) + 0.05);
  // Halved twice, rounded down: 2 x 2 pixels of 16 filters.
  expect((await cnn.embed(unseen, { layer: "image:picture" })).columns).toBe(64);
  expect((await cnn.embed(unseen, { layer: "numeric" })).columns).toBe(1);
  expect((await flat.embed(unseen, { layer: "numeric" })).columns).toBe(73);
  const registry = new Registry(deepCodecs());
  const restored = (await decodeArtifact(await encodeArtifact(cnn, registry), registry)) as typeof cnn;
  expect((await restored.predictProba(unseen)).data).toEqual((await cnn.predictProba(unseen)).data);
  expect(aliveTensors()).toBe(alive);
});

test("an image of one pixel in a row is halved along its other side alone", async () => {
  const data = fromColumns(
    {
      strip: tensor(
        Float64Array.from({ length: 40 * 5 }, (_, i) => (i * 7) % 11),
        [1, 5, 1],
      ),
      label: Array.from({ length: 40 }, (_, i) => i % 2),
    },
    { target: "label" },
  );
  const model = await new NeuralClassifier({
    imageEncoder: "cnn",
    imageFilters: [4, 4, 4, 4],
    epochs: 1,
  }).fit(data);
  expect((await model.embed(data, { layer: "image:strip" })).columns).toBe(4);
});
