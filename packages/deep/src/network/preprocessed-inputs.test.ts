import {
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
  tensor,
  text,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { encodeEncoder } from "../estimators/encoder-codec.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { categoryEncoding } from "../preprocessing/layers/category-encoding.js";
import { discretization } from "../preprocessing/layers/discretization.js";
import { hashedCrossing } from "../preprocessing/layers/hashed-crossing.js";
import { hashing } from "../preprocessing/layers/hashing.js";
import { integerLookup } from "../preprocessing/layers/integer-lookup.js";
import { normalization } from "../preprocessing/layers/normalization.js";
import { rescaling } from "../preprocessing/layers/rescaling.js";
import { stringLookup } from "../preprocessing/layers/string-lookup.js";
import { textVectorization } from "../preprocessing/layers/text-vectorization.js";
import { testBackends } from "../testing/test-backends.js";
import { defineNetwork, type NetworkDefinition } from "./define-network.js";
import type { Vector } from "./node.js";

/** Every kind of column that a preprocessing layer takes, some of each missing; the label hangs on all of them. */
function purchases(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const made = Array.from({ length: rows }, (_, i) => {
    const amount = 100 * random.uniform();
    const shop = `shop${random.integer(12)}`;
    const country = random.choice(["de", "fr", "it"]);
    const merchant = random.integer(5) * 10;
    const forged = random.uniform() < 0.5;
    // Not monotonic in the amount, so that a bin is worth more than the number.
    const score =
      (amount > 30 && amount < 60 ? 1 : -1) +
      (forged ? 0.8 : -0.8) +
      (shop === "shop3" && country === "fr" ? 2 : 0) +
      (merchant === 20 ? 1 : -0.2);
    return {
      amount: i % 11 === 3 ? Number.NaN : amount,
      merchant: i % 19 === 7 ? Number.NaN : merchant,
      plain: random.normal(),
      shop: i % 13 === 5 ? null : shop,
      country,
      note:
        i % 17 === 6 ? null : i % 17 === 9 ? "" : `${forged ? "urgent transfer" : "weekly shopping"} ${shop}`,
      days: [random.integer(7), random.integer(7)],
      pair: [random.normal() * 3 + 1, i % 23 === 4 ? Number.NaN : random.normal()],
      label: score + 0.3 * random.normal() > 0 ? 1 : 0,
    };
  });
  return fromColumns(
    {
      amount: made.map(({ amount }) => amount),
      merchant: made.map(({ merchant }) => merchant),
      plain: made.map(({ plain }) => plain),
      shop: made.map(({ shop }) => shop),
      country: made.map(({ country }) => country),
      note: text(made.map(({ note }) => note)),
      days: tensor(Float64Array.from(made.flatMap(({ days }) => days)), [2]),
      pair: tensor(Float64Array.from(made.flatMap(({ pair }) => pair)), [2]),
      label: made.map(({ label }) => label),
    },
    { target: "label" },
  );
}

/** Every layer once, texts as steps and as vectors. */
const everything = defineNetwork("everything", (n) => {
  const { inputs } = n;
  const notes = textVectorization({ maxTokens: 40, ngrams: 2, outputSequenceLength: 6 });
  const letters = textVectorization({ split: "character", ngrams: [2, 3], ragged: true });
  const embedded = [
    n.embedding("bins", inputs.numericColumn("amount", discretization({ numBins: 10 })), { units: 4 }),
    n.embedding("shops", inputs.categoricalColumn("shop", hashing({ numBins: 64 })), { units: 4 }),
    n.embedding("salted", inputs.numericColumn("merchant", hashing({ numBins: 16, salt: 3 })), { units: 2 }),
    n.embedding("merchants", inputs.numericColumn("merchant", integerLookup({ numOovIndices: 2 })), {
      units: 2,
    }),
    n.embedding("crosses", inputs.crossedColumns(["shop", "country"], hashedCrossing({ numBins: 200 })), {
      units: 4,
    }),
    n.meanPool(n.embedding("notes", inputs.textColumn("note", notes), { units: 4 })),
    n.maxPool(n.embedding("letters", inputs.textColumn("note", letters), { units: 3 })),
    n.meanPool(n.embedding("days", inputs.tensorColumn("days", integerLookup()), { units: 2 })),
  ];
  const vectors = [
    inputs.numeric!,
    inputs.numericColumn("amount", normalization()),
    inputs.numericColumn("amount", rescaling({ scale: 0.01, offset: -0.5 })),
    inputs.tensorColumn("pair", normalization({ axis: null })),
    inputs.tensorColumn("days", categoryEncoding({ numTokens: 7, outputMode: "count" })),
    inputs.categoricalColumn("shop", stringLookup({ maxTokens: 8, outputMode: "oneHot" })),
    inputs.textColumn("note", textVectorization({ outputMode: "tfIdf" })),
    inputs.textColumn(
      "note",
      textVectorization({ outputMode: "multiHot", maxTokens: 50, padToMaxTokens: true }),
    ),
  ];
  const hidden = n.dense("hidden", n.concat([...embedded, ...vectors]), { units: 16, activation: "relu" });
  return n.dense("output", n.named("seen", hidden), { units: n.outputs });
});

const quick = { network: "everything", epochs: 12, batchSize: 32, learningRate: 0.02, patience: null };

/** A one-layer network over one input. */
const over = (
  name: string,
  build: (...args: Parameters<NetworkDefinition["build"]>) => Vector,
): NetworkDefinition =>
  defineNetwork(name, (n, settings) => n.dense("output", build(n, settings), { units: n.outputs }));

async function fitted(build: Parameters<typeof over>[1], data: LabelledDataset, epochs = 1) {
  const networks = [over("one", build)];
  const model = await new NeuralRegressor({ ...quick, network: "one", epochs }, { networks }).fit(data);
  return { model, registry: new Registry(deepCodecs({ networks })), encoder: model.fitted.encoder };
}

describe.each(testBackends)("a network with every preprocessing layer, on %s", (backend) => {
  test("learns, leaks nothing, and predicts bit for bit when it comes back from an artifact", async () => {
    await selectBackend(backend);
    const networks = [everything];
    const before = aliveTensors();
    const model = await new NeuralClassifier(quick, { networks }).fit(purchases(300, 1));
    const data = purchases(200, 2);
    const truth = data.column("label", "numeric").values;
    const predicted = await model.predict(data);
    const right = Array.from(truth).filter((label, i) => label === predicted[i]).length;
    expect(right / truth.length).toBeGreaterThan(0.8);
    const artifact = await encodeArtifact(model, new Registry(deepCodecs({ networks })));
    const registry = new Registry(deepCodecs({ networks: [everything] }));
    const restored = (await decodeArtifact(artifact, registry)) as typeof model;
    expect((await restored.predictProba(data)).data).toEqual((await model.predictProba(data)).data);
    expect(aliveTensors()).toBe(before);
    // All of what layers learned is there again, too.
    expect(encodeEncoder(restored.fitted.encoder)).toEqual(encodeEncoder(model.fitted.encoder));
  });
});

describe("columns taken through layers", () => {
  test("leave the numbers, categories and texts, unless they are also taken by name", async () => {
    const data = purchases(40, 1);
    const { encoder } = await fitted(
      (n) =>
        n.concat([
          n.inputs.numericColumn("amount", normalization()),
          n.inputs.categoricalColumn("shop", hashing({ numBins: 8, outputMode: "oneHot" })),
          n.inputs.textColumn("note", textVectorization({ outputMode: "count" })),
          n.embedding("plain", n.inputs.categoricalColumn("shop"), { units: 2 }),
        ]),
      data,
    );
    const { layout } = encoder;
    // merchant and its indicator, plain, days, pair and its indicator.
    expect(layout.numericWidth).toBe(2 + 1 + 2 + 3);
    expect([...layout.categorical.keys()]).toEqual(["shop", "country"]);
    expect([...layout.text.keys()]).toEqual([]);
    expect([...encoder.preprocessed.taken]).toEqual(["amount", "note"]);
  });

  test("of a network that takes none stay, and artifacts say nothing of them", async () => {
    const model = await new NeuralClassifier({ epochs: 1 }).fit(purchases(40, 1));
    expect(encodeEncoder(model.fitted.encoder).state).not.toHaveProperty("preprocessed");
    expect([...model.fitted.encoder.layout.categorical.keys()]).toEqual(["shop", "country"]);
  });
});

describe("what layers learn", () => {
  test("comes of the training rows alone", async () => {
    const train = purchases(80, 1);
    const networks = [everything];
    const states = await Promise.all(
      [purchases(30, 2), purchases(50, 3)].map(async (validation) => {
        const estimator = new NeuralClassifier({ ...quick, epochs: 1 }, { networks });
        return encodeEncoder((await estimator.fit(train, { validation })).fitted.encoder);
      }),
    );
    expect(states[1]).toEqual(states[0]);
    const split = { ...quick, epochs: 1, patience: 1, validationFraction: 0.5, seed: 4 };
    const [all, part] = await Promise.all(
      [quick, split].map(async (settings) => {
        const estimator = new NeuralClassifier({ ...settings, epochs: 1 }, { networks });
        return (await estimator.fit(train)).fitted.encoder.preprocessed.encoders[0].state.numbers.boundaries!;
      }),
    );
    expect(part).not.toEqual(all);
  });

  test("heeds the weights of rows where numbers are learned", async () => {
    const data = fromColumns(
      { x: [0, 2, 500, 900], w: [1, 1, 1e-9, 1e-9], y: [0, 1, 0, 1] },
      { target: "y", weight: "w" },
    );
    const { encoder } = await fitted(
      (n) =>
        n.concat([
          n.inputs.numericColumn("x", normalization()),
          n.inputs.numericColumn("x", discretization({ numBins: 2, outputMode: "oneHot" })),
        ]),
      data,
    );
    const [scaled, binned] = encoder.preprocessed.encoders.map(({ state }) => state.numbers);
    expect(scaled.mean![0]).toBeCloseTo(1, 4);
    expect(binned.boundaries![0]).toBeLessThan(2);
  });
});

describe("odd values", () => {
  const data = fromColumns(
    {
      x: [1, 2, Number.NaN, 4],
      shop: ["a", "b", null, "a"],
      note: text(["red red fox", "", null, "blue"]),
      y: [0, 1, 0, 1],
    },
    { target: "y" },
  );
  const odd = fromColumns({
    x: [1e300, Number.NaN],
    shop: ["never seen", null],
    note: text(["", null]),
  });
  const feed = async (build: Parameters<typeof over>[1], place = 0): Promise<number[]> => {
    const { encoder } = await fitted(build, data);
    const batch = (await encoder.encode("test", odd)).batch(Int32Array.of(0, 1));
    return [...batch.get(`["preprocessed","${place}"]`)!.data];
  };

  test("numbers: missing ones are the mean, or a bin of their own; absurd ones stay finite", async () => {
    expect(await feed((n) => n.inputs.numericColumn("x", normalization()))).toEqual([1e6, 0]);
    const bins = (n: Parameters<NetworkDefinition["build"]>[0]) =>
      n.embedding("bins", n.inputs.numericColumn("x", discretization({ numBins: 3 })), { units: 2 });
    expect(await feed(bins)).toEqual([2, 3]);
  });

  test("categories: unseen ones have code 0, a missing one the last", async () => {
    const shop = (n: Parameters<NetworkDefinition["build"]>[0]) =>
      n.embedding("shop", n.inputs.categoricalColumn("shop", stringLookup()), { units: 2 });
    expect(await feed(shop)).toEqual([0, 3]);
    const oneHot = stringLookup({ outputMode: "oneHot" });
    expect(await feed((n) => n.inputs.categoricalColumn("shop", oneHot))).toEqual([1, 0, 0, 0, 0, 0]);
    const strict = stringLookup({ numOovIndices: 0, outputMode: "oneHot" });
    const { model } = await fitted((n) => n.inputs.categoricalColumn("shop", strict), data);
    await expect(model.predict(odd)).rejects.toThrow(
      "NeuralRegressor: column 'shop' must hold tokens of the vocabulary alone (numOovIndices is 0), received \"never seen\"",
    );
  });

  test("texts: an empty one has no tokens, a missing one its own", async () => {
    const networks = [
      over("one", (n) => {
        const tokens = n.inputs.textColumn("note", textVectorization());
        return n.meanPool(n.embedding("tokens", tokens, { units: 2 }));
      }),
    ];
    const model = await new NeuralRegressor({ ...quick, network: "one", epochs: 1 }, { networks }).fit(data);
    const batch = (await model.fitted.encoder.encode("test", odd)).batch(Int32Array.of(0, 1));
    expect([...batch.get('["preprocessed","0"]')!.data]).toEqual([0, 5]);
    expect([...batch.get('["preprocessed","0","mask"]')!.data]).toEqual([0, 1]);
    expect((await model.predict(odd)).every(Number.isFinite)).toBe(true);
  });

  test("padding to a length changes nothing", async () => {
    const predictions = await Promise.all(
      [{}, { outputSequenceLength: 9 }].map(async (options) => {
        const { model } = await fitted((n) => {
          const tokens = n.inputs.textColumn("note", textVectorization(options));
          return n.lstm("lstm", n.embedding("tokens", tokens, { units: 3 }), { units: 4 });
        }, data);
        return model.predict(data);
      }),
    );
    assertClose(predictions[1], predictions[0], { absolute: 1e-5 });
  });
});

test("a network is asked with the widths that its inputs have when it takes none otherwise", async () => {
  // Four numbers: two and their indicators, and the build that only asks must see as many.
  const data = fromColumns({ a: [1, Number.NaN, 3], b: [Number.NaN, 2, 3], y: [0, 1, 2] }, { target: "y" });
  const square = (n: Parameters<NetworkDefinition["build"]>[0]) =>
    n.flatten(n.toImage(n.inputs.numeric!, { rows: 2, columns: 2 }));
  const { model } = await fitted(square, data);
  expect(await model.predict(data)).toHaveLength(3);
});

test("the same layer asked for twice is one input, another layer another", async () => {
  const { encoder } = await fitted(
    (n) => {
      const [first, again] = [1, 2].map(() => n.inputs.numericColumn("amount", normalization()));
      expect(again).toBe(first);
      return n.concat([first, again, n.inputs.numericColumn("amount", rescaling({ scale: 2 }))]);
    },
    purchases(20, 1),
  );
  expect(encoder.preprocessed.encoders.map(({ layer }) => layer.type)).toEqual([
    "normalization",
    "rescaling",
  ]);
});
