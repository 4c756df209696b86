import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { Graph } from "../network/graph.js";
import { unnamed } from "../network/graph.js";
import { gradientError } from "../testing/finite-difference.js";
import { probeLayer } from "../testing/layer-probe.js";
import { testBackends } from "../testing/test-backends.js";
import { activate, activationLayer, activationNames } from "./activation.js";
import { dense } from "./dense.js";

const input = unnamed("vector", 2, [], () => {
  throw new Error("shapes only");
});

describe.each(testBackends)("activations on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(activationNames)("%s agrees with finite differences", async (name) => {
    expect(await gradientError([[4, 5]], (x) => activate(name, x), { scale: 1.3 })).toBeLessThan(5e-3);
  });

  test.each(activationNames)("%s of huge numbers has a gradient that is a number", async (name) => {
    const values = name === "exponential" ? [-1e4, 80] : [-1e4, 1e4];
    const out = await probeLayer(
      {
        kind: "vector",
        input: { shape: [1, 2], values },
        weights: [],
        build: (graph, node) => activationLayer(graph.owner, node, name),
      },
      [1, 1],
    );
    expect([...out.output, ...out.inputGradient].every(Number.isFinite)).toBe(true);
  });
});

test("an activation that there is none of is refused, saying what was received", () => {
  expect(() => activationLayer("test", input, "rectify" as never)).toThrow(
    /^test: layer 'activation': activation must be one of 'linear', 'relu'.*, received "rectify"$/,
  );
  expect(() => dense(new Graph("test"), "a", input, { units: 2, activation: 3 as never })).toThrow(
    /layer 'a': activation must be one of .*, received 3$/,
  );
});
