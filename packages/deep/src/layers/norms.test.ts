import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { concat, memory, reshape, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Node } from "../network/node.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { type LayerNumbers, probeLayer } from "../testing/layer-probe.js";
import { testBackends } from "../testing/test-backends.js";
import { batchNorm } from "./batch-norm.js";
import { groupNorm } from "./group-norm.js";
import { layerNorm } from "./layer-norm.js";
import { rmsNorm } from "./rms-norm.js";
import { composed, standardise } from "./standardise.js";
import { unitVectors } from "./unit-norm.js";
import { taken } from "../testing/taken.js";

const forms = [
  ["rows by themselves", { outer: 6, places: 1, groups: 1, members: 4 }],
  ["units over a batch", { outer: 1, places: 6, groups: 4, members: 1 }],
  ["groups over places", { outer: 2, places: 3, groups: 2, members: 2 }],
] as const;
const cases = forms.flatMap(([name, layout]) =>
  [true, false].flatMap((centred) =>
    [true, false].map((masked) => {
      const label = `${name}${centred ? "" : ", not centred"}${masked ? ", masked" : ""}`;
      const mask = (): Tensor | undefined =>
        masked
          ? tensor([1, 1, 0, 1, 0, 1].slice(0, layout.outer * layout.places), [layout.outer, layout.places])
          : undefined;
      return [label, { ...layout, epsilon: 0.01, centred }, mask] as const;
    }),
  ),
);

describe.each(testBackends)("standardising on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(cases)(
    "%s: gradients agree with finite differences, and nothing leaks",
    async (_, layout, mask) => {
      const { numTensors, numDataBuffers } = memory();
      for (const form of [standardise, composed])
        expect(await gradientError([[2, 3, 4]], (x) => form(x, layout, mask()).z)).toBeLessThan(3e-3);
      expect(memory()).toMatchObject({ numTensors, numDataBuffers });
    },
  );

  test.each(cases)("%s: the kernel agrees with ordinary operations", async (_, layout, mask) => {
    const both = [standardise, composed].map((form) =>
      tidy(() => {
        const { z, mean, variance } = form(tensor(wave(24, 3), [6, 4]), layout, mask());
        expect(mean.shape).toEqual([layout.outer, layout.groups]);
        return concat(
          [z, mean, variance].map((part) => reshape(part, [-1])),
          0,
        );
      }),
    );
    const [fused, plain] = await taken(both);
    assertClose(fused, plain, { absolute: 1e-5 });
  });

  test("large numbers keep their variance", async () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => 1e4 + (i % 2 === 0 ? 1 : -1));
    const out = tidy(() => {
      const layout = { outer: 1, places: 10_000, groups: 1, members: 1, epsilon: 1e-3, centred: true };
      return standardise(tensor(values), layout).variance;
    });
    assertClose((await taken([out]))[0], [1], { absolute: 1e-6 });
  });

  test("unit vectors: gradients agree with finite differences; zeros stay zeros and get none", async () => {
    expect(await gradientError([[4, 3]], unitVectors)).toBeLessThan(3e-3);
    const shape = [2, 2];
    const layer = {
      kind: "vector",
      input: { shape, values: [0, 0, 3, -4] },
      build: (_: Graph, input: Node<"vector">) =>
        unnamed("vector", 2, [input], ([{ tensor: x }]) => ({ tensor: unitVectors(x) })),
      weights: [],
    } as const;
    const { output, inputGradient } = await probeLayer(layer, [1, 2, 1, 0]);
    assertClose(output, [0, 0, 0.6, -0.8], { absolute: 1e-6 });
    assertClose(inputGradient, [0, 0, 0.128, 0.096], { absolute: 1e-6 });
  });
});

