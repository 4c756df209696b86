import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGradients } from "../../backend/gradients.js";
import { selectBackend } from "../../backend/select-backend.js";
import { dispose, engine, memory, sum, tensor, tidy } from "../../backend/tensors.js";
import { readGolden, type Values } from "../../testing/layer-probe.js";
import { testBackends } from "../../testing/test-backends.js";
import { classLoss, classLossSchema } from "./class-loss.js";
import { regressionLoss, regressionLossSchema } from "./regression-loss.js";
import type { RowLoss } from "./row-loss.js";

interface GoldenLoss {
  readonly outputs: Values;
  readonly targets: Values;
  readonly losses: Values;
  readonly gradient: Values;
}
const golden = readGolden("losses") as Readonly<Record<string, GoldenLoss>>;

const classes = (count: number, given: unknown): RowLoss =>
  classLoss("test", classLossSchema.parse(given), count);
const numbers = (given: unknown): RowLoss => regressionLoss("test", regressionLossSchema.parse(given));
const cases: Readonly<Record<string, RowLoss>> = {
  "binary crossEntropy": classes(2, "crossEntropy"),
  "binary crossEntropy, smoothed": classes(2, { name: "crossEntropy", labelSmoothing: 0.2 }),
  "binary focal": classes(2, "focal"),
  "binary focal, alpha, smoothed": classes(2, {
    name: "focal",
    gamma: 1.5,
    alpha: 0.3,
    labelSmoothing: 0.1,
  }),
  crossEntropy: classes(4, "crossEntropy"),
  "crossEntropy, smoothed": classes(4, { name: "crossEntropy", labelSmoothing: 0.2 }),
  focal: classes(4, "focal"),
  "binary hinge": classes(2, "hinge"),
  "binary squaredHinge": classes(2, "squaredHinge"),
  hinge: classes(4, "hinge"),
  squaredHinge: classes(4, "squaredHinge"),
  categoricalHinge: classes(4, "categoricalHinge"),
  "binary generalizedCrossEntropy": classes(2, { name: "generalizedCrossEntropy", q: 0.7 }),
  generalizedCrossEntropy: classes(4, { name: "generalizedCrossEntropy", q: 0.3 }),
  squaredError: numbers("squaredError"),
  absoluteError: numbers("absoluteError"),
  huber: numbers({ name: "huber", delta: 0.7 }),
  logCosh: numbers("logCosh"),
  quantile: numbers({ name: "quantile", quantile: 0.8 }),
};

/** Losses of rows, and the gradient of their sum. */
async function evaluated(
  loss: RowLoss,
  outputs: Values,
  targets: Values,
): Promise<{ losses: Float32Array; gradient: Float32Array }> {
  const held = tidy(() => {
    const [z, y] = [outputs, targets].map(({ values, shape }) => tensor([...values], [...shape]));
    const { grads } = engine().gradients(() => sum(loss(z, y)), [z]);
    return [loss(z, y), grads[0]];
  });
  const [losses, gradient] = await Promise.all(held.map((tensor) => tensor.data() as Promise<Float32Array>));
  dispose(held);
  return { losses, gradient };
}

test("every golden loss is compared", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(golden));
});

describe.each(testBackends)("losses against Keras 3 on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test.each(Object.entries(cases))("%s", async (name, loss) => {
    const { outputs, targets, losses, gradient } = golden[name];
    const before = memory().numTensors;
    const actual = await evaluated(loss, outputs, targets);
    expect(memory().numTensors).toBe(before);
    assertClose(actual.losses, losses.values, { absolute: 1e-5, label: "losses" });
    assertClose(actual.gradient, gradient.values, { absolute: 1e-5, label: "gradient" });
  });

  test.each(Object.entries(cases))("%s stays finite far out", async (_, loss) => {
    const columns = golden[_].outputs.shape[1];
    const far = {
      shape: [2, columns],
      values: Array.from({ length: 2 * columns }, (_, i) => (i % 2 ? -90 : 90)),
    };
    const targets = { shape: far.shape, values: far.values.map((_, i) => (i === 1 ? 1 : 0)) };
    const { losses, gradient } = await evaluated(loss, far, targets);
    for (const value of [...losses, ...gradient]) expect(Number.isFinite(value)).toBe(true);
  });
});

test("categoricalHinge is for more than two classes", () => {
  expect(() => classes(2, "categoricalHinge")).toThrow(
    "test: categoricalHinge must be of more than two classes, received 2: use hinge",
  );
});

test("alpha of the focal loss is for two classes alone", () => {
  expect(() => classes(3, { name: "focal", alpha: 0.2 })).toThrow(
    "test: the focal loss's alpha must be null for more than two classes, received 0.2 for 3: use classWeight",
  );
});
