import type { Graph } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import { conv1d, type Conv1dOptions } from "./conv1d.js";
import { conv1dTranspose, type Conv1dTransposeOptions } from "./conv1d-transpose.js";
import { depthwiseConv1d, separableConv1d } from "./depthwise-conv1d.js";
import { averagePool1d, maxPool1d, upSampling1d } from "./pooling1d.js";

const layer = (name: string, build: (graph: Graph, input: Steps) => Node): GoldenCase => ({
  name,
  kind: "steps",
  build,
});
const conv = (name: string, options: Omit<Conv1dOptions, "filters">): GoldenCase =>
  layer(name, (graph, input) => conv1d(graph, "layer", input, { filters: 2, ...options }));
const transposed = (name: string, options: Omit<Conv1dTransposeOptions, "filters">): GoldenCase =>
  layer(name, (graph, input) => conv1dTranspose(graph, "layer", input, { filters: 2, ...options }));

testGoldenLayers("convolution1d", [
  conv("valid", { padding: "valid" }),
  conv("sameEven", { kernelSize: 4, activation: "gelu" }),
  conv("sameStrides", { strides: 2 }),
  conv("sameStridesWide", { kernelSize: 5, strides: 3, useBias: false }),
  conv("validStrides", { padding: "valid", strides: 2 }),
  conv("causalStrides", { padding: "causal", strides: 2 }),
  conv("sameDilation", { dilation: 2 }),
  conv("validDilation", { kernelSize: 2, padding: "valid", dilation: 3 }),
  conv("causalDilation", { padding: "causal", dilation: 2 }),
  transposed("transposeSame", { strides: 2 }),
  transposed("transposeSameEven", { kernelSize: 4, activation: "relu" }),
  transposed("transposeValid", { padding: "valid", strides: 2 }),
  transposed("transposeApart", { kernelSize: 2, padding: "valid", strides: 3, useBias: false }),
  layer("depthwise", (graph, input) => depthwiseConv1d(graph, "layer", input)),
  layer("depthwiseMany", (graph, input) =>
    depthwiseConv1d(graph, "layer", input, {
      kernelSize: 2,
      padding: "valid",
      strides: 2,
      depthMultiplier: 2,
    }),
  ),
  {
    ...layer("separable", (graph, input) =>
      separableConv1d(graph, "layer", input, { filters: 2, depthMultiplier: 2, activation: "relu" }),
    ),
    weights: ([depth, point, ...rest]) => [depth, { ...point, shape: point.shape.slice(1) }, ...rest],
  },
  {
    ...layer("separableDilation", (graph, input) =>
      separableConv1d(graph, "layer", input, {
        filters: 2,
        kernelSize: 2,
        dilation: 2,
        useBias: false,
      }),
    ),
    weights: ([depth, point]) => [depth, { ...point, shape: point.shape.slice(1) }],
  },
  layer("maxPool", (graph, input) => maxPool1d(graph.owner, input)),
  layer("maxPoolSame", (graph, input) =>
    maxPool1d(graph.owner, input, { poolSize: 3, strides: 2, padding: "same" }),
  ),
  layer("averagePool", (graph, input) => averagePool1d(graph.owner, input, { strides: 1 })),
  layer("averagePoolSame", (graph, input) =>
    averagePool1d(graph.owner, input, { poolSize: 3, strides: 2, padding: "same" }),
  ),
  layer("upSampling", (graph, input) => upSampling1d(graph.owner, input, 3)),
]);