describe.each(testBackends)("masks of norms on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  const ones = { shape: [4], values: [1, 1, 1, 1] };
  const zeros = { shape: [4], values: [0, 0, 0, 0] };
  /** Three rows of two, one and no real steps, padded with rubbish. */
  const run = (
    build: (graph: Graph, input: Node<"steps">) => Node,
    steps: number,
    fixed: boolean,
    lengths: readonly number[],
  ): Promise<LayerNumbers> => {
    const rubbish = (i: number): number => 1e3 + 7 * i;
    const values = lengths.flatMap((length, row) =>
      Array.from({ length: steps * 4 }, (_, i) => (i < length * 4 ? wave(12, row)[i] : rubbish(i))),
    );
    const mask = lengths.flatMap((length) => Array.from({ length: steps }, (_, t) => (t < length ? 1 : 0)));
    const probe = values.map((_, i) => mask[Math.floor(i / 4)] * wave(12, 5)[i % (steps * 4)]);
    const layer = {
      kind: "steps",
      input: { shape: [lengths.length, steps, 4], values },
      mask: { shape: [lengths.length, steps], values: mask },
      build,
      weights: fixed ? [ones, zeros, zeros, ones] : [ones, zeros],
      training: fixed,
    } as const;
    return probeLayer(layer, probe);
  };
  const real = (values: Float32Array, steps: number): number[] =>
    [2, 1, 0].flatMap((length, row) =>
      Array.from(values.subarray(row * steps * 4, (row * steps + length) * 4)),
    );

  test.each([
    ["batch", (graph: Graph, input: Node<"steps">) => batchNorm(graph, "n", input), true],
    ["group", (graph: Graph, input: Node<"steps">) => groupNorm(graph, "n", input, { groups: 2 }), false],
    ["layer", (graph: Graph, input: Node<"steps">) => layerNorm(graph, "n", input), false],
  ] as const)("padding changes nothing: %s", async (_, build, fixed) => {
    const lengths = [2, 1, 0];
    const [short, long] = [await run(build, 2, fixed, lengths), await run(build, 3, fixed, lengths)];
    assertClose(real(long.output, 3), real(short.output, 2), { absolute: 1e-5 });
    assertClose(real(long.inputGradient, 3), real(short.inputGradient, 2), { absolute: 1e-5 });
    long.weightGradients.forEach((gradient, i) =>
      assertClose(gradient, short.weightGradients[i], { absolute: 1e-5 }),
    );
    for (const [name, values] of short.updates)
      assertClose(long.updates.get(name)!, values, { absolute: 1e-5 });
    expect([...long.output, ...long.inputGradient].every(Number.isFinite)).toBe(true);
  });

  test("a batch without a real step leaves the running statistics as they are", async () => {
    const { updates, output } = await run((graph, input) => batchNorm(graph, "n", input), 2, true, [0, 0]);
    assertClose(updates.get("n.movingMean")!, zeros.values);
    assertClose(updates.get("n.movingVariance")!, ones.values);
    expect(output.every(Number.isFinite)).toBe(true);
  });
});

describe("options that are none", () => {
  const input = unnamed("vector", 6, [], (_, run) => ({ tensor: run.feed("x") }));
  const refused: readonly [string, (graph: Graph) => Node, string][] = [
    [
      "no epsilon",
      (g) => layerNorm(g, "n", input, { epsilon: 0 }),
      "epsilon must be a number > 0, received 0",
    ],
    [
      "a negative one",
      (g) => rmsNorm(g, "n", input, { epsilon: -1 }),
      "epsilon must be a number > 0, received -1",
    ],
    [
      "NaN",
      (g) => groupNorm(g, "n", input, { epsilon: Number.NaN }),
      "epsilon must be a number > 0, received NaN",
    ],
    [
      "a momentum above 1",
      (g) => batchNorm(g, "n", input, { momentum: 1.1 }),
      "momentum must be 0 to 1, received 1.1",
    ],
    [
      "groups that don't divide",
      (g) => groupNorm(g, "n", input, { groups: 4 }),
      "groups must be a whole number >= 1 that divides 6 units, received 4",
    ],
    ["Keras's groups of few units", (g) => groupNorm(g, "n", input), "that divides 6 units, received 32"],
    ["half a group", (g) => groupNorm(g, "n", input, { groups: 0.5 }), "that divides 6 units, received 0.5"],
  ];
  test.each(refused)("%s", (_, build, message) => {
    expect(() => build(new Graph("network 'n'"))).toThrow("network 'n': layer 'n': ");
    expect(() => build(new Graph("network 'n'"))).toThrow(message);
  });
});
