import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { encodeEncoder } from "../estimators/encoder-codec.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { defineNetwork, type NetworkDefinition } from "./define-network.js";
import type { ImageScaling } from "./network-inputs.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** 8 x 8 pixels of two channels with a bar somewhere in the first; the label says whether it stands or lies. */
function bars(
  rows: number,
  seed: number,
  change: (values: Float64Array) => void = () => {},
): LabelledDataset {
  const random = new Random(seed);
  const values = new Float64Array(rows * 128).map(() => 100 + 20 * random.normal());
  const labels = Array.from({ length: rows }, () => random.integer(2));
  labels.forEach((standing, row) => {
    const [line, from] = [random.integer(8), random.integer(5)];
    for (let k = from; k < from + 4; k++) {
      const pixel = standing === 1 ? k * 8 + line : line * 8 + k;
      values[(row * 64 + pixel) * 2] += 80;
    }
  });
  change(values);
  return fromColumns(
    {
      picture: tensor(values, [8, 8, 2]),
      grid: tensor(values.slice(0, rows * 6), [2, 3]),
      vector: tensor(values.slice(0, rows * 3), [3]),
      size: labels.map(() => random.normal()),
      label: labels,
    },
    { target: "label" },
  );
}

const small = (name: string, scaling?: ImageScaling): NetworkDefinition =>
  defineNetwork(name, (n) => {
    const picture = n.inputs.imageColumn("picture", { scaling });
    const seen = n.conv2d("conv", picture, { filters: 8, kernelSize: 4, activation: "relu" });
    const dropped = n.spatialDropout("drop", n.batchNorm("norm", seen), { rate: 0.1 });
    const hidden = n.concat([n.globalMaxPool2d(dropped), n.inputs.numeric!]);
    return n.dense("output", n.named("seen", hidden), { units: n.outputs });
  });
/** Every layer of images and every norm once. */
const everything = defineNetwork("everything", (n) => {
  const picture = n.inputs.imageColumn("picture");
  const seen = n.conv2d("conv", picture, { filters: 4, kernelSize: 3, padding: "same", activation: "relu" });
  const deep = n.depthwiseConv2d("depthwise", n.groupNorm("group", seen, { groups: 2 }), {
    kernelSize: 3,
    padding: "same",
    dilationRate: 2,
  });
  const halved = n.maxPool2d(n.add(n.rmsNorm("rms", deep), seen));
  const wide = n.separableConv2d("separable", n.zeroPad2d(halved), { filters: 4, kernelSize: 3 });
  const doubled = n.conv2dTranspose("transpose", wide, { filters: 4, kernelSize: 2, strides: 2 });
  const joined = n.concat([
    n.crop2d(doubled, 2),
    n.upsample2d(n.averagePool2d(halved), { interpolation: "bilinear" }),
  ]);
  const mixed = n.dense("mixed", n.dropout("drop", joined, { rate: 0.1 }), { units: 3, activation: "tanh" });
  const image = n.toImage(n.dense("drawn", n.inputs.numeric!, { units: 12 }), { rows: 2, columns: 2 });
  const vectors = [
    n.flatten(mixed),
    n.globalAveragePool2d(seen),
    n.globalMaxPool2d(n.layerNorm("layer", image)),
  ];
  return n.dense("output", n.batchNorm("batch", n.concat(vectors)), { units: n.outputs });
});
const networks = [everything, small("scaled"), small("raw", "none")];
const settings = { network: "scaled", epochs: 12, batchSize: 32, learningRate: 0.02, patience: null };

