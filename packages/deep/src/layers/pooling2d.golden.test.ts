import type { Image, Node } from "../network/node.js";
import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import { crop2d, flatten, zeroPad2d } from "./image-shape.js";
import {
  averagePool2d,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  type Pool2dOptions,
} from "./pooling2d.js";
import { type Upsample2dOptions, upsample2d } from "./upsample2d.js";

const given = (name: string, build: (owner: string, input: Image) => Node): GoldenCase => ({
  name,
  kind: "image",
  build: (graph, input) => build(graph.owner, input),
});
const largest = (name: string, options?: Pool2dOptions): GoldenCase =>
  given(`maxPool_${name}`, (owner, input) => maxPool2d(owner, input, options));
const average = (name: string, options?: Pool2dOptions): GoldenCase =>
  given(`averagePool_${name}`, (owner, input) => averagePool2d(owner, input, options));
const enlarged = (name: string, options?: Upsample2dOptions): GoldenCase =>
  given(name, (owner, input) => upsample2d(owner, input, options));

testGoldenLayers("pooling2d", [
  largest("valid"),
  largest("same", { poolSize: [3, 2], strides: 2, padding: "same" }),
  largest("negative", { poolSize: 3, strides: 2, padding: "same" }),
  average("valid", { poolSize: [2, 3], strides: 1 }),
  average("same", { poolSize: 3, strides: 2, padding: "same" }),
  given("globalMaxPool", (_, input) => globalMaxPool2d(input)),
  given("globalAveragePool", (_, input) => globalAveragePool2d(input)),
  enlarged("nearest", { size: [2, 3] }),
  enlarged("bilinear", { size: [2, 3], interpolation: "bilinear" }),
  enlarged("bilinear_four", { size: 4, interpolation: "bilinear" }),
  given("zeroPad", (owner, input) =>
    zeroPad2d(owner, input, [
      [1, 0],
      [2, 1],
    ]),
  ),
  given("crop", (owner, input) =>
    crop2d(owner, input, [
      [1, 0],
      [0, 2],
    ]),
  ),
  given("flatten", (_, input) => flatten(input)),
]);
