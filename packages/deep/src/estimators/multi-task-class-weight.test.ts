import { fromColumns, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { tensor, tidy } from "../backend/tensors.js";
import { defineNetwork } from "../network/define-network.js";
import { oneTask, tasksData } from "../testing/example-data.js";
import { testBackend } from "../testing/test-backends.js";
import { plannedLoss } from "../training/losses/loss-plan.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralMultiTask } from "./neural-multi-task.js";

beforeAll(() => selectBackend(testBackend));

const settings = { epochs: 4, hiddenUnits: [8], dropout: 0, learningRate: 0.01, seed: 5 } as const;
const data = tasksData(200, 1);
const weighed = data.with(
  { w: Float64Array.from({ length: 200 }, (_, i) => (i % 7 === 0 ? 0 : 1 + (i % 3))) },
  { weight: "w" },
);

describe("classWeight of a head", () => {
  test.each([
    ["fraud", "balanced", {}],
    ["fraud", { yes: 20, no: 0.5 }, {}],
    ["shop", "balanced", { validationFraction: null }],
    ["shop", { kiosk: 7, bakery: 0 }, { loss: "focal" }],
  ] as const)("of %s alone is that of a classifier: %j, %j", async (name, classWeight, change) => {
    const { loss, ...others } = { loss: "crossEntropy" as const, ...change };
    for (const rows of [data, weighed]) {
      const before = aliveTensors();
      const heads = { [name]: { kind: "classification", classWeight, loss } } as const;
      const one = await new NeuralMultiTask({ ...settings, ...others, heads }).fit(oneTask(rows, name));
      expect(aliveTensors()).toBe(before);
      const classifier = new NeuralClassifier({ ...settings, ...others, classWeight, loss });
      const same = await classifier.fit(oneTask(rows, name));
      assertClose(one.fitted.offset, same.fitted.offset, { absolute: 1e-6 });
      assertClose(one.history.loss, same.history.loss, { absolute: 1e-5 });
      assertClose(one.fitted.weights, same.fitted.weights, { absolute: 1e-5 });
      const plain = await classifier.with({ classWeight: null }).fit(oneTask(rows, name));
      const moved = plain.fitted.weights.map((weight, i) => Math.abs(weight - one.fitted.weights[i]));
      expect(Math.max(...moved)).toBeGreaterThan(1e-3);
    }
  });

  test("leaves the other heads as they are", async () => {
    // Heads that share nothing but the step: sgd without clipping keeps them apart.
    const network = "apart";
    const apart = defineNetwork(network, (n) => ({
      shop: n.dense("shop", n.inputs.numeric!, { units: n.heads.shop }),
      amount: n.dense("amount", n.inputs.numeric!, { units: 1 }),
    }));
    const sgd = { optimizer: "sgd", clipNorm: null, weightDecay: 0, patience: null } as const;
    const fit = (classWeight: "balanced" | { kiosk: number } | null) =>
      new NeuralMultiTask(
        {
          ...settings,
          ...sgd,
          network,
          heads: { amount: { kind: "regression" }, shop: { kind: "classification", classWeight } },
        },
        { networks: [apart] },
      ).fit(data.drop(["fraud"]));
    const [plain, heavy] = [await fit(null), await fit({ kiosk: 9 })];
    const [before, after] = [plain, heavy].map(({ fitted }) => fitted.network.layout.views(fitted.weights));
    for (const [name, values] of before) {
      if (name.startsWith("amount")) assertClose(after.get(name)!, values, { absolute: 1e-6 });
      else expect(after.get(name)).not.toEqual(values);
    }
    // Of the factors' mean, so that the head's part in the loss is about what it was.
    expect(heavy.history.loss[0] / plain.history.loss[0]).toBeGreaterThan(0.5);
    expect(heavy.history.loss[0] / plain.history.loss[0]).toBeLessThan(1.4);
  });

  test("multiplies the losses of its rows, to the last digit of a small factor", async () => {
    const loss = { kind: "classification", given: "crossEntropy" } as const;
    const heads = [
      { width: 1, weight: 2, loss: { ...loss, classes: [2] }, classFactors: [1000, 1e-3] },
      { width: 3, weight: 1, loss: { ...loss, classes: [3] }, classFactors: [0, 3, 0.5] },
    ];
    const rows = plannedLoss("test", { kind: "heads", heads });
    const outputs = [
      [0.3, 1, 2, 3],
      [-2, 0, 1, 0],
      [0, 0, 0, 0],
    ];
    const targets = [
      [0, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 0, 0, 1],
    ];
    const found = tidy(() => rows(tensor(outputs.flat(), [3, 4]), tensor(targets.flat(), [3, 4])));
    const log = Math.log;
    const expected = [
      2 * 1000 * log(1 + Math.exp(0.3)),
      2 * 1e-3 * log(1 + Math.exp(2)) + 3 * (log(2 + Math.E) - 1),
      2 * 1e-3 * log(2) + 0.5 * log(3),
    ];
    assertClose((await found.data()) as Float32Array, expected, { relative: 1e-5 });
    found.dispose();
  });

  test("weighs none in evaluate", async () => {
    const heads = { fraud: { kind: "classification", classWeight: { yes: 30 } } } as const;
    const rows = oneTask(data, "fraud");
    const model = await new NeuralMultiTask({ ...settings, heads }).fit(rows);
    const shares = (await model.predictProba(rows)).fraud;
    const { codes, categories } = rows.column("fraud", "categorical");
    const losses = Array.from(
      codes,
      (code, i) => -Math.log(shares.row(i)[Number(categories[code] === "yes")]),
    );
    const expected = losses.reduce((sum, loss) => sum + loss, 0) / rows.rows;
    expect((await model.evaluate(rows)).loss).toBeCloseTo(expected, 5);
  });

  test.each([
    [{ maybe: 2 }, "NeuralMultiTask, head 'fraud': classWeight must name classes of the target (no, yes)"],
    [{ yes: 0, no: 0 }, "NeuralMultiTask, head 'fraud': classWeight must leave a training row a weight"],
  ])("%j is refused", async (classWeight, message) => {
    const heads = { fraud: { kind: "classification", classWeight } } as const;
    await expect(new NeuralMultiTask({ ...settings, heads }).fit(data)).rejects.toThrow(message);
  });

  test("is of classes alone", () => {
    const heads = { amount: { kind: "regression", classWeight: "balanced" } } as never;
    expect(() => new NeuralMultiTask({ heads })).toThrow("classWeight");
    const negative = { fraud: { kind: "classification", classWeight: { yes: -1 } } } as const;
    expect(() => new NeuralMultiTask({ heads: negative })).toThrow("classWeight");
  });

  test("evens out classes that no feature tells apart, by sample weight", async () => {
    const random = new Random(1);
    const label = Array.from({ length: 400 }, (_, i) => i % 2);
    const rows = fromColumns(
      { noise: label.map(() => random.normal()), label, w: label.map((y) => (y === 1 ? 10 : 1)) },
      { weight: "w" },
    );
    const heads = { label: { kind: "classification", classWeight: "balanced" } } as const;
    const model = await new NeuralMultiTask({ heads, epochs: 5, hiddenUnits: [8] }).fit(rows);
    const ones = (await model.predictProba(rows)).label.column(1);
    expect(Math.abs(ones.reduce((sum, p) => sum + p, 0) / 400 - 0.5)).toBeLessThan(0.03);
  });
});
