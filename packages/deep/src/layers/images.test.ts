import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { memory, sub, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed, unnamedImage } from "../network/graph.js";
import type { Image, Node } from "../network/node.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { imageFunction } from "../testing/layer-function.js";
import { testBackends } from "../testing/test-backends.js";
import { conv2d } from "./conv2d.js";
import { conv2dTranspose } from "./conv2d-transpose.js";
import { dense } from "./dense.js";
import { depthwiseConv2d, separableConv2d } from "./depthwise-conv2d.js";
import { crop2d, flatten, toImage, zeroPad2d } from "./image-shape.js";
import { add, concatenate } from "./join.js";
import { averagePool2d, globalAveragePool2d, globalMaxPool2d, maxPool2d } from "./pooling2d.js";
import { spatialDropout } from "./spatial-dropout.js";
import { upsample2d } from "./upsample2d.js";
import { taken } from "../testing/taken.js";

type Build = (graph: Graph, input: Image) => Node;

const layers: readonly [string, Build, scale?: number][] = [
  ["conv2d valid", (g, x) => conv2d(g, "l", x, { filters: 2, kernelSize: [2, 3] })],
  [
    "conv2d same, strides",
    (g, x) => conv2d(g, "l", x, { filters: 2, kernelSize: 3, strides: [2, 1], padding: "same" }),
  ],
  [
    "conv2d of one pixel",
    (g, x) => conv2d(g, "l", x, { filters: 3, kernelSize: 1, strides: 2, activation: "tanh" }),
  ],
  ["conv2d dilated", (g, x) => conv2d(g, "l", x, { filters: 2, kernelSize: 2, dilationRate: [3, 2] })],
  [
    "conv2d dilated, same",
    (g, x) => conv2d(g, "l", x, { filters: 2, kernelSize: 2, dilationRate: 2, padding: "same" }),
  ],
  ["conv2dTranspose", (g, x) => conv2dTranspose(g, "l", x, { filters: 2, kernelSize: 3, strides: [2, 1] })],
  [
    "conv2dTranspose same",
    (g, x) => conv2dTranspose(g, "l", x, { filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
  ],
  ["depthwise", (g, x) => depthwiseConv2d(g, "l", x, { kernelSize: 2, depthMultiplier: 3 })],
  [
    "depthwise same, strides",
    (g, x) => depthwiseConv2d(g, "l", x, { kernelSize: 3, strides: 2, padding: "same" }),
  ],
  [
    "depthwise dilated",
    (g, x) => depthwiseConv2d(g, "l", x, { kernelSize: 2, depthMultiplier: 2, dilationRate: 2 }),
  ],
  [
    "separable",
    (g, x) => separableConv2d(g, "l", x, { filters: 2, kernelSize: 2, depthMultiplier: 2, padding: "same" }),
  ],
  ["max pool", (g, x) => maxPool2d(g.owner, x)],
  [
    "max pool same, overlapping",
    (g, x) => maxPool2d(g.owner, x, { poolSize: 3, strides: 2, padding: "same" }),
  ],
  ["average pool", (g, x) => averagePool2d(g.owner, x, { poolSize: [1, 3], strides: 1 })],
  ["average pool same", (g, x) => averagePool2d(g.owner, x, { poolSize: 3, strides: 2, padding: "same" })],
  // Of numbers further apart: a step of finite differences must not change which one is largest.
  ["global max pool", (_, x) => globalMaxPool2d(x), 4],
  ["global average pool", (_, x) => globalAveragePool2d(x)],
  ["nearest", (g, x) => upsample2d(g.owner, x, { size: [3, 2] })],
  ["bilinear", (g, x) => upsample2d(g.owner, x, { size: [3, 2], interpolation: "bilinear" })],
  ["zero padding", (g, x) => zeroPad2d(g.owner, x, [1, 2])],
  ["cropping", (g, x) => crop2d(g.owner, x, [1, 0])],
  ["flatten and back", (g, x) => toImage(g.owner, flatten(x), { rows: 2, columns: 4 })],
  ["dense over channels", (g, x) => dense(g, "l", x, { units: 3, activation: "sigmoid" })],
  ["sum and concat", (g, x) => concatenate(g.owner, [add(g.owner, [x, x]), x])],
];

describe.each(testBackends)("layers of images on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(layers)(
    "%s: gradients agree with finite differences, and nothing leaks",
    async (_, build, scale) => {
      const { shapes, f } = imageFunction([2, 4, 5, 2], build);
      const { numTensors, numDataBuffers } = memory();
      expect(await gradientError(shapes, f, { scale })).toBeLessThan(3e-3);
      expect(memory()).toMatchObject({ numTensors, numDataBuffers });
    },
  );

  test.each(layers)("%s: what comes out has the size that the node says", (_, build) => {
    const { shapes, f, node } = imageFunction([3, 4, 5, 2], build);
    const shape = tidy(() => {
      const inputs = shapes.map((sizes, i) =>
        tensor(
          wave(
            sizes.reduce((a, b) => a * b, 1),
            i,
          ),
          [...sizes],
        ),
      );
      const out = f(inputs[0], ...inputs.slice(1));
      return out.shape as never;
    }) as number[];
    const { size, width } = node;
    expect(shape).toEqual(size ? [3, size.rows, size.columns, width] : [3, width]);
  });

  test("a maximum of negative numbers beside padding has its gradient", async () => {
    const { shapes, f } = imageFunction([2, 4, 5, 2], (g, x) =>
      maxPool2d(g.owner, x, { poolSize: 3, strides: 2, padding: "same" }),
    );
    const lower = (x: Tensor): Tensor => f(sub(x, 20));
    expect(await gradientError(shapes, lower)).toBeLessThan(3e-3);
  });
});

