import { testGoldenLayers } from "../testing/golden-layers.js";
import { batchNorm } from "./batch-norm.js";
import { groupNorm } from "./group-norm.js";
import { layerNorm } from "./layer-norm.js";
import { rmsNorm } from "./rms-norm.js";
import { unitNorm } from "./unit-norm.js";

testGoldenLayers("norms", [
  {
    name: "batchNorm_image",
    kind: "image",
    build: (graph, input) => batchNorm(graph, "layer", input, { momentum: 0.9, epsilon: 1e-5 }),
  },
  { name: "batchNorm_steps", kind: "steps", build: (graph, input) => batchNorm(graph, "layer", input) },
  {
    name: "batchNorm_masked",
    kind: "steps",
    build: (graph, input) => batchNorm(graph, "layer", input, { momentum: 0.5 }),
  },
  {
    name: "layerNorm_vector",
    kind: "vector",
    build: (graph, input) => layerNorm(graph, "layer", input, { epsilon: 1e-6 }),
  },
  { name: "layerNorm_image", kind: "image", build: (graph, input) => layerNorm(graph, "layer", input) },
  {
    name: "groupNorm_vector",
    kind: "vector",
    build: (graph, input) => groupNorm(graph, "layer", input, { groups: 3 }),
  },
  {
    name: "groupNorm_steps",
    kind: "steps",
    build: (graph, input) => groupNorm(graph, "layer", input, { groups: 2 }),
  },
  {
    name: "groupNorm_image",
    kind: "image",
    build: (graph, input) => groupNorm(graph, "layer", input, { groups: 2, epsilon: 1e-5 }),
  },
  {
    name: "groupNorm_instance",
    kind: "image",
    build: (graph, input) => groupNorm(graph, "layer", input, { groups: 4 }),
  },
  {
    name: "groupNorm_whole",
    kind: "image",
    build: (graph, input) => groupNorm(graph, "layer", input, { groups: 1 }),
  },
  { name: "rmsNorm_vector", kind: "vector", build: (graph, input) => rmsNorm(graph, "layer", input) },
  {
    name: "rmsNorm_steps",
    kind: "steps",
    build: (graph, input) => rmsNorm(graph, "layer", input, { epsilon: 0.1 }),
  },
  { name: "rmsNorm_image", kind: "image", build: (graph, input) => rmsNorm(graph, "layer", input) },
  { name: "unitNorm_vector", kind: "vector", build: (_, input) => unitNorm(input) },
  { name: "unitNorm_steps", kind: "steps", build: (_, input) => unitNorm(input) },
  { name: "unitNorm_image", kind: "image", build: (_, input) => unitNorm(input) },
]);
