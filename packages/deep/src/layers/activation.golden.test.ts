import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import { activationLayer, activationNames } from "./activation.js";
import { prelu } from "./prelu.js";

const activations = activationNames.map(
  (name): GoldenCase => ({
    name,
    kind: "vector",
    build: (graph, input) => activationLayer(graph.owner, input, name),
  }),
);

testGoldenLayers("activations", [
  ...activations,
  { name: "prelu", kind: "vector", build: (graph, input) => prelu(graph, "layer", input) },
  {
    name: "preluSteps",
    kind: "steps",
    build: (graph, input) => prelu(graph, "layer", input),
    weights: (all) => all.map(({ values }) => ({ shape: [values.length], values })),
  },
]);
