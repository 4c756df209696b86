import { decodeArtifact, encodeArtifact, Registry } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { oneTask, tasksData } from "../testing/example-data.js";
import { testBackend } from "../testing/test-backends.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralMultiTask, neuralMultiTaskCodec } from "./neural-multi-task.js";

beforeAll(() => selectBackend(testBackend));

const heads = {
  amount: { kind: "regression", weight: 0.5 },
  fraud: { kind: "classification", classWeight: "balanced" },
  shop: { kind: "classification" },
} as const;
const settings = {
  epochs: 4,
  hiddenUnits: [16],
  dropout: 0,
  learningRate: 0.01,
  batchSize: 32,
  patience: null,
  seed: 4,
} as const;
const estimator = new NeuralMultiTask({ ...settings, heads });
const train = tasksData(200, 1);
const later = tasksData(200, 2);

describe("update of several heads", () => {
  test("goes on learning from new rows, and leaves the model as it was", async () => {
    const alive = aliveTensors();
    const model = await estimator.fit(train);
    const before = [...model.fitted.weights];
    const updated = await estimator.update(model, later);
    expect(aliveTensors()).toBe(alive);
    expect([...model.fitted.weights]).toEqual(before);
    expect(updated.history.loss).toHaveLength(8);
    expect(updated.history.loss.slice(0, 4)).toEqual(model.history.loss);
    expect(updated.heads).toEqual(model.heads);
    const [old, now] = [await model.evaluate(later), await updated.evaluate(later)];
    expect(now.loss).toBeLessThan(0.95 * old.loss);
    // A few steps lead not far: a network begun anew would be somewhere else.
    const anew = (await estimator.with({ seed: 77 }).fit(later)).fitted.weights;
    const far = (weights: Float32Array): number => Math.hypot(...weights.map((w, i) => w - before[i]));
    expect(far(updated.fitted.weights)).toBeLessThan(0.5 * far(anew));
  });

  test("is the same from a model that was saved, and comes back from an artifact itself", async () => {
    const model = await estimator.fit(train);
    const registry = new Registry([neuralMultiTaskCodec()]);
    const again = async (held: typeof model) =>
      (await decodeArtifact(await encodeArtifact(held, registry), registry)) as typeof model;
    const [a, b] = [await estimator.update(model, later), await estimator.update(await again(model), later)];
    expect([...a.fitted.weights]).toEqual([...b.fitted.weights]);
    const back = await again(a);
    expect(await back.predict(later)).toEqual(await a.predict(later));
    expect(back.estimator.params).toEqual(a.estimator.params);
  });

  test("of one head is that of a classifier", async () => {
    const one = { fraud: heads.fraud };
    const [first, then] = [train, later].map((rows) => oneTask(rows, "fraud"));
    const multi = new NeuralMultiTask({ ...settings, heads: one });
    const single = new NeuralClassifier({ ...settings, classWeight: "balanced" });
    const a = await multi.update(await multi.fit(first), then);
    const b = await single.update(await single.fit(first), then);
    assertClose(a.fitted.weights, b.fitted.weights, { absolute: 1e-5 });
    expect(a.fitted.offset).toEqual(b.fitted.offset);
  });

  test("takes rows that lack classes, heads in another order and with other losses", async () => {
    const model = await estimator.fit(train);
    const { codes, categories } = later.column("fraud", "categorical");
    const ones = later.filter((row) => categories[codes[row]] === "yes");
    const other = new NeuralMultiTask({
      ...settings,
      heads: {
        shop: { kind: "classification", loss: "focal" },
        fraud: { kind: "classification" },
        amount: { kind: "regression", loss: "huber", weight: 2 },
      },
    });
    const updated = await other.update(model, ones);
    expect(updated.heads).toEqual(model.heads);
    const rate = async (from: typeof model): Promise<number> =>
      (await from.predictProba(later)).fraud.column(1).reduce((sum, p) => sum + p, 0) / later.rows;
    expect(await rate(updated)).toBeGreaterThan((await rate(model)) + 0.05);
    expect(Object.keys(await updated.predict(ones))).toEqual(["amount", "fraud", "shop"]);
  });

  test("goes on from its checkpoint with the same bits", async () => {
    const model = await estimator.fit(train);
    let bytes: Uint8Array | undefined;
    const checkpoint = {
      read: async () => bytes,
      write: async (next: Uint8Array) => {
        bytes = next;
      },
    };
    const whole = await estimator.update(model, later);
    await estimator.with({ epochs: 2 }).update(model, later, { checkpoint });
    const resumed = await estimator.update(model, later, { checkpoint });
    expect([...resumed.fitted.weights]).toEqual([...whole.fitted.weights]);
    const weighed = { ...heads, fraud: { ...heads.fraud, classWeight: { yes: 5 } } };
    await expect(estimator.with({ heads: weighed }).update(model, later, { checkpoint })).rejects.toThrow(
      "the checkpoint must be of this fit",
    );
  });

  test("is stopped by a signal", async () => {
    const model = await estimator.fit(train);
    const before = aliveTensors();
    const controller = new AbortController();
    let batches = 0;
    const onProgress = (): void => {
      if (++batches === 9) controller.abort(new Error("stopped"));
    };
    await expect(estimator.update(model, later, { signal: controller.signal, onProgress })).rejects.toThrow(
      "stopped",
    );
    expect(batches).toBe(9);
    expect(aliveTensors()).toBe(before);
  });

  test("refuses other networks and heads, unknown labels, and rows without a feature or a head", async () => {
    const model = await estimator.fit(train);
    const { shop, ...fewer } = heads;
    const before = aliveTensors();
    const refused: readonly (readonly [Promise<unknown>, string, string])[] = [
      [
        estimator.with({ hiddenUnits: [8] }).update(model, later),
        "ParamError",
        "NeuralMultiTask: update: hiddenUnits must be that of the model, [16], received [8]",
      ],
      [
        estimator.with({ heads: fewer }).update(model, later),
        "ParamError",
        "NeuralMultiTask: update: heads must be those of the model, 'amount: regression', 'fraud: classification', 'shop: classification', received 'amount: regression', 'fraud: classification'",
      ],
      [
        estimator.with({ heads: { ...heads, amount: shop } }).update(model, later),
        "ParamError",
        "received 'amount: classification', 'fraud: classification', 'shop: classification'",
      ],
      [
        estimator.update(
          model,
          later.with({ shop: Array.from({ length: 200 }, (_, i) => (i === 9 ? "palace" : "kiosk")) }),
        ),
        "DataError",
        "NeuralMultiTask, head 'shop': labels of the data must be among those of training (bakery, garage, kiosk), received",
      ],
      [estimator.update(model, later.drop(["a"])), "DataError", "missing 'a'"],
      [
        estimator.update(model, later.drop(["amount"])),
        "DataError",
        "NeuralMultiTask: there must be a column 'amount', the name of a head, received none",
      ],
    ];
    for (const [failure, name, message] of refused) {
      const error: unknown = await failure.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name, message: expect.stringContaining(message) as string });
    }
    expect(aliveTensors()).toBe(before);
  });
});