const image = unnamedImage({ rows: 4, columns: 6 }, 3, [], (_, run) => ({ tensor: run.feed("x") }));

describe.each(testBackends)("spatial dropout on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  const steps = unnamed("steps", 3, [], (_, run) => ({ tensor: run.feed("x") }));
  test.each([
    ["images", image, [4, 4, 6, 3]],
    ["steps", steps, [4, 5, 3]],
  ] as const)(
    "drops whole channels of %s, the same by seed, and none in prediction",
    async (_, input, shape) => {
      const node = spatialDropout(new Graph("test"), "drop", input as Image, { rate: 0.4 });
      const ones = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);
      const run = async (seed?: number): Promise<Float32Array> => {
        const out = tidy(() => {
          const feeds = new Map([["x", tensor(ones, [...shape])]]);
          const random = (): Random => new Random(seed!);
          const training = seed === undefined ? {} : { training: { random, update: () => undefined } };
          return evaluate(node, { feeds, weights: new Map(), ...training }).tensor;
        });
        return (await taken([out]))[0];
      };
      const dropped = await run(3);
      expect(await run(3)).toEqual(dropped);
      expect(await run(4)).not.toEqual(dropped);
      assertClose(await run(), ones);
      const places = dropped.length / 12;
      for (let row = 0; row < 4; row++) {
        for (let c = 0; c < 3; c++) {
          const channel = Array.from({ length: places }, (__, p) => dropped[(row * places + p) * 3 + c]);
          expect(new Set(channel).size).toBe(1);
        }
      }
      assertClose(
        [...new Set(dropped)].sort((a, b) => a - b),
        [0, 1 / 0.6],
        { absolute: 1e-6 },
      );
    },
  );
});

