import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { memory } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node } from "../network/node.js";
import { type ProbedLayer, probeLayer, readGolden, type Values } from "../testing/layer-probe.js";
import { batchNorm } from "./batch-norm.js";
import { conv1d } from "./conv1d.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { gru } from "./gru.js";
import { layerNorm } from "./layer-norm.js";

interface GoldenLayer {
  readonly input: Values;
  readonly mask?: Values;
  readonly output: Values;
  readonly probe: Values;
  readonly weights: readonly Values[];
  readonly inputGradient?: Values;
  readonly weightGradients: readonly Values[];
  readonly moved?: readonly Values[];
  readonly inference?: Values;
}
const golden = readGolden("layers") as Record<string, GoldenLayer>;

/** Keras keeps both biases of a GRU in one weight of two rows. */
function splitBias(weights: readonly Values[]): Values[] {
  const [kernel, recurrent, { values }] = weights;
  const half = values.length / 2;
  return [
    kernel,
    recurrent,
    ...[0, 1].map((row) => ({ shape: [half], values: values.slice(row * half, (row + 1) * half) })),
  ];
}

const allReal = (shape: readonly number[]): Values => ({
  shape: shape.slice(0, 2),
  values: Array.from({ length: shape[0] * shape[1] }, () => 1),
});

type Build = (graph: Graph, input: never) => Node;
const cases: readonly [string, ProbedLayer["kind"], Build][] = [
  [
    "dense",
    "vector",
    (graph, input) => dense(graph, "layer", input as Node<"vector">, { units: 3, activation: "relu" }),
  ],
  [
    "denseSilu",
    "vector",
    (graph, input) => dense(graph, "layer", input as Node<"vector">, { units: 3, activation: "silu" }),
  ],
  [
    "embedding",
    "stepCodes",
    (graph, input) => embedding(graph, "layer", input as Node<"stepCodes">, { units: 4 }),
  ],
  ["gru", "steps", (graph, input) => gru(graph, "layer", input, { units: 3 })],
  [
    "conv1d_same",
    "steps",
    (graph, input) => conv1d(graph, "layer", input, { filters: 3, activation: "tanh" }),
  ],
  [
    "conv1d_causal",
    "steps",
    (graph, input) => conv1d(graph, "layer", input, { filters: 3, activation: "tanh", padding: "causal" }),
  ],
  ["layerNorm", "steps", (graph, input) => layerNorm(graph, "layer", input as Node<"steps">)],
];

describe.each(["cpu", "wasm"] as const)("layers against Keras 3 on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(cases)("%s: output and gradients", async (name, kind, build) => {
    const { input, output, probe, inputGradient, mask = allReal(input.shape), ...rest } = golden[name];
    const [weights, expected] = [rest.weights, rest.weightGradients].map((all) =>
      name === "gru" ? splitBias(all) : all,
    );
    const before = memory().numTensors;
    const actual = await probeLayer({ kind, input, mask, build, weights }, probe.values);
    expect(memory().numTensors).toBe(before);
    assertClose(actual.output, output.values, { absolute: 1e-5, label: "output" });
    if (inputGradient)
      assertClose(actual.inputGradient, inputGradient.values, { absolute: 1e-5, label: "input gradient" });
    expect(actual.weightGradients).toHaveLength(expected.length);
    for (const [i, gradient] of actual.weightGradients.entries())
      assertClose(gradient, expected[i].values, { absolute: 2e-5, label: `gradient of weight ${i}` });
  });

  test("batchNorm: output, gradients, moving statistics, inference", async () => {
    const { input, output, probe, weights, inputGradient, weightGradients, moved, inference } =
      golden.batchNorm;
    const build: Build = (graph, node) => batchNorm(graph, "layer", node);
    const start = [0, 1].map((value) => ({ shape: [3], values: [value, value, value] }));
    const trained = await probeLayer(
      { kind: "vector", input, build, weights: [...weights, ...start], training: true },
      probe.values,
    );
    assertClose(trained.output, output.values, { absolute: 1e-5 });
    assertClose(trained.inputGradient, inputGradient!.values, { absolute: 1e-5 });
    weightGradients.forEach(({ values }, i) =>
      assertClose(trained.weightGradients[i], values, { absolute: 1e-5 }),
    );
    assertClose(trained.updates.get("layer.movingMean")!, moved![0].values, { absolute: 1e-5 });
    assertClose(trained.updates.get("layer.movingVariance")!, moved![1].values, { absolute: 1e-5 });
    const fixed = await probeLayer(
      { kind: "vector", input, build, weights: [...weights, ...moved!] },
      probe.values,
    );
    assertClose(fixed.output, inference!.values, { absolute: 1e-5 });
  });
});
