import { decodeArtifact, encodeArtifact, type LabelledDataset, Registry } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { defineLoss } from "../custom/define-loss.js";
import { ops } from "../custom/ops.js";
import { defineTrainStep } from "../custom/define-train-step.js";
import { valueAndGradients } from "../custom/value-and-gradients.js";
import { defineNetwork } from "../network/define-network.js";
import { held } from "../testing/padding.js";
import { testBackends } from "../testing/test-backends.js";
import { wideData, wideNetwork } from "../testing/wide-network.js";
import { Autoencoder } from "./autoencoder.js";
import { ContrastiveSequenceEncoder } from "./contrastive-sequence-encoder.js";
import { MlpClassifier } from "./mlp-classifier.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralMultiTask } from "./neural-multi-task.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { VariationalAutoencoder } from "./variational-autoencoder.js";

const quick = { network: "wide", epochs: 2, batchSize: 16, maxTokens: 32, patience: null, seed: 2 } as const;
const networks = [wideNetwork];
const data = wideData(40, 1);
const validation = wideData(20, 2);
const classifier = new NeuralClassifier(quick, { networks });
const regressor = new NeuralRegressor({ ...quick, accumulationSteps: 2 }, { networks });
const registry = new Registry(deepCodecs({ networks }));
const reason = new Error("enough");
const fail = (): never => {
  throw reason;
};
const store = { read: async () => undefined, write: async () => {} };

/** Asserts that an action leaves neither a tensor nor a block of numbers; gives what it gives. */
async function leavingNothing<T>(action: () => Promise<T>): Promise<T> {
  const before = held();
  const value = await action();
  expect(held()).toEqual(before);
  return value;
}

/** The options of a fit that calls `act` at its k-th event, and how many events there were. */
function atEvent(k: number, act: () => void): NetworkFitOptions & { readonly events: () => number } {
  let events = 0;
  const onProgress = (): void => {
    if (++events === k) act();
  };
  return { validation, onProgress, events: () => events };
}