describe("an image input", () => {
  test("is learned from, leaves the numbers, and comes back from an artifact", async () => {
    const before = aliveTensors();
    const model = await new NeuralClassifier(settings, { networks }).fit(bars(400, 1));
    const data = bars(200, 2);
    const truth = data.column("label", "numeric").values;
    const predicted = await model.predict(data);
    const right = Array.from(truth).filter((label, i) => label === predicted[i]).length;
    expect(right / truth.length).toBeGreaterThan(0.9);
    // 8 maxima, and grid, vector and size: 6 + 3 + 1 numbers.
    expect((await model.embed(data, { layer: "seen" })).columns).toBe(18);
    const registry = new Registry(deepCodecs({ networks }));
    const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    const again = await restored.predictProba(data);
    expect(again.data).toEqual((await model.predictProba(data)).data);
    expect(aliveTensors()).toBe(before);
  });

  test("goes through every layer of images, and the network comes back from an artifact", async () => {
    const before = aliveTensors();
    const quick = { ...settings, network: "everything", epochs: 20 };
    const model = await new NeuralClassifier(quick, { networks }).fit(bars(400, 1));
    const data = bars(200, 2);
    const truth = data.column("label", "numeric").values;
    const predicted = await model.predict(data);
    const right = Array.from(truth).filter((label, i) => label === predicted[i]).length;
    expect(right / truth.length).toBeGreaterThan(0.75);
    const registry = new Registry(deepCodecs({ networks }));
    const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(await restored.predict(data)).toEqual(predicted);
    expect(aliveTensors()).toBe(before);
  });

  test("is scaled by channel as fit saw it, or not at all", async () => {
    const data = bars(50, 3);
    const { values } = data.column("picture", "tensor");
    const encoders = await Promise.all(
      ["scaled", "raw"].map(
        async (network) =>
          (await new NeuralRegressor({ ...settings, network, epochs: 1 }, { networks }).fit(data)).fitted
            .encoder,
      ),
    );
    const later = bars(3, 4);
    const batches = await Promise.all(
      encoders.map(async (encoder) => (await encoder.encode("test", later)).batch(Int32Array.of(2, 0))),
    );
    const [scaled, raw] = batches.map((feeds) => feeds.get('["image","picture"]')!);
    expect(raw.shape).toEqual([2, 8, 8, 2]);
    const pixels = later.column("picture", "tensor").values;
    const expected = [...pixels.subarray(256, 384), ...pixels.subarray(0, 128)];
    assertClose(raw.data, expected, { absolute: 1e-4 });
    const moments = [0, 1].map((channel) => {
      const own = Array.from(values).filter((_, i) => i % 2 === channel);
      const mean = own.reduce((a, b) => a + b) / own.length;
      return [mean, Math.sqrt(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length)];
    });
    const standard = expected.map((x, i) => (x - moments[i % 2][0]) / moments[i % 2][1]);
    assertClose(scaled.data, standard, { absolute: 1e-5 });
  });

  test("counts a missing pixel as its channel's mean, and refuses an infinite one", async () => {
    const model = await new NeuralClassifier({ ...settings, epochs: 1 }, { networks }).fit(bars(60, 1));
    const missing = await model.fitted.encoder.encode(
      "test",
      bars(2, 5, (values) => (values[5] = Number.NaN)),
    );
    expect(missing.batch(Int32Array.of(0)).get('["image","picture"]')!.data[5]).toBe(0);
    const infinite = bars(2, 5, (values) => (values[130] = Number.POSITIVE_INFINITY));
    await expect(model.predict(infinite)).rejects.toThrow(
      "column 'picture' must be finite or missing, received Infinity at row 1",
    );
    await expect(new NeuralClassifier(settings, { networks }).fit(infinite)).rejects.toThrow(
      "column 'picture' must be finite or missing, received Infinity at row 1",
    );
  });

  test("of another size is refused in prediction", async () => {
    const model = await new NeuralClassifier({ ...settings, epochs: 1 }, { networks }).fit(bars(60, 1));
    const data: Dataset = bars(2, 5).with({ picture: tensor(new Float64Array(2 * 98), [7, 7, 2]) });
    await expect(model.predict(data)).rejects.toThrow(/picture.*8 x 8 x 2.*7 x 7 x 2/s);
  });

  test("has one channel where the tensor has two sizes; the weights of rows count for its scaling", async () => {
    const columns = {
      grid: tensor(Float64Array.of(0, 2, 0, 2, 100, 500, 100, 500), [2, 2]),
      w: [1, 1e-9],
      y: [0, 1],
    };
    const data = fromColumns(columns, { target: "y", weight: "w" });
    const flat = defineNetwork("flat", (n) =>
      n.dense("output", n.flatten(n.inputs.imageColumn("grid")), { units: n.outputs }),
    );
    const quick = { network: "flat", epochs: 1, patience: null };
    const model = await new NeuralRegressor(quick, { networks: [flat] }).fit(data);
    const { layout, image } = model.fitted.encoder;
    expect(layout.image?.get("grid")).toEqual({
      size: { rows: 2, columns: 2 },
      channels: 1,
      scaling: "channel",
    });
    expect(layout.numericWidth).toBe(0);
    assertClose(image[0].scaling.mean, [1], { absolute: 1e-3 });
  });
});

describe("tensor columns that a network does not ask for", () => {
  test("stay among the numbers, and artifacts say nothing of images", async () => {
    const data = bars(40, 1);
    const model = await new NeuralClassifier({ epochs: 1 }).fit(data);
    expect(model.fitted.encoder.layout.numericWidth).toBe(128 + 6 + 3 + 1);
    expect(encodeEncoder(model.fitted.encoder).state).not.toHaveProperty("image");
    const registry = new Registry(deepCodecs());
    const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(await restored.predict(data)).toEqual(await model.predict(data));
  });
});

describe("mistakes", () => {
  const fit = (build: NetworkDefinition["build"]): Promise<unknown> =>
    new NeuralClassifier({ network: "bad" }, { networks: [defineNetwork("bad", build)] }).fit(bars(20, 1));
  const rest: NetworkDefinition["build"] = (n) => n.dense("output", n.inputs.numeric!, { units: n.outputs });

  test.each<[string, NetworkDefinition["build"], string]>([
    [
      "a column that is no image",
      (n, s) => (n.inputs.imageColumn("vector"), rest(n, s)),
      "an image input must be one of 'picture', 'grid', received 'vector'",
    ],
    [
      "a column twice, once scaled",
      (n, s) => (n.inputs.imageColumn("grid"), n.inputs.imageColumn("grid", { scaling: "none" }), rest(n, s)),
      "the scaling of image input 'grid' must be channel, as before, received \"none\"",
    ],
    [
      "another scaling",
      (n, s) => (n.inputs.imageColumn("grid", { scaling: "pixel" as never }), rest(n, s)),
      "the scaling of image input 'grid' must be channel or none, received \"pixel\"",
    ],
  ])("%s", async (_, build, message) => {
    await expect(fit(build)).rejects.toThrow(`network 'bad': ${message}`);
  });

  test("an artifact whose images do not fit the features is refused", async () => {
    const model = await new NeuralClassifier({ ...settings, epochs: 1 }, { networks }).fit(bars(40, 1));
    const held = model.fitted.encoder.image as unknown[];
    const registry = new Registry(deepCodecs({ networks }));
    held.push(held[0]);
    await expect(decodeArtifact(await encodeArtifact(model, registry), registry)).rejects.toThrow(
      "the images must fit the features and params",
    );
  });
});
