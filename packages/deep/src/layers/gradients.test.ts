import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { composedUpdate } from "../training/optimizers/adam.js";
import { ADAM } from "../backend/kernels/adam.js";
import { hasKernel } from "../backend/has-kernel.js";
import { selectBackend } from "../backend/select-backend.js";
import { engine, memory, mul, reshape, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node } from "../network/node.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { type LayerNumbers, probeLayer, type Values } from "../testing/layer-probe.js";
import { attentionPool } from "./attention-pool.js";
import { batchStandardised } from "./batch-norm.js";
import { lookUp } from "./embedding.js";
import { standardised } from "./layer-norm.js";
import { maxOverSteps, maxPool, meanPool } from "./pooling.js";
import { testBackends } from "../testing/test-backends.js";
import { taken } from "../testing/taken.js";

const mask = (): Tensor => tensor([1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0], [3, 4]);

describe.each(testBackends)("gradients of layers on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  const cases: readonly [string, number[][], (...inputs: Tensor[]) => Tensor][] = [
    ["layer norm", [[4, 5]], (x) => standardised(x, 1e-3)],
    ["batch norm", [[6, 3]], (x) => batchStandardised(x, 1e-3)],
    ["embedding", [[5, 3]], (table) => lookUp(table, tensor([0, 4, 4, 1], [2, 2], "int32"))],
    ["maximum over steps", [[3, 4, 2]], (x) => maxOverSteps(x, mask())],
  ];
  test.each(cases)("%s agrees with finite differences", async (_, shapes, f) => {
    expect(await gradientError(shapes, f)).toBeLessThan(3e-3);
  });

  test("attention agrees with finite differences", async () => {
    const weights = { kernel: [3, 2], bias: [2], heads: [2, 2] };
    const shapes = [[3, 4, 3], ...Object.values(weights)];
    const error = await gradientError(shapes, (x, kernel, bias, heads) => attend(x, [kernel, bias, heads]));
    expect(error).toBeLessThan(3e-3);
  });
});

test.each(["cpu", "wasm"] as const)("fused Adam agrees with ordinary operations on %s", async (backend) => {
  await selectBackend(backend);
  const before = memory().numTensors;
  const attributes = {
    rate: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    decay: 0.01,
    penalty: 0.3,
    decayed: 4,
  };
  const results = tidy(() => {
    const [weights, gradient, mean] = [0, 1, 2].map((phase) => tensor(wave(7, phase)));
    const square = mul(mean, mean);
    const fused = engine().runKernel<Tensor[]>(ADAM, { weights, gradient, mean, square }, attributes);
    const plain = composedUpdate(weights, gradient, [mean, square], attributes);
    return [...fused, ...plain];
  });
  const numbers = await taken(results);
  numbers.slice(0, 3).forEach((values, i) => assertClose(values, numbers[i + 3], { absolute: 1e-6 }));
  expect(hasKernel(ADAM)).toBe(true);
  expect(memory().numTensors).toBe(before);
});

/** Attention as the layer does it, from tensors for its weights. */
function attend(x: Tensor, weights: readonly Tensor[]): Tensor {
  let node: ReturnType<typeof attentionPool> | undefined;
  const names = ["kernel", "bias", "heads"];
  const graph = {
    owner: "test",
    weight: (_: string, name: string) => name,
    layer: (_type: string, _name: string, kind: "vector", width: number, inputs: [], run: never) => ({
      kind,
      width,
      operation: { inputs, run },
    }),
  };
  node = attentionPool(graph as never, "a", { kind: "steps", width: 3 } as never, { units: 2, heads: 2 });
  return node.operation.run([{ tensor: x, mask: mask() }], {
    training: true,
    feed: () => x,
    weight: (name) => weights[names.indexOf(name)],
    random: () => {
      throw new Error("attention draws nothing");
    },
    update: () => undefined,
    addLoss: () => undefined,
  }).tensor;
}

describe.each(testBackends)("masks on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  const run = (
    build: (graph: Graph, input: never) => Node,
    steps: number,
    weights: readonly Values[],
  ): Promise<LayerNumbers> => {
    // Two rows of two and no real steps, padded with rubbish.
    const values = Array.from({ length: 2 * steps * 3 }, (_, i) => {
      const [row, step] = [Math.floor(i / (steps * 3)), Math.floor(i / 3) % steps];
      return row === 0 && step < 2 ? wave(6)[step * 3 + (i % 3)] : 1e3 + i;
    });
    const real = Array.from({ length: 2 * steps }, (_, i) => (i < 2 ? 1 : 0));
    return probeLayer(
      {
        kind: "steps",
        input: { shape: [2, steps, 3], values },
        mask: { shape: [2, steps], values: real },
        build,
        weights,
      },
      [1, 2, 3, 4, 5, 6],
    );
  };
  const attention: Values[] = [[3, 2], [2], [2, 1]].map((shape) => ({
    shape,
    values: [
      ...wave(
        shape.reduce((a, b) => a * b, 1),
        2,
      ),
    ],
  }));

  test.each([
    ["mean", (_: Graph, input: never) => meanPool(input), []],
    ["maximum", (_: Graph, input: never) => maxPool(input), []],
    ["attention", (graph: Graph, input: never) => attentionPool(graph, "a", input, { units: 2 }), attention],
  ] as const)(
    "padding changes nothing, and a row without steps gives zeros: %s",
    async (_, build, weights) => {
      const [short, long] = [await run(build, 2, weights), await run(build, 5, weights)];
      assertClose(long.output, short.output, { absolute: 1e-5 });
      assertClose(short.output.slice(3), [0, 0, 0]);
      // No gradient reaches a padded step.
      expect(long.inputGradient.slice(6).every((value) => value === 0)).toBe(true);
    },
  );
});

test("reshape keeps a tensor's numbers where kernels read them", async () => {
  await selectBackend("wasm");
  const out = tidy(() => sum(reshape(tensor([1, 2, 3, 4, 5, 6], [2, 3]), [3, 2]), 1));
  assertClose((await taken([out]))[0], [3, 7, 11]);
});
