import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { Windows } from "../backend/kernels/windows.js";
import { selectBackend } from "../backend/select-backend.js";
import { engine, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { expectPaddingChangesNothing, held } from "../testing/padding.js";
import { testBackends } from "../testing/test-backends.js";
import { conv1d } from "./conv1d.js";
import { conv1dTranspose } from "./conv1d-transpose.js";
import { depthwiseConv1d, separableConv1d } from "./depthwise-conv1d.js";
import { averagePool1d, maxPool1d, upSampling1d } from "./pooling1d.js";
import { composedFold, composedUnfold, fold, sliding, unfold, windowsOver } from "./windows.js";
import { taken } from "../testing/taken.js";

const steps = 7;
const of = { owner: "test", layer: "a" };
const shapes = (["valid", "same", "causal"] as const).flatMap((padding) =>
  [
    [3, 1, 1],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 2],
    [2, 5, 4],
  ].map(([size, strides, dilation]): [string, Windows] => [
    `${padding}, size ${size}, stride ${strides}, dilation ${dilation}`,
    windowsOver(steps, sliding(of, "size", size, { strides, dilation, padding })),
  ]),
);
const mask = (): Tensor => tensor([1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], [2, steps]);

describe.each(testBackends)("windows on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(shapes)("unfold and fold agree with finite differences: %s", async (_, windows) => {
    const { count, size } = windows;
    expect(await gradientError([[2, steps, 2]], (x) => unfold(x, mask(), windows))).toBeLessThan(3e-3);
    expect(await gradientError([[2, count, size * 2]], (x) => fold(x, steps, windows))).toBeLessThan(3e-3);
  });

  test.each(shapes)("both agree with ordinary operations, gradients too: %s", async (_, windows) => {
    const before = held();
    const compare = async (
      shape: number[],
      [fused, composed]: readonly ((x: Tensor) => Tensor)[],
      label: string,
    ): Promise<void> => {
      const results = [fused, composed].map((f) =>
        tidy(() => {
          const x = tensor(wave(shape.reduce((a, b) => a * b, 1)), shape);
          const out = f(x);
          const probe = tensor(wave(out.size, 2), out.shape);
          const { grads } = engine().gradients(() => sum(mul(f(x), probe)), [x]);
          return [out, grads[0]];
        }),
      );
      const [ours, expected] = [await taken(results[0]), await taken(results[1])];
      ours.forEach((values, i) => assertClose(values, expected[i], { absolute: 1e-5, label }));
    };
    await compare(
      [2, steps, 2],
      [unfold, composedUnfold].map((f) => (x: Tensor) => f(x, mask(), windows)),
      "unfold",
    );
    const { count, size } = windows;
    await compare(
      [2, count, size * 2],
      [fold, composedFold].map((f) => (x: Tensor) => f(x, steps, windows)),
      "fold",
    );
    expect(held()).toEqual(before);
  });
});

test.each(
  (["valid", "same", "causal"] as const).flatMap((padding) =>
    (["relu", "tanh"] as const).flatMap((activation) => [
      { padding, activation, kernelSize: 5, filters: 9, useBias: true },
      { padding, activation, kernelSize: 2, filters: 8, useBias: false },
      // Longer than the steps.
      { padding, activation, kernelSize: 9, filters: 3, useBias: true },
    ]),
  ),
)("conv1d by the compiled kernel is that of windows copied out: %j", async (options) => {
  // No step, a gap, padding behind.
  const real = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
  const results: number[][][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    // oxlint-disable-next-line eslint/no-await-in-loop
    await selectBackend(backend);
    const graph = new Graph("test");
    const input = unnamed("steps", 3, [], (_, run) => ({ tensor: run.feed("x"), mask: run.feed("mask") }));
    const node = conv1d(graph, "a", input, options);
    const numbers = tidy(() => {
      const x = tensor(wave(63), [3, 7, 3]);
      const weights = graph.weights.map(({ shape }, i) =>
        tensor(
          wave(
            shape.reduce((a, b) => a * b, 1),
            i + 1,
          ),
          [...shape],
        ),
      );
      const feeds = new Map([
        ["x", x],
        ["mask", tensor(real, [3, 7])],
      ]);
      const pass = { feeds, weights: new Map(graph.weights.map(({ name }, i) => [name, weights[i]])) };
      const out = evaluate(node, pass).tensor;
      const loss = (): Tensor => sum(mul(evaluate(node, pass).tensor, tensor(wave(out.size, 9), out.shape)));
      const { grads } = engine().gradients(loss, [x, ...weights]);
      return [out, ...grads].map((one) => Array.from(one.dataSync())) as never;
    }) as number[][];
    results.push(numbers);
  }
  results[0].forEach((values, i) =>
    assertClose(results[1][i], values, { absolute: 2e-5, label: `number ${i}` }),
  );
});

