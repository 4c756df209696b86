import { slice } from "../backend/tensors.js";
import { type Graph, unnamed } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import type { Values } from "../testing/layer-probe.js";
import { additiveAttention, attention } from "./attention.js";
import { multiHeadAttention } from "./multi-head-attention.js";

/** Three steps from one on, with the mask of the first three. */
function threeFrom(start: number, input: Steps): Steps {
  return unnamed("steps", input.width, [input], ([{ tensor, mask }]) => ({
    tensor: slice(tensor, [0, start, 0], [-1, 3, -1]),
    mask: slice(mask!, [0, 0], [-1, 3]),
  }));
}

/** Keras keeps heads apart: a kernel is in x heads x units, that of the output heads x units x out. */
function mergeHeads(weights: readonly Values[]): Values[] {
  return weights.map((weight, i) => {
    const { shape } = weight;
    const last = i >= weights.length - (weights.length === 8 ? 2 : 1);
    if (shape.length === 3)
      return {
        ...weight,
        shape: last ? [shape[0] * shape[1], shape[2]] : [shape[0], shape[1] * shape[2]],
      };
    return { ...weight, shape: [shape.reduce((a, b) => a * b, 1)] };
  });
}

const heads = (name: string, build: (graph: Graph, input: Steps) => Node): GoldenCase => ({
  name,
  kind: "steps",
  build,
  weights: mergeHeads,
});

testGoldenLayers("attention", [
  heads("self", (graph, input) => multiHeadAttention(graph, "layer", input, { heads: 2, keyWidth: 2 })),
  heads("causal", (graph, input) =>
    multiHeadAttention(graph, "layer", input, { heads: 2, keyWidth: 2, valueWidth: 3, causal: true }),
  ),
  heads("cross", (graph, input) =>
    multiHeadAttention(graph, "layer", input, {
      heads: 2,
      keyWidth: 2,
      outputWidth: 5,
      useBias: false,
      value: threeFrom(0, input),
    }),
  ),
  heads("keyed", (graph, input) =>
    multiHeadAttention(graph, "layer", input, {
      heads: 1,
      keyWidth: 3,
      value: threeFrom(0, input),
      key: threeFrom(1, input),
    }),
  ),
  { name: "dot", kind: "steps", build: (graph, input) => attention(graph.owner, input) },
  {
    name: "dotCausal",
    kind: "steps",
    build: (graph, input) => attention(graph.owner, input, { causal: true }),
  },
  { name: "additive", kind: "steps", build: (graph, input) => additiveAttention(graph, "layer", input) },
  {
    name: "additiveCausal",
    kind: "steps",
    build: (graph, input) => additiveAttention(graph, "layer", input, { causal: true }),
  },
]);
