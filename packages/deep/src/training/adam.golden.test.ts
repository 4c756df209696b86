import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { dispose, tensor } from "../backend/tensors.js";
import { readGolden, type Values } from "../testing/layer-probe.js";
import { adamStart, adamStep } from "./adam.js";
import { testBackends } from "../testing/test-backends.js";

interface GoldenOptimizer {
  readonly start: Values;
  readonly gradients: readonly Values[];
  readonly after: readonly Values[];
}
const { optimizers } = readGolden("layers") as {
  optimizers: Record<"adam" | "adamw", GoldenOptimizer>;
};

describe.each(testBackends)("three steps against Keras 3 on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each([
    ["adam", 0],
    ["adamw", 0.1],
  ] as const)("%s", (optimizer, weightDecay) => {
    const { start, gradients, after } = optimizers[optimizer];
    let weights = tensor([...start.values]);
    let state = adamStart(start.values.length);
    for (const [i, gradient] of gradients.entries()) {
      const given = tensor([...gradient.values]);
      const settings = { optimizer, learningRate: 0.05, weightDecay };
      const next = adamStep(settings, start.values.length, weights, given, state);
      dispose([weights, given, state.mean, state.square]);
      ({ weights, state } = next);
      assertClose(weights.dataSync(), after[i].values, {
        absolute: 5e-6,
        label: `weights after step ${i + 1}`,
      });
    }
    dispose([weights, state.mean, state.square]);
  });
});
