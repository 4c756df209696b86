import { readFileSync } from "node:fs";
import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type Model,
  ParamError,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { div } from "../backend/tensors.js";
import { deepCodecs } from "../codecs.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { CategoricalEncoder } from "../preprocessing/categorical-encoder.js";
import { CategoryIndex } from "../preprocessing/category-index.js";
import { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import { NumericEncoder } from "../preprocessing/numeric-encoder.js";
import { rocAuc } from "../testing/example-data.js";
import { stepGradients } from "../testing/step-gradients.js";
import { testBackend, testBackends } from "../testing/test-backends.js";
import { Autoencoder } from "./autoencoder.js";
import { autoencoderNetwork, variationalNetwork } from "./autoencoder/autoencoder-network.js";
import { Reconstruction } from "./autoencoder/reconstruction.js";
import { VariationalAutoencoder } from "./variational-autoencoder.js";

interface Packed {
  readonly shape: number[];
  readonly values: number[];
}
interface Case {
  readonly loss: number;
  readonly weights: Record<string, Packed>;
  readonly gradients: Record<string, Packed>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/autoencoder.json", import.meta.url), "utf8"),
) as Readonly<Record<"x" | "there" | "place" | "noise", Packed>> &
  Readonly<Record<"plain" | "variational", Case>> & { readonly beta: number };

describe.each(testBackends)("loss and gradients are TensorFlow's, on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test.each(["plain", "variational"] as const)("%s", async (kind) => {
    const { params } = new VariationalAutoencoder({
      latentUnits: 2,
      encoderUnits: [4],
      decoderUnits: [3],
      activation: "tanh",
      categoricalUnits: 2,
      beta: golden.beta,
    });
    const scaling = { mean: new Float64Array(3), scale: new Float64Array(3).fill(1), indicators: [] };
    const index = new CategoryIndex(["a", "b", "c"]);
    const encoder = new FeatureEncoder(
      new NumericEncoder(scaling),
      [new CategoricalEncoder("place", index)],
      [],
      [],
    );
    const [x, there, place] = [golden.x.values, golden.there.values, golden.place.values];
    // Codes of the golden file are those of the network: 0 is unseen, 1 missing.
    const names = ["d", null, "a", "b", "c"];
    const data = fromColumns({
      x: tensor(
        Float64Array.from(x, (value, i) => (there[i] === 1 ? value : Number.NaN)),
        [3],
      ),
      place: place.map((code) => names[code]),
    });
    const reconstruction = new Reconstruction(data.featureSchema, encoder);
    expect(reconstruction.width).toBe(8);
    const network = Network.build(
      kind === "plain" ? autoencoderNetwork(params) : variationalNetwork(params),
      encoder.layout,
      8,
      {} as NetworkSettings,
    );
    let at = 0;
    const drawn = { normal: () => golden.noise.values[at++] } as Random;
    const held = golden[kind];
    const { loss, gradients } = await stepGradients(network, {
      loss: (outputs, targets) =>
        kind === "plain"
          ? div(reconstruction.errors(outputs, targets, 1), 4)
          : reconstruction.errors(outputs, targets, 0.5),
      feeds: (await encoder.encode("test", data)).batch(Int32Array.from({ length: 6 }, (_, i) => i)),
      targets: reconstruction.targetsOf("test", data),
      outputs: 8,
      rows: 6,
      weights: Object.fromEntries(Object.entries(held.weights).map(([name, { values }]) => [name, values])),
      random: () => drawn,
    });
    assertClose([loss], [held.loss], { relative: 1e-5 });
    for (const [name, { values }] of Object.entries(held.gradients))
      assertClose(gradients.get(name)!, values, { absolute: 1e-5, relative: 1e-5, label: name });
  });
});

/** Five numbers and a category that all depend on two hidden ones; `odd` rows break that. */
function linked(rows: number, seed: number, odd = 0): { readonly data: Dataset; readonly truth: number[] } {
  const random = new Random(seed);
  const truth = Array.from({ length: rows }, (_, i) => Number(i < odd));
  const made = truth.map((broken) => {
    const [a, b] = [random.normal(), random.normal()];
    const numbers = [a + b, a - b, 2 * a, 10 + 3 * b, a];
    if (broken === 1) numbers[random.integer(5)] += random.uniform() < 0.5 ? 8 : -8;
    return { numbers, side: a > 0 ? "right" : "left" };
  });
  const data = fromColumns({
    first: made.map(({ numbers }) => numbers[0]),
    block: tensor(Float64Array.from(made.flatMap(({ numbers }) => numbers.slice(1))), [2, 2]),
    side: made.map(({ side }) => side),
  });
  return { data, truth };
}

const settings = { latentUnits: 2, encoderUnits: [16], learningRate: 0.01, epochs: 60 } as const;
const makers = [
  ["Autoencoder", (change = {}) => new Autoencoder({ ...settings, ...change })],
  [
    "VariationalAutoencoder",
    (change = {}) => new VariationalAutoencoder({ ...settings, ...change, beta: 0.02 }),
  ],
] as const;

