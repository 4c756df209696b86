import { decodeArtifact, encodeArtifact, fromColumns, ParamError, Random, Registry } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { defineLoss } from "../custom/define-loss.js";
import { ops } from "../custom/ops.js";
import { defineNetwork } from "../network/define-network.js";
import { mixedData } from "../testing/example-data.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralMultiTask } from "./neural-multi-task.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const random = new Random(3);
const shops = ["kiosk", "bakery", "garage"];
const made = Array.from({ length: 240 }, () => {
  const [a, b] = [random.normal(), random.normal()];
  return {
    a,
    b,
    fraud: a + b > 0 ? "yes" : "no",
    amount: 5 * a - 2 * b + 40,
    shop: shops[a > 0.3 ? 2 : b > 0 ? 1 : 0],
  };
});
type Row = (typeof made)[number];
const columnOf = <K extends keyof Row>(name: K): Row[K][] => made.map((row) => row[name]);
const columns = {
  a: columnOf("a"),
  b: columnOf("b"),
  fraud: columnOf("fraud"),
  amount: columnOf("amount"),
  shop: columnOf("shop"),
};
const data = fromColumns(columns, { target: "fraud", id: "shop" });
const heads = {
  amount: { kind: "regression", weight: 0.5 },
  fraud: { kind: "classification" },
  shop: { kind: "classification", loss: { name: "focal" } },
} as const;
const settings = { hiddenUnits: [16], dropout: 0, learningRate: 0.02, seed: 4 } as const;