describe("options that are none", () => {
  const small = unnamedImage({ rows: 2, columns: 5 }, 3, [], (_, run) => ({ tensor: run.feed("x") }));
  const refused: readonly [string, Build, string][] = [
    [
      "no kernel",
      (g, x) => conv2d(g, "l", x, { filters: 1 } as never),
      "layer 'l': kernelSize must be a whole number >= 1 or two of them, received undefined",
    ],
    [
      "a kernel of three numbers",
      (g, x) => conv2d(g, "l", x, { filters: 1, kernelSize: [1, 1, 1] as never }),
      "layer 'l': kernelSize must be a whole number >= 1 or two of them, received an array of 3",
    ],
    [
      "half a stride",
      (g, x) => conv2d(g, "l", x, { filters: 1, kernelSize: 1, strides: 0.5 }),
      "layer 'l': strides must be a whole number >= 1 or two of them, received 0.5",
    ],
    [
      "unknown padding",
      (g, x) => depthwiseConv2d(g, "l", x, { kernelSize: 1, padding: "causal" as never }),
      "layer 'l': padding must be valid or same, received \"causal\"",
    ],
    [
      "strides and dilation",
      (g, x) => separableConv2d(g, "l", x, { filters: 1, kernelSize: 2, strides: 2, dilationRate: 2 }),
      "layer 'l': strides or dilationRate must be 1, received 2 x 2 and 2 x 2",
    ],
    [
      "no filters",
      (g, x) => conv2dTranspose(g, "l", x, { filters: 0, kernelSize: 1 }),
      "layer 'l': every size of kernel must be a whole number >= 1, received 1 x 1 x 0 x 3",
    ],
    [
      "half a multiplier",
      (g, x) => depthwiseConv2d(g, "l", x, { kernelSize: 1, depthMultiplier: 0.5 }),
      "layer 'l': every size of kernel must be a whole number >= 1, received 1 x 1 x 3 x 0.5",
    ],
    [
      "a window larger than the image",
      (g) => conv2d(g, "l", small, { filters: 1, kernelSize: 3 }),
      "layer 'l': the image must have at least 3 x 3 pixels, received 2 x 5",
    ],
    [
      "a pool larger than the image",
      (g) => maxPool2d(g.owner, small, { poolSize: [3, 1] }),
      "maxPool2d: the image must have at least 3 x 1 pixels, received 2 x 5",
    ],
    [
      "no factor",
      (g, x) => upsample2d(g.owner, x, { size: 0 }),
      "upsample2d: size must be a whole number >= 1 or two of them, received 0",
    ],
    [
      "another interpolation",
      (g, x) => upsample2d(g.owner, x, { interpolation: "cubic" as never }),
      'upsample2d: interpolation must be nearest or bilinear, received "cubic"',
    ],
    [
      "negative padding",
      (g, x) => zeroPad2d(g.owner, x, -1),
      "zeroPad2d: padding must be a whole number >= 0 or two of them, received -1",
    ],
    [
      "borders of three",
      (g, x) => zeroPad2d(g.owner, x, [1, 2, 3] as never),
      "zeroPad2d: padding must be a whole number >= 0, two, or two of two, received an array of 3",
    ],
    [
      "everything cut off",
      (g, x) => crop2d(g.owner, x, 2),
      "crop2d: cropping must leave some of 4 x 6 pixels, received 2",
    ],
    [
      "a vector that fills no image",
      (g, x) => toImage(g.owner, flatten(x), { rows: 5, columns: 1 }),
      "toImage: the vector's width must be a multiple of 5 x 1, received 72",
    ],
    [
      "images of unequal size",
      (g, x) => add(g.owner, [x, small]),
      "add must get images of equal size, received 4 x 6 and 2 x 5",
    ],
    [
      "images of unequal size side by side",
      (g, x) => concatenate(g.owner, [x, small]),
      "concat must get images of equal size, received 4 x 6 and 2 x 5",
    ],
    [
      "a rate of 1",
      (g, x) => spatialDropout(g, "l", x, { rate: 1 }),
      "layer 'l': rate must be >= 0 and < 1, received 1",
    ],
  ];
  test.each(refused)("%s", (_, build, message) => {
    expect(() => build(new Graph("network 'n'"), image)).toThrow(message);
  });
});
