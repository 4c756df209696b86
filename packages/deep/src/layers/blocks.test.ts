import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Code, Node, Steps, Vector } from "../network/node.js";
import { wave } from "../testing/finite-difference.js";
import { expectPaddingChangesNothing, held } from "../testing/padding.js";
import { testBackends } from "../testing/test-backends.js";
import { additiveAttention, attention } from "./attention.js";
import { dropout } from "./dropout.js";
import { spatialDropout } from "./spatial-dropout.js";
import { featureTokenizer } from "./feature-tokenizer.js";
import { gatedResidual, glu, highway } from "./gated.js";
import * as join from "./join.js";
import { multiHeadAttention } from "./multi-head-attention.js";
import { gaussianDropout, gaussianNoise } from "./noise.js";
import { firstStep, lastStep } from "./one-step.js";
import { positionalEmbedding, sinusoidalPositions } from "./positional-embedding.js";
import { repeatVector } from "./repeat-vector.js";
import { transformerEncoder } from "./transformer-encoder.js";
import { taken } from "../testing/taken.js";

const input = <K extends "vector" | "steps" | "code">(kind: K, width: number, key = "x"): Node<K> =>
  unnamed(kind, width, [], (_, run) => ({
    tensor: run.feed(key),
    ...(kind === "steps" && { mask: run.feed("mask") }),
  }));
const steps = (width: number): Steps => input("steps", width);

interface Given {
  readonly feeds: Readonly<Record<string, () => Tensor>>;
  readonly weights?: Readonly<Record<string, () => Tensor>>;
  /** The seed of a training step. */
  readonly seed?: number;
}

/** A node's numbers; leaves no tensor behind. */
async function numbersOf(node: Node, { feeds, weights = {}, seed }: Given): Promise<Float32Array> {
  const before = held();
  const upload = (all: Readonly<Record<string, () => Tensor>>): Map<string, Tensor> =>
    new Map(Object.entries(all).map(([name, make]) => [name, make()]));
  const out = tidy(() => {
    const training = seed !== undefined && {
      training: { random: (layer: string) => new Random(seed).fork(layer), update: () => undefined },
    };
    const pass = { feeds: upload(feeds), weights: upload(weights), ...training };
    return evaluate(node, pass).tensor;
  });
  const [numbers] = await taken([out]);
  expect(held()).toEqual(before);
  return numbers;
}

type Build = (graph: Graph, input: Steps) => Node;
const layers: readonly (readonly [string, Build])[] = [
  ["multi-head attention", (graph, x) => multiHeadAttention(graph, "a", x, { heads: 2, keyWidth: 3 })],
  [
    "causal multi-head attention",
    (graph, x) => multiHeadAttention(graph, "a", x, { heads: 2, keyWidth: 3, causal: true }),
  ],
  ["attention", (graph, x) => attention(graph.owner, x)],
  ["additive attention", (graph, x) => additiveAttention(graph, "a", x)],
  ["transformer encoder", (graph, x) => transformerEncoder(graph, "a", x, { heads: 2, hiddenUnits: 3 })],
  [
    "transformer encoder, norm first",
    (graph, x) => transformerEncoder(graph, "a", x, { heads: 2, normFirst: true }),
  ],
  ["positional embedding", (graph, x) => positionalEmbedding(graph, "a", x, { maxSteps: 12 })],
  ["sinusoidal positions", (graph, x) => sinusoidalPositions(graph.owner, x)],
  ["gated linear unit", (graph, x) => glu(graph, "a", x, { units: 2 })],
  ["highway", (graph, x) => highway(graph, "a", x)],
  ["gated residual", (graph, x) => gatedResidual(graph, "a", x)],
  ["first step", (_, x) => firstStep(x)],
  ["last step", (_, x) => lastStep(x)],
];

