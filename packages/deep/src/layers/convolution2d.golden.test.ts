import { testGoldenLayers, type GoldenCase } from "../testing/golden-layers.js";
import { type Conv2dOptions, conv2d } from "./conv2d.js";
import { type Conv2dTransposeOptions, conv2dTranspose } from "./conv2d-transpose.js";
import {
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
  type SeparableConv2dOptions,
  separableConv2d,
} from "./depthwise-conv2d.js";

const plain = (name: string, options: Conv2dOptions): GoldenCase => ({
  name: `conv2d_${name}`,
  kind: "image",
  build: (graph, input) => conv2d(graph, "layer", input, options),
});
const transposed = (name: string, options: Conv2dTransposeOptions): GoldenCase => ({
  name: `conv2dTranspose_${name}`,
  kind: "image",
  build: (graph, input) => conv2dTranspose(graph, "layer", input, options),
});
const depthwise = (name: string, options: DepthwiseConv2dOptions): GoldenCase => ({
  name: `depthwise_${name}`,
  kind: "image",
  build: (graph, input) => depthwiseConv2d(graph, "layer", input, options),
});
const separable = (name: string, options: SeparableConv2dOptions): GoldenCase => ({
  name,
  kind: "image",
  build: (graph, input) => separableConv2d(graph, "layer", input, options),
  // Keras's pointwise kernel is one of 1 x 1 pixels.
  weights: ([depths, points, bias]) => [depths, { ...points, shape: points.shape.slice(2) }, bias],
});

testGoldenLayers("convolution2d", [
  plain("valid", { filters: 3, kernelSize: [3, 2], activation: "relu" }),
  plain("same", { filters: 2, kernelSize: 3, padding: "same", activation: "tanh" }),
  plain("same_strides", { filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
  plain("valid_strides", { filters: 2, kernelSize: 2, strides: [2, 1], useBias: false }),
  plain("dilated_same", { filters: 2, kernelSize: 3, dilationRate: 2, padding: "same" }),
  plain("dilated_valid", { filters: 2, kernelSize: [2, 3], dilationRate: [3, 2] }),
  transposed("valid", { filters: 3, kernelSize: 3, strides: 2 }),
  transposed("same", { filters: 2, kernelSize: 3, strides: [2, 3], padding: "same" }),
  transposed("wide", { filters: 2, kernelSize: 2, strides: 3, activation: "elu" }),
  depthwise("valid", { kernelSize: [2, 3], depthMultiplier: 2 }),
  depthwise("same_strides", { kernelSize: 3, strides: 2, padding: "same" }),
  depthwise("dilated", { kernelSize: 2, dilationRate: 2, depthMultiplier: 2, padding: "same" }),
  separable("separable", {
    filters: 3,
    kernelSize: 3,
    padding: "same",
    depthMultiplier: 2,
    activation: "relu",
  }),
  separable("separable_dilated", { filters: 2, kernelSize: 2, dilationRate: 2 }),
]);