type Build = (graph: Graph, input: Steps) => Node;
const layer = (name: string, build: Build): [string, Build] => [name, build];
const convolutions = (["valid", "same", "causal"] as const).flatMap((padding) =>
  [{}, { strides: 2 }, { strides: 2, dilation: 2 }].map((options) =>
    layer(`conv1d ${padding} ${JSON.stringify(options)}`, (graph, input) =>
      conv1d(graph, "a", input, { filters: 2, padding, ...options }),
    ),
  ),
);
const others = (["valid", "same"] as const).flatMap((padding) => [
  layer(`conv1dTranspose ${padding}`, (graph, input) =>
    conv1dTranspose(graph, "a", input, { filters: 2, kernelSize: 4, padding, strides: 2 }),
  ),
  layer(`conv1dTranspose ${padding}, apart`, (graph, input) =>
    conv1dTranspose(graph, "a", input, { filters: 2, kernelSize: 2, padding, strides: 3 }),
  ),
  layer(`maxPool1d ${padding}`, (graph, input) =>
    maxPool1d(graph.owner, input, { poolSize: 3, strides: 2, padding }),
  ),
  layer(`averagePool1d ${padding}`, (graph, input) =>
    averagePool1d(graph.owner, input, { poolSize: 3, strides: 2, padding }),
  ),
]);
const layers = [
  ...convolutions,
  ...others,
  layer("depthwiseConv1d", (graph, input) => depthwiseConv1d(graph, "a", input, { strides: 2 })),
  layer("separableConv1d", (graph, input) => separableConv1d(graph, "a", input, { filters: 2 })),
  layer("upSampling1d", (graph, input) => upSampling1d(graph.owner, input)),
];

describe.each(testBackends)("masks of layers that slide over steps on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(layers)("padding changes nothing: %s", async (_, build) => {
    for (const length of [1, 2, 5, 6]) await expectPaddingChangesNothing(build, 3, length);
  });
});

test("bad options are refused, saying what was received", () => {
  const input = unnamed("steps", 3, [], () => {
    throw new Error("shapes only");
  });
  const conv = (options: object) => () => conv1d(new Graph("test"), "a", input, { filters: 2, ...options });
  expect(conv({ kernelSize: 0 })).toThrow(
    "test: layer 'a': kernelSize must be a whole number >= 1, received 0",
  );
  expect(conv({ strides: 1.5 })).toThrow("layer 'a': strides must be a whole number >= 1, received 1.5");
  expect(conv({ dilation: -1 })).toThrow("layer 'a': dilation must be a whole number >= 1, received -1");
  expect(conv({ padding: "full" })).toThrow(
    "layer 'a': padding must be one of 'valid', 'same', 'causal', received \"full\"",
  );
  expect(() =>
    conv1dTranspose(new Graph("test"), "a", input, { filters: 2, padding: "causal" as never }),
  ).toThrow("layer 'a': padding must be one of 'valid', 'same', received \"causal\"");
  expect(() => depthwiseConv1d(new Graph("test"), "a", input, { depthMultiplier: 0 })).toThrow(
    "layer 'a': depthMultiplier must be a whole number >= 1, received 0",
  );
  expect(() => maxPool1d("test", input, { poolSize: 0 })).toThrow(
    "test: layer 'maxPool1d': poolSize must be a whole number >= 1, received 0",
  );
  expect(() => maxPool1d("test", input, { padding: "causal" as never })).toThrow(
    "layer 'maxPool1d': padding must be one of 'valid', 'same', received \"causal\"",
  );
  expect(() => upSampling1d("test", input, 0)).toThrow(
    "layer 'upSampling1d': size must be a whole number >= 1, received 0",
  );
});