describe("a network of several heads", () => {
  test("learns classes and numbers at once, by column", async () => {
    const before = aliveTensors();
    const model = await new NeuralMultiTask({ ...settings, heads, epochs: 60 }).fit(data);
    const predicted = await model.predict(data);
    expect(aliveTensors()).toBe(before);
    expect(Object.keys(predicted)).toEqual(["amount", "fraud", "shop"]);
    expect(model.features.map(({ name }) => name)).toEqual(["a", "b"]);
    for (const name of ["fraud", "shop"] as const) {
      const right = made.filter((row, i) => row[name] === predicted[name][i]).length;
      expect(right / made.length).toBeGreaterThan(0.93);
    }
    const amounts = predicted.amount as Float64Array;
    const errors = made.map(({ amount }, i) => Math.abs(amount - amounts[i]));
    expect(errors.reduce((x, y) => x + y) / made.length).toBeLessThan(0.6);
    const shares = await model.predictProba(data);
    expect(Object.keys(shares)).toEqual(["fraud", "shop"]);
    expect([shares.fraud.columns, shares.shop.columns]).toEqual([2, 3]);
    for (const row of [shares.fraud.row(7), shares.shop.row(7)])
      expect(row.reduce((x, y) => x + y)).toBeCloseTo(1, 6);
    // The last layer before the heads.
    expect((await model.embed(data)).columns).toBe(16);
  });

  test("is made ready for single rows, embeds and sums up as other networks", async () => {
    const model = await new NeuralMultiTask({ ...settings, heads, epochs: 2 }).fit(data);
    const before = aliveTensors();
    const prepared = await model.prepare();
    const row = data.slice(7, 8);
    expect(await prepared.predict(row)).toEqual(await model.predict(row));
    prepared.dispose();
    expect((await model.embed(row, { layer: model.layers[0] })).rows).toBe(1);
    expect(model.summary().trainable).toBe(model.fitted.network.layout.trained);
    expect(aliveTensors()).toBe(before);
  });

  test("of one head is the classifier or the regressor", async () => {
    const mixed = mixedData(120, 2);
    const small = { epochs: 3, maxTokens: 32, sequenceUnits: 4, seed: 5 };
    const one = await new NeuralMultiTask({ ...small, heads: { label: { kind: "classification" } } }).fit(
      mixed,
    );
    const classifier = await new NeuralClassifier(small).fit(mixed);
    assertClose(one.fitted.weights, classifier.fitted.weights, { absolute: 1e-6 });
    assertClose((await one.predictProba(mixed)).label.data, (await classifier.predictProba(mixed)).data, {
      absolute: 1e-6,
    });
    const numbers = fromColumns({ a: columns.a, b: columns.b, y: columns.amount }, { target: "y" });
    const other = await new NeuralMultiTask({ ...small, heads: { y: { kind: "regression" } } }).fit(numbers);
    const regressor = await new NeuralRegressor(small).fit(numbers);
    assertClose((await other.predict(numbers)).y as Float64Array, await regressor.predict(numbers), {
      absolute: 1e-4,
    });
  });

  test("that share nothing learn what each learns alone: weights are factors of their losses", async () => {
    const both = defineNetwork("both", (n) => ({
      shop: n.dense("shop", n.inputs.numeric!, { units: n.heads.shop }),
      amount: n.dense("amount", n.inputs.numeric!, { units: 1 }),
    }));
    const single = (name: string) =>
      defineNetwork(name, (n) => n.dense(name, n.inputs.numeric!, { units: n.outputs }));
    const sgd = {
      epochs: 5,
      batchSize: 16,
      optimizer: "sgd",
      clipNorm: null,
      weightDecay: 0,
      patience: null,
      learningRate: 0.1,
      seed: 2,
    } as const;
    const joint = await new NeuralMultiTask(
      {
        ...sgd,
        network: "both",
        heads: { amount: { kind: "regression", weight: 0.5 }, shop: { kind: "classification" } },
      },
      { networks: [both] },
    ).fit(data.drop(["fraud"]));
    const features = { a: columns.a, b: columns.b };
    const amount = await new NeuralRegressor(
      { ...sgd, network: "amount", learningRate: 0.05 },
      { networks: [single("amount")] },
    ).fit(fromColumns({ ...features, y: columns.amount }, { target: "y" }));
    const shop = await new NeuralClassifier({ ...sgd, network: "shop" }, { networks: [single("shop")] }).fit(
      fromColumns({ ...features, y: columns.shop }, { target: "y" }),
    );
    const views = joint.fitted.network.layout.views(joint.fitted.weights);
    for (const { fitted } of [amount, shop])
      for (const [name, values] of fitted.network.layout.views(fitted.weights))
        assertClose(views.get(name)!, values, { absolute: 1e-5 });
    expect(joint.history.loss[4]).toBeCloseTo(0.5 * amount.history.loss[4] + shop.history.loss[4], 5);
  });

  test("stops early by validation rows, and comes back from an artifact", async () => {
    const own = defineLoss("own", (z, y) => ops.mean(ops.square(ops.sub(z, y)), 1));
    const options = { losses: [own] };
    const estimator = new NeuralMultiTask(
      { ...settings, epochs: 8, heads: { ...heads, amount: { kind: "regression", loss: "own" } } },
      options,
    );
    const model = await estimator.fit(data, { validation: data.slice(0, 60) });
    expect(model.history.validationLoss).toHaveLength(model.history.loss.length);
    const registry = new Registry(deepCodecs(options));
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(await again.predict(data)).toEqual(await model.predict(data));
    expect(again.heads).toEqual(model.heads);
  });

  test("weighs rows, and leaves those of weight zero out", async () => {
    const weights = made.map((_, i) => (i % 4 === 0 ? 0 : 1));
    const kept = weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
    const estimator = new NeuralMultiTask({ ...settings, epochs: 2, heads });
    const weighed = await estimator.fit(data.with({ w: weights }, { weight: "w" }));
    const few = await estimator.fit(data.take(kept));
    expect([...weighed.fitted.weights]).toEqual([...few.fitted.weights]);
  });
});