describe.each(testBackends)("blocks on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(layers)("padding changes nothing: %s", async (_, build) => {
    for (const length of [1, 3]) await expectPaddingChangesNothing(build, 4, length);
  });

  test("causal attention does not look ahead", async () => {
    const values = wave(12);
    const run = (last: number): Promise<Float32Array> =>
      numbersOf(attention("test", steps(3), { causal: true }), {
        feeds: {
          x: () => tensor([...values.slice(0, 9), last, last, last], [1, 4, 3]),
          mask: () => tensor([1, 1, 1, 1], [1, 4]),
        },
      });
    assertClose((await run(5)).slice(0, 9), (await run(-5)).slice(0, 9));
    assertClose((await run(5)).slice(0, 3), values.slice(0, 3), { absolute: 1e-6 });
  });

  test("attention to nothing real gives zeros", async () => {
    const out = await numbersOf(attention("test", steps(2)), {
      feeds: { x: () => tensor([1, 2, 3, 4], [1, 2, 2]), mask: () => tensor([0, 0], [1, 2]) },
    });
    expect([...out]).toEqual([0, 0, 0, 0]);
  });

  test("first and last step are those that are real", async () => {
    const feeds = {
      x: () => tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1]),
      mask: () => tensor([1, 1, 0, 0, 1, 1, 0, 0, 0], [3, 3]),
    };
    expect([...(await numbersOf(firstStep(steps(1)), { feeds }))]).toEqual([1, 5, 0]);
    expect([...(await numbersOf(lastStep(steps(1)), { feeds }))]).toEqual([2, 6, 0]);
  });

  test("sinusoidal positions are sines and cosines of the place", async () => {
    const out = await numbersOf(sinusoidalPositions("test", steps(4), { maxWavelength: 100 }), {
      feeds: { x: () => tensor(new Float32Array(12), [1, 3, 4]), mask: () => tensor([1, 1, 1], [1, 3]) },
    });
    const expected = [0, 1, 2].flatMap((t) => [Math.sin(t), Math.cos(t), Math.sin(t / 10), Math.cos(t / 10)]);
    assertClose(out, expected, { absolute: 1e-6 });
  });

  test("a learned position is that of the step; a row with too many steps is refused", async () => {
    const node = positionalEmbedding(new Graph("test"), "a", steps(2), { maxSteps: 3 });
    const run = (count: number): Promise<Float32Array> =>
      numbersOf(node, {
        feeds: {
          x: () => tensor(new Float32Array(count * 2), [1, count, 2]),
          mask: () => tensor(new Float32Array(count).fill(1), [1, count]),
        },
        weights: { "a.positions": () => tensor([1, 2, 3, 4, 5, 6], [3, 2]) },
      });
    expect([...(await run(2))]).toEqual([1, 2, 3, 4]);
    await expect(run(4)).rejects.toThrow("test: layer 'a': a row must have at most 3 steps, received 4");
  });

  test("a tokenizer makes a step of each number and category, the class token first", async () => {
    const graph = new Graph("test");
    const numeric: Vector = input("vector", 2);
    const colour: Code = input("code", 3, "colour");
    const tokens = featureTokenizer(graph, "t", { units: 2, numeric, categorical: [colour] });
    expect(graph.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ["t.classToken", [1, 2]],
      ["t.numeric", [2, 2]],
      ["t.embeddings0", [3, 2]],
      ["t.bias", [3, 2]],
    ]);
    const given = {
      feeds: { x: () => tensor([2, 3, 0, -1], [2, 2]), colour: () => tensor([2, 0], [2], "int32") },
      weights: {
        "t.classToken": () => tensor([7, 8], [1, 2]),
        "t.numeric": () => tensor([1, 2, 3, 4], [2, 2]),
        "t.embeddings0": () => tensor([0, 0, 1, 1, 5, 6], [3, 2]),
        "t.bias": () => tensor([10, 20, 30, 40, 50, 60], [3, 2]),
      },
    };
    const first = [7, 8, 12, 24, 39, 52, 55, 66];
    const second = [7, 8, 10, 20, 27, 36, 50, 60];
    expect([...(await numbersOf(tokens, given))]).toEqual([...first, ...second]);
    expect([...(await numbersOf(firstStep(tokens), given))]).toEqual([7, 8, 7, 8]);
  });

  const noisy: readonly (readonly [string, Build])[] = [
    ["dropout", (graph, x) => dropout(graph, "a", x, { rate: 0.4 })],
    ["spatial dropout", (graph, x) => spatialDropout(graph, "a", x, { rate: 0.4 })],
    ["gaussian noise", (graph, x) => gaussianNoise(graph, "a", x, { stddev: 0.7 })],
    ["gaussian dropout", (graph, x) => gaussianDropout(graph, "a", x, { rate: 0.4 })],
  ];
  test.each(noisy)("%s does nothing in prediction, repeats by seed, and keeps the mean", async (_, build) => {
    const [rows, count, width] = [100, 4, 8];
    const size = rows * count * width;
    const node = build(new Graph("test"), steps(width));
    const run = (seed?: number): Promise<Float32Array> =>
      numbersOf(node, {
        feeds: {
          x: () => tensor(new Float32Array(size).fill(1), [rows, count, width]),
          mask: () => tensor(new Float32Array(rows * count).fill(1), [rows, count]),
        },
        ...(seed !== undefined && { seed }),
      });
    expect((await run()).every((value) => value === 1)).toBe(true);
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
    const mean = (await run(3)).reduce((a, b) => a + b, 0) / size;
    expect(Math.abs(mean - 1)).toBeLessThan(0.1);
  });

  test("spatial dropout drops a unit at all steps, and gaussian dropout has the deviation of dropout", async () => {
    const feeds = {
      x: () => tensor(new Float32Array(50 * 3 * 4).fill(1), [50, 3, 4]),
      mask: () => tensor(new Float32Array(150).fill(1), [50, 3]),
    };
    const out = await numbersOf(spatialDropout(new Graph("test"), "a", steps(4), { rate: 0.5 }), {
      feeds,
      seed: 1,
    });
    out.forEach((value, i) => {
      const [row, unit] = [Math.floor(i / 12), i % 4];
      expect(value).toBe(out[row * 12 + unit]);
    });
    expect(new Set(out)).toEqual(new Set([0, 2]));
    const noise = await numbersOf(gaussianDropout(new Graph("test"), "a", steps(4), { rate: 0.5 }), {
      feeds,
      seed: 1,
    });
    const variance = noise.reduce((sum, value) => sum + (value - 1) ** 2, 0) / noise.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.2);
  });

  test("attention drops a part while training, and repeats by seed", async () => {
    const graph = new Graph("test");
    const node = multiHeadAttention(graph, "a", steps(2), { heads: 1, keyWidth: 2, dropout: 0.5 });
    const weights = Object.fromEntries(
      graph.weights.map(({ name, shape }) => [
        name,
        () => tensor(wave(shape.reduce((a, b) => a * b, 1)), [...shape]),
      ]),
    );
    const run = (seed?: number): Promise<Float32Array> =>
      numbersOf(node, {
        feeds: {
          x: () => tensor(wave(16), [2, 4, 2]),
          mask: () => tensor(new Float32Array(8).fill(1), [2, 4]),
        },
        weights,
        ...(seed !== undefined && { seed }),
      });
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
    expect(await run(1)).not.toEqual(await run());
  });
});

