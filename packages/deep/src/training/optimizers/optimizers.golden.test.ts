import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../../backend/select-backend.js";
import { dispose, memory, tensor, tidy } from "../../backend/tensors.js";
import { readGolden, type Values } from "../../testing/layer-probe.js";
import { testBackends } from "../../testing/test-backends.js";
import { optimizerStart, optimizerStep } from "./optimizer.js";
import { optimizerSchema, optimizerSettings } from "./optimizer-settings.js";

interface GoldenOptimizer {
  readonly start: Values;
  readonly gradients: readonly Values[];
  readonly after: readonly Values[];
}
const { optimizers } = readGolden("training") as { optimizers: Record<string, GoldenOptimizer> };

/** By golden name: the settings, and the weight decay. */
const cases: Readonly<Record<string, readonly [unknown, number]>> = {
  adam: ["adam", 0],
  adamw: ["adamw", 0.1],
  "adam, betas": [{ name: "adam", beta1: 0.7, beta2: 0.9, epsilon: 0.01 }, 0],
  sgd: ["sgd", 0.1],
  "sgd, momentum": [{ name: "sgd", momentum: 0.8 }, 0],
  "sgd, nesterov": [{ name: "sgd", momentum: 0.8, nesterov: true }, 0.1],
  rmsprop: ["rmsprop", 0],
  "rmsprop, momentum": [{ name: "rmsprop", rho: 0.8, momentum: 0.7 }, 0.1],
  lion: ["lion", 0.1],
};

test("every golden optimizer is compared", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(optimizers));
});

describe.each(testBackends)("three steps against Keras 3 on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(Object.entries(cases))("%s", async (name, [given, weightDecay]) => {
    const { start, gradients, after } = optimizers[name];
    const settings = optimizerSettings(optimizerSchema.parse(given));
    const decayed = start.values.length;
    const before = memory().numTensors;
    let weights = tensor([...start.values]);
    let state = optimizerStart(settings, decayed);
    for (const [i, { values }] of gradients.entries()) {
      const step = { learningRate: 0.05, weightDecay, decayed };
      const next = tidy(
        () => optimizerStep(settings, step, weights, tensor([...values]), state) as never,
      ) as ReturnType<typeof optimizerStep>;
      dispose([weights, ...state.slots]);
      ({ weights, state } = next);
      assertClose(await weights.data(), after[i].values, { absolute: 5e-6, label: `after step ${i + 1}` });
    }
    dispose([weights, ...state.slots]);
    expect(memory().numTensors).toBe(before);
  });
});