describe("heads that can't be", () => {
  const fit = (change: object, rows = data, networks: Parameters<typeof defineNetwork>[1][] = []) =>
    new NeuralMultiTask(
      { ...settings, epochs: 1, heads, ...(networks.length > 0 && { network: "own" }), ...change },
      { networks: networks.map((build) => defineNetwork("own", build)) },
    ).fit(rows);

  test.each<[string, () => Promise<unknown>, string]>([
    ["none", () => fit({ heads: {} }), "NeuralMultiTask: heads must name a column at least"],
    [
      "an absent column",
      () => fit({ heads: { ...heads, other: { kind: "regression" } } }),
      "NeuralMultiTask: there must be a column 'other', the name of a head, received none",
    ],
    [
      "a target that is none",
      () => fit({ heads: { amount: heads.amount } }),
      "NeuralMultiTask: heads must name the target 'fraud', received 'amount'",
    ],
    [
      "numbers of text",
      () => fit({ heads: { fraud: { kind: "regression" } } }),
      "NeuralMultiTask, head 'fraud': the target of a regressor must be numeric, received categorical",
    ],
    [
      "a missing number",
      () => fit({}, data.with({ amount: made.map(({ amount }, i) => (i === 3 ? Number.NaN : amount)) })),
      "NeuralMultiTask, head 'amount': the target must be finite, received NaN at row 3",
    ],
    [
      "one class",
      () => fit({}, data.with({ shop: made.map(() => "kiosk") })),
      "NeuralMultiTask, head 'shop': the target must have at least 2 classes, received 1",
    ],
    [
      "several numbers a row",
      () => fit({}, data.with({ amount: { kind: "tensor", values: new Float64Array(480), shape: [2] } })),
      "NeuralMultiTask, head 'amount': the column of a head must have one value a row, received a tensor of shape [2]",
    ],
    [
      "a network that lacks a head",
      () => fit({}, data, [(n) => ({ fraud: n.dense("fraud", n.inputs.numeric!, { units: 1 }) })]),
      "network 'own': head 'amount' must be a vector of width 1, received undefined",
    ],
    [
      "a network with another head",
      () => fit({}, data, [(n) => ({ froud: n.dense("fraud", n.inputs.numeric!, { units: 1 }) })]),
      "network 'own': heads must be among 'amount', 'fraud', 'shop', received 'froud'",
    ],
    [
      "a head of another width",
      () =>
        fit({}, data, [
          (n) =>
            Object.fromEntries(
              Object.keys(heads).map((name) => [name, n.dense(name, n.inputs.numeric!, { units: 1 })]),
            ),
        ]),
      "network 'own': head 'shop' must be a vector of width 3, received vector of width 1",
    ],
  ])("%s", async (_, act, message) => {
    const before = aliveTensors();
    await expect(act()).rejects.toThrow(message);
    expect(aliveTensors()).toBe(before);
  });

  test("validation rows of another class", async () => {
    const validation = data.with({ shop: made.map(() => "palace") });
    await expect(new NeuralMultiTask({ ...settings, heads }).fit(data, { validation })).rejects.toThrow(
      "NeuralMultiTask, head 'shop': labels of the validation data must be among those of training (bakery, garage, kiosk)",
    );
  });

  test("params that are none, at once", () => {
    expect(() => new NeuralMultiTask({ heads: { a: { kind: "ranking" } as never } })).toThrow(ParamError);
    expect(() => new NeuralMultiTask({ heads: { a: { kind: "regression", weight: 0 } } })).toThrow(
      ParamError,
    );
    expect(() => new NeuralMultiTask({ heads: { a: { kind: "regression", loss: "mine" } } })).toThrow(
      "NeuralMultiTask: loss must be one of",
    );
  });

  test("a record of heads is no output of a single estimator", async () => {
    const record = defineNetwork("record", (n) => ({ y: n.dense("y", n.inputs.numeric!, { units: 1 }) }));
    const estimator = new NeuralClassifier({ network: "record" }, { networks: [record] });
    await expect(estimator.fit(data.drop(["shop", "amount"]).labelled("test"))).rejects.toThrow(
      "network 'record': the output must be a vector of width 1, received an object",
    );
  });
});
