import { numeric } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { defineNetwork } from "../network/define-network.js";
import { mixedData } from "../testing/example-data.js";
import { testBackends } from "../testing/test-backends.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";

const settings = { epochs: 1, hiddenUnits: [8, 4], maxTokens: 64, sequenceUnits: 4 };
const train = mixedData(80, 1);
const data = mixedData(40, 2);

const everything = defineNetwork("everything", (n) => {
  const tokens = n.embedding("tokens", n.inputs.textColumn("note"), { units: 4 });
  const block = n.meanPool(n.transformerEncoder("block", tokens, { heads: 2 }));
  const steps = n.inputs.sequenceColumn("history").numeric!;
  const history = n.bidirectional("lstm", steps, { layer: "lstm", units: 4 });
  return n.dense("output", n.concat([n.inputs.numeric!, block, history]), { units: n.outputs });
});

const estimators = {
  "the default network": new NeuralClassifier(settings),
  "attention and convolution": new NeuralClassifier({
    ...settings,
    textEncoder: "conv",
    sequenceEncoder: "attention",
  }),
  transformers: new NeuralClassifier({
    ...settings,
    textEncoder: "transformer",
    sequenceEncoder: "transformer",
    transformerBlocks: 2,
  }),
  "a network of one's own": new NeuralClassifier(
    { ...settings, network: "everything" },
    { networks: [everything] },
  ),
};

describe.each(testBackends)("on %s", (backend) => {
  test.each(Object.entries(estimators))(
    "%s predicts as it does unprepared, bit for bit",
    async (_, estimator) => {
      await selectBackend(backend);
      const model = await estimator.fit(train);
      const before = aliveTensors();
      const prepared = await model.prepare();
      const plain = await model.predictProba(data);
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 20; i++)
          expect((await prepared.predictProba(data.slice(i, i + 1))).data).toEqual(
            (await model.predictProba(data.slice(i, i + 1))).data,
          );
      }
      expect((await prepared.predictProba(data)).data).toEqual(plain.data);
      const some = data.slice(3, 9);
      expect((await prepared.embed(some)).data).toEqual((await model.embed(some)).data);
      prepared.dispose();
      prepared.dispose();
      expect(aliveTensors()).toBe(before);
      expect((await prepared.predictProba(some)).data).toEqual((await model.predictProba(some)).data);
      expect(aliveTensors()).toBe(before);
    },
  );

  test("of no rows, and of more than are worth it", async () => {
    await selectBackend(backend);
    const model = await new NeuralClassifier(settings).fit(train);
    const prepared = await model.prepare();
    expect((await prepared.predictProba(data.slice(0, 0))).rows).toBe(0);
    expect((await prepared.predictProba(train)).data).toEqual((await model.predictProba(train)).data);
    prepared.dispose();
  });
});

test("a regressor likewise, and both ends of its life leave no tensor", async () => {
  await selectBackend("wasm");
  const before = aliveTensors();
  const y = numeric(Array.from({ length: train.rows }, (_, i) => Math.sin(i)));
  const model = await new NeuralRegressor(settings).fit(
    train.drop(["label"]).with({ y }, { target: "y" }).labelled("test"),
  );
  const prepared = await model.prepare();
  const rows = data.drop(["label"]).slice(0, 3);
  expect(await prepared.predict(rows)).toEqual(await model.predict(rows));
  expect(aliveTensors()).toBeGreaterThan(before);
  prepared.dispose();
  expect(aliveTensors()).toBe(before);
});
