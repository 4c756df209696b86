import { testGoldenLayers } from "../testing/golden-layers.js";
import type { Values } from "../testing/layer-probe.js";
import { batchNorm } from "./batch-norm.js";
import { conv1d } from "./conv1d.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { gru } from "./gru.js";
import { layerNorm } from "./layer-norm.js";

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

testGoldenLayers("layers", [
  {
    name: "dense",
    kind: "vector",
    build: (graph, input) => dense(graph, "layer", input, { units: 3, activation: "relu" }),
  },
  {
    name: "denseSilu",
    kind: "vector",
    build: (graph, input) => dense(graph, "layer", input, { units: 3, activation: "silu" }),
  },
  {
    name: "embedding",
    kind: "stepCodes",
    build: (graph, input) => embedding(graph, "layer", input, { units: 4 }),
  },
  {
    name: "gru",
    kind: "steps",
    build: (graph, input) => gru(graph, "layer", input, { units: 3 }),
    weights: splitBias,
  },
  {
    name: "conv1d_same",
    kind: "steps",
    build: (graph, input) => conv1d(graph, "layer", input, { filters: 3, activation: "tanh" }),
  },
  {
    name: "conv1d_causal",
    kind: "steps",
    build: (graph, input) =>
      conv1d(graph, "layer", input, { filters: 3, activation: "tanh", padding: "causal" }),
  },
  { name: "layerNorm", kind: "steps", build: (graph, input) => layerNorm(graph, "layer", input) },
  { name: "batchNorm", kind: "vector", build: (graph, input) => batchNorm(graph, "layer", input) },
]);