describe.each(makers)("%s", (_, make) => {
  beforeAll(() => selectBackend(testBackend));

  test("rows that break the rule score low, and come back from an artifact so", async () => {
    const alive = aliveTensors();
    const model = await make().fit(linked(500, 1).data);
    const { data, truth } = linked(300, 2, 30);
    const scores = await model.scoreSamples(data);
    expect(
      rocAuc(
        truth,
        scores.map((score) => -score),
      ),
    ).toBeGreaterThan(0.95);
    const latent = await model.transform(data);
    expect(latent.column("latent", "tensor").shape).toEqual([2]);
    expect((await model.embed(data)).data).toEqual(latent.column("latent", "tensor").values);
    const registry = new Registry(deepCodecs());
    const restored = (await decodeArtifact(
      await encodeArtifact(model as Model, registry),
      registry,
    )) as typeof model;
    expect(await restored.scoreSamples(data)).toEqual(scores);
    expect(await restored.predict(data)).toEqual(await model.predict(data));
    expect((await restored.reconstruct(data)).column("block")).toEqual(
      (await model.reconstruct(data)).column("block"),
    );
    expect(aliveTensors()).toBe(alive);
  });

  test("rows are made again in their own units", async () => {
    const model = await make().fit(linked(500, 1).data);
    const { data } = linked(200, 3);
    const again = await model.reconstruct(data);
    expect(again.featureSchema).toEqual(data.featureSchema);
    const [given, made] = [data, again].map((rows) => rows.column("block", "tensor").values);
    const error = Array.from(given, (value, i) => Math.abs(value - made[i])).reduce((a, b) => a + b, 0);
    expect(error / given.length).toBeLessThan(0.7);
    const sides = [data, again].map((rows) => {
      const { codes, categories } = rows.column("side", "categorical");
      return Array.from(codes, (code) => categories[code]);
    });
    const right = sides[0].filter((side, i) => side === sides[1][i]).length;
    expect(right / data.rows).toBeGreaterThan(0.9);
  });

  test("contamination says how many training rows are outliers", async () => {
    const { data } = linked(200, 1);
    const model = await make({ contamination: 0.1, epochs: 5 }).fit(data);
    expect((await model.predict(data)).filter((label) => label === -1).length).toBe(20);
    const auto = await make({ epochs: 5 }).fit(data);
    const scores = await auto.scoreSamples(data);
    const mean = scores.reduce((a, b) => a + b, 0) / 200;
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 200);
    expect(auto.offset).toBeCloseTo(mean - 3 * deviation, 5);
  });

  test("a missing number counts for nothing, a category that fit did not see for much", async () => {
    const model = await make().fit(linked(500, 1).data);
    const rows = linked(50, 4).data;
    const score = async (data: Dataset): Promise<number> =>
      (await model.scoreSamples(data)).reduce((a, b) => a + b, 0);
    const holes = rows.with({ first: new Float64Array(50).fill(Number.NaN) });
    const wild = rows.with({ first: new Float64Array(50).fill(30) });
    expect(await score(holes)).toBeGreaterThan(await score(wild));
    expect(await score(rows.with({ side: Array.from({ length: 50 }, () => "above") }))).toBeLessThan(
      (await score(rows)) - 10,
    );
  });

  test("what is no latent block is refused", async () => {
    const model = await make({ epochs: 1 }).fit(linked(60, 1).data);
    const wrong = fromColumns({ latent: tensor(new Float64Array(6), [3]) });
    await expect(model.inverseTransform(wrong)).rejects.toThrow(
      "column 'latent' must be of shape 2, received 3",
    );
    const nan = fromColumns({ latent: tensor(Float64Array.of(1, Number.NaN), [2]) });
    await expect(model.inverseTransform(nan)).rejects.toThrow("must be finite, received NaN at row 0");
  });
});

describe("one of the two", () => {
  beforeAll(() => selectBackend(testBackend));

  test("noise makes an autoencoder learn to take it out", async () => {
    const train = linked(500, 1).data;
    const wide = { ...settings, latentUnits: 8, epochs: 40 };
    const clean = linked(200, 5).data.column("block", "tensor").values;
    const random = new Random(9);
    const noisy = linked(200, 5).data.with({
      block: tensor(
        clean.map((value) => value + 1.2 * random.normal()),
        [2, 2],
      ),
    });
    const error = async (noise: number): Promise<number> => {
      const model = await new Autoencoder({ ...wide, noise }).fit(train);
      const made = (await model.reconstruct(noisy)).column("block", "tensor").values;
      return Array.from(clean, (value, i) => (value - made[i]) ** 2).reduce((a, b) => a + b, 0);
    };
    expect(await error(0.5)).toBeLessThan(0.9 * (await error(0)));
  });

  test("samples of a variational one follow the data, by seed", async () => {
    const alive = aliveTensors();
    const model = await new VariationalAutoencoder({ ...settings, beta: 0.3 }).fit(linked(500, 1).data);
    const drawn = await model.sample(400, { seed: 3 });
    expect(drawn.column("first")).toEqual((await model.sample(400, { seed: 3 })).column("first"));
    expect(drawn.column("first")).not.toEqual((await model.sample(400, { seed: 4 })).column("first"));
    // The fourth number is 10 + 3 b.
    const { values } = drawn.column("block", "tensor");
    const fourth = Array.from({ length: 400 }, (_, i) => values[4 * i + 2]);
    const mean = fourth.reduce((a, b) => a + b, 0) / 400;
    const deviation = Math.sqrt(fourth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
    expect(Math.abs(mean - 10)).toBeLessThan(1);
    expect(Math.abs(deviation - 3)).toBeLessThan(1.2);
    await expect(model.sample(-1)).rejects.toThrow(ParamError);
    expect(aliveTensors()).toBe(alive);
  });

  test("beta draws the rows' distributions together", async () => {
    const spread = async (beta: number): Promise<number> => {
      const model = await new VariationalAutoencoder({ ...settings, epochs: 20, beta }).fit(
        linked(300, 1).data,
      );
      return (await model.embed(linked(100, 2).data)).data.reduce((sum, value) => sum + value ** 2, 0);
    };
    expect(await spread(50)).toBeLessThan(0.2 * (await spread(0.01)));
  });
});
