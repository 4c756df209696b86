import { decodeArtifact, encodeArtifact, fromColumns, Random, Registry } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { mixedData, rocAuc } from "../testing/example-data.js";
import { defineNetwork } from "./define-network.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** Every layer once. */
const everything = defineNetwork("everything", (n, { dropout }) => {
  const colour = n.embedding("colour", n.inputs.categoricalColumn("colour"), { units: 3 });
  const words = n.embedding("words", n.inputs.textColumn("note"), { units: 4 });
  const local = n.layerNorm(
    "localNorm",
    n.conv1d("local", words, { filters: 4, padding: "causal", activation: "elu" }),
  );
  const history = n.inputs.sequenceColumn("history");
  const channel = n.embedding("channel", history.fields.get("channel")!, { units: 2 });
  const age = n.embedding("age", history.age, { units: 2 });
  const steps = n.dense("steps", n.concat([history.numeric!, channel, age]), {
    units: 4,
    activation: "silu",
  });
  const deeper = n.add(steps, n.dropout("stepDrop", steps, { rate: dropout }));
  const joined = n.concat([
    n.inputs.numeric!,
    colour,
    n.meanPool(local),
    n.maxPool(local),
    n.gru("state", deeper, { units: 3 }),
    n.attentionPool("look", deeper, { units: 3, heads: 2 }),
  ]);
  const hidden = n.batchNorm("hiddenNorm", n.dense("hidden", joined, { units: 8, activation: "tanh" }));
  return n.dense("output", n.named("summary", hidden), { units: n.outputs, useBias: false });
});

const networks = [everything];
const quick = { network: "everything", epochs: 25, batchSize: 32, learningRate: 0.02, maxTokens: 64 };

describe("a network of one's own", () => {
  test("learns, names its layers, and comes back from an artifact with the same predictions", async () => {
    const data = mixedData(500, 1);
    const model = await new NeuralClassifier(quick, { networks }).fit(data);
    const probabilities = await model.predictProba(data);
    expect(rocAuc(data.column("label", "numeric").values, probabilities.column(1))).toBeGreaterThan(0.85);
    expect(model.layers).toEqual(["colour", "state", "look", "hidden", "hiddenNorm", "summary", "output"]);
    expect((await model.embed(data)).columns).toBe(8);
    const registry = new Registry(deepCodecs({ networks }));
    const restored = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((await (restored as typeof model).predictProba(data)).data).toEqual(probabilities.data);
  });

  test("an artifact of a network that was not passed is refused, saying what to pass", async () => {
    const data = mixedData(60, 1);
    const model = await new NeuralRegressor({ ...quick, epochs: 1 }, { networks }).fit(data);
    const bytes = await encodeArtifact(model, new Registry(deepCodecs({ networks })));
    await expect(decodeArtifact(bytes, new Registry(deepCodecs()))).rejects.toThrow(
      /network must be one of 'default', 'tabularTransformer', received "everything": pass its definition.*deepCodecs\(\{ networks/,
    );
  });

  test("another network under the same name is refused by its weights", async () => {
    const data = fromColumns({ x: [1, 2, 3, 4], y: [0, 1, 0, 1] }, { target: "y" });
    const line = (units: number) =>
      defineNetwork("line", (n) =>
        n.dense("output", n.dense("hidden", n.inputs.numeric!, { units }), { units: n.outputs }),
      );
    const model = await new NeuralClassifier({ network: "line", epochs: 1 }, { networks: [line(2)] }).fit(
      data,
    );
    const bytes = await encodeArtifact(model, new Registry(deepCodecs({ networks: [line(2)] })));
    await expect(decodeArtifact(bytes, new Registry(deepCodecs({ networks: [line(3)] })))).rejects.toThrow(
      "weight 'hidden.kernel' must be 1 x 3 for network 'line', received 1 x 2",
    );
  });

  test("with() keeps the networks, and params stay JSON", () => {
    const estimator = new NeuralClassifier(quick, { networks });
    expect(estimator.with({ epochs: 3 }).definition).toBe(everything);
    expect(JSON.parse(JSON.stringify(estimator)).params.network).toBe("everything");
    expect(() => new NeuralClassifier({ network: "nothing" }, { networks })).toThrow(
      "NeuralClassifier: network must be one of 'default', 'tabularTransformer', 'everything', received \"nothing\"",
    );
    expect(() => new NeuralClassifier({}, { networks: [everything, everything] })).toThrow(
      "names of their own",
    );
  });
});

describe("mistakes in a plan", () => {
  const data = fromColumns({ x: [1, 2, 3, 4], y: [0, 1, 0, 1] }, { target: "y" });
  const fit = (build: Parameters<typeof defineNetwork>[1]): Promise<unknown> =>
    new NeuralClassifier({ network: "bad" }, { networks: [defineNetwork("bad", build)] }).fit(data);

  test.each<[string, Parameters<typeof defineNetwork>[1], string]>([
    [
      "a wrong width",
      (n) => n.dense("output", n.inputs.numeric!, { units: 2 }),
      "the output must be a vector of width 1, received vector of width 2",
    ],
    ["no output", (() => undefined) as never, "the output must be a vector of width 1, received undefined"],
    [
      "a name twice",
      (n) => n.dense("a", n.dense("a", n.inputs.numeric!, { units: 1 }), { units: 1 }),
      'the names of layers must differ, received "a" twice',
    ],
    [
      "a column that is not there",
      (n) => n.meanPool(n.embedding("e", n.inputs.textColumn("t"), { units: 1 })),
      "a text input must be left out: there are none, received 't'",
    ],
    [
      "no units",
      (n) => n.dense("a", n.inputs.numeric!, { units: 0 }),
      "layer 'a': every size of kernel must be a whole number >= 1, received 1 x 0",
    ],
    [
      "a rate of 1",
      (n) => n.dropout("d", n.inputs.numeric!, { rate: 1 }),
      "layer 'd': rate must be >= 0 and < 1, received 1",
    ],
    [
      "unequal widths",
      (n) => n.add(n.inputs.numeric!, n.dense("a", n.inputs.numeric!, { units: 2 })),
      "add must get nodes of equal width, received 1 and 2",
    ],
    ["nothing to join", (n) => n.concat([]), "concat must get at least one input"],
  ])("%s", async (_, build, message) => {
    await expect(fit(build)).rejects.toThrow(`network 'bad': ${message}`);
  });

  test("an empty name", () => {
    expect(() => defineNetwork("", everything.build)).toThrow(
      "defineNetwork: name must be a string that is not empty",
    );
  });
});

test("column names of any kind work in inputs, layers and artifacts", async () => {
  const random = new Random(1);
  const names = ["__proto__", "a/b", "a%2Fb", "ü.mask", "constructor", "text:x"];
  const columns = Object.fromEntries(
    names.map((name, k) => [
      name,
      Array.from({ length: 40 }, () => (k % 2 ? `v${random.integer(3)}` : random.normal())),
    ]),
  );
  const data = fromColumns(
    { ...columns, y: Array.from({ length: 40 }, (_, i) => i % 2) },
    {
      target: "y",
    },
  );
  const model = await new NeuralClassifier({ epochs: 1 }).fit(data);
  const registry = new Registry(deepCodecs());
  const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
  expect((await restored.predictProba(data)).data).toEqual((await model.predictProba(data)).data);
});