test("bad options are refused, saying what was received", () => {
  const x = steps(6);
  const graph = (): Graph => new Graph("test");
  const cases: readonly (readonly [() => unknown, string])[] = [
    [
      () => multiHeadAttention(graph(), "a", x, { heads: 0, keyWidth: 2 }),
      "test: layer 'a': heads must be a whole number >= 1, received 0",
    ],
    [
      () => multiHeadAttention(graph(), "a", x, { heads: 1, keyWidth: 2.5 }),
      "layer 'a': keyWidth must be a whole number >= 1, received 2.5",
    ],
    [
      () => multiHeadAttention(graph(), "a", x, { heads: 1, keyWidth: 2, dropout: 1 }),
      "layer 'a': dropout must be >= 0 and < 1, received 1",
    ],
    [
      () => transformerEncoder(graph(), "a", x, { heads: 4 }),
      "layer 'a': heads must be a divisor of the width 6, received 4",
    ],
    [
      () => attention("test", x, { value: steps(5) }),
      "layer 'attention': key must be as wide as the query (6), received 5",
    ],
    [
      () => positionalEmbedding(graph(), "a", x, { maxSteps: 0 }),
      "layer 'a': maxSteps must be a whole number >= 1, received 0",
    ],
    [
      () => sinusoidalPositions("test", x, { maxWavelength: 0 }),
      "layer 'sinusoidalPositions': maxWavelength must be > 0, received 0",
    ],
    [
      () => featureTokenizer(graph(), "a", { units: 2 }),
      "layer 'a': there must be at least one feature, received none",
    ],
    [
      () => gaussianNoise(graph(), "a", x, { stddev: -1 }),
      "layer 'a': stddev must be a finite number >= 0, received -1",
    ],
    [() => spatialDropout(graph(), "a", x, { rate: 1 }), "layer 'a': rate must be >= 0 and < 1, received 1"],
    [
      () => repeatVector("test", input("vector", 2), 0),
      "layer 'repeatVector': count must be a whole number >= 1, received 0",
    ],
    [() => join.multiply("test", [x, steps(2)]), "multiply must get nodes of equal width, received 6 and 2"],
    [() => join.average("test", []), "average must get at least one input, received none"],
  ];
  for (const [make, message] of cases) expect(make).toThrow(message);
});