describe.each(testBackends)("on %s nothing stays", (backend) => {
  beforeAll(() => selectBackend(backend));

  test("after each call of a classifier", async () => {
    const model = await leavingNothing(() => classifier.fit(data, { validation, checkpoint: store }));
    await leavingNothing(() => classifier.update(model, data));
    await leavingNothing(() => model.predict(data));
    await leavingNothing(() => model.predictProba(data));
    await leavingNothing(() => model.decisionFunction(data));
    for (const layer of model.layers) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      await leavingNothing(() => model.embed(data, { layer }));
    }
    const again = await leavingNothing(async () =>
      decodeArtifact(await encodeArtifact(model, registry), registry),
    );
    await leavingNothing(() => (again as typeof model).predict(data));
    await leavingNothing(async () => {
      const prepared = await model.prepare();
      await prepared.predict(data.slice(0, 1));
      await prepared.embed(data.slice(0, 3));
      await expect(prepared.predict(data.drop(["note"]))).rejects.toThrow("missing 'note'");
      prepared.dispose();
      await prepared.predict(data.slice(0, 1));
    });
  });

  test("after each call of a regressor", async () => {
    const model = await leavingNothing(() => regressor.fit(data, { validation }));
    await leavingNothing(() => regressor.update(model, data));
    await leavingNothing(() => model.predict(data));
    await leavingNothing(() => model.embed(data));
    await leavingNothing(async () => (await model.prepare()).dispose());
  });

  test("after evaluations, streams, steps and losses of one's own", async () => {
    const step = defineTrainStep("plain", (given) =>
      given.valueAndGradients(() => given.loss(given.forward())),
    );
    const own = new NeuralClassifier({ ...quick, trainStep: "plain" }, { networks, trainSteps: [step] });
    const model = await leavingNothing(() => own.fit(data));
    await leavingNothing(() => model.evaluate(data, { metrics: ["auc"] }));
    await leavingNothing(() => regressor.fitStream(() => [data.slice(0, 15), data.slice(15)]));
    await leavingNothing(() =>
      valueAndGradients(({ x }) => ops.sum(ops.square(x)), {
        x: { values: Float32Array.of(1, 2), shape: [2] },
      }),
    );
  });

  test("after each call of the other estimators", async () => {
    const rows = data.drop(["picture", "note", "history"]).labelled("test");
    const heads = { label: { kind: "classification" } } as const;
    const tasks = new NeuralMultiTask({ heads, epochs: 1 });
    const taught = await leavingNothing(() => tasks.fit(rows));
    await leavingNothing(() => taught.predict(rows));
    await leavingNothing(() => taught.evaluate(rows, { metrics: { label: ["auc"] } }));
    await leavingNothing(() => tasks.update(taught, rows));
    await leavingNothing(() => tasks.fitStream(() => [rows.slice(0, 15), rows.slice(15)]));
    const plain = rows.drop(["label"]);
    for (const estimator of [new Autoencoder({ epochs: 1 }), new VariationalAutoencoder({ epochs: 1 })]) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      await leavingNothing(async () => {
        const model = await estimator.fit(plain);
        await model.scoreSamples(plain);
        await model.transform(plain);
      });
    }
    const vectors = data.selectFeatures(["vector"]).labelled("test");
    const perceptron = await leavingNothing(() => new MlpClassifier({ maxIter: 2 }).fit(vectors));
    await leavingNothing(() => perceptron.predictProba(vectors));
    const minimised = new MlpClassifier({ solver: "lbfgs", tol: 0.01 });
    await leavingNothing(async () => minimised.update(await minimised.fit(vectors), vectors));
    const histories = data.selectFeatures(["history"]).drop(["label"]);
    const encoder = new ContrastiveSequenceEncoder({ epochs: 1, units: 4 });
    const encoded = await leavingNothing(() => encoder.fit(histories));
    await leavingNothing(() => encoded.embed(histories));
  });

  test.each(["abort", "error"])("after an %s at any event of a fit and of an update", async (how) => {
    const model = await classifier.fit(data);
    const vectors = data.selectFeatures(["vector"]).labelled("test");
    const minimised = new MlpClassifier({ solver: "lbfgs", maxIter: 9, tol: 0 });
    const runs = [
      (options: NetworkFitOptions) => classifier.fit(data, options),
      (options: NetworkFitOptions) => regressor.fit(data, options),
      (options: NetworkFitOptions) => classifier.update(model, data, options),
      (options: NetworkFitOptions) =>
        minimised.fit(vectors, { ...options, validation: vectors, onWarning: () => {} }),
    ];
    for (const run of runs) {
      const whole = atEvent(0, fail);
      // oxlint-disable-next-line eslint/no-await-in-loop
      await run(whole);
      expect(whole.events()).toBeGreaterThan(5);
      for (let k = 1; k < whole.events(); k++) {
        const controller = new AbortController();
        const options = atEvent(k, how === "error" ? fail : () => controller.abort(reason));
        const { signal } = controller;
        // oxlint-disable-next-line eslint/no-await-in-loop
        await leavingNothing(() => expect(run({ ...options, signal })).rejects.toBe(reason));
      }
    }
  });

  test("after an abort before the first step", async () => {
    const signal = AbortSignal.abort(reason);
    await leavingNothing(() => expect(classifier.fit(data, { signal })).rejects.toBe(reason));
  });

  test("after a checkpoint that can't be read, written or understood", async () => {
    const stores = [
      { ...store, read: fail },
      { ...store, write: fail },
      { ...store, read: async () => Uint8Array.of(1, 2, 3) },
    ];
    for (const checkpoint of stores) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      await leavingNothing(() => expect(classifier.fit(data, { checkpoint })).rejects.toThrow());
    }
  });

  test("after a loss or a layer of one's own that throws at any call", async () => {
    let calls = 0;
    let failing = 0;
    const count = (): void => {
      if (++calls === failing) fail();
    };
    const loss = defineLoss("counted", (outputs, targets) => {
      count();
      return ops.mean(ops.square(ops.sub(outputs, targets)), 1);
    });
    const network = defineNetwork("counted", (n) => {
      const hidden = n.layer("own", [n.batchNorm("norm", n.inputs.numeric!)], {
        kind: "vector",
        width: n.inputs.numeric!.width,
        run: ([x]) => {
          const twice = ops.mul(x, 2);
          count();
          return twice;
        },
      });
      return n.dense("output", hidden, { units: n.outputs });
    });
    const options = { networks: [network, wideNetwork], losses: [loss] };
    const run = (rows: LabelledDataset) =>
      new NeuralRegressor({ ...quick, network: "counted", loss: "counted" }, options).fit(rows, {
        validation,
      });
    const model = await run(data);
    const all = calls;
    expect(all).toBeGreaterThan(10);
    for (failing = 1; failing <= all; failing++) {
      calls = 0;
      // oxlint-disable-next-line eslint/no-await-in-loop
      await leavingNothing(() => expect(run(data)).rejects.toBe(reason));
    }
    [calls, failing] = [0, 1];
    await leavingNothing(() => expect(model.predict(data)).rejects.toBe(reason));
    calls = 0;
    const prepared = await model.prepare();
    await leavingNothing(() => expect(prepared.predict(data.slice(0, 1))).rejects.toBe(reason));
    prepared.dispose();
  });
});
