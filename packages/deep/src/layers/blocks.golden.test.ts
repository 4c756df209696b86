import { slice } from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Node, Vector } from "../network/node.js";
import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import type { Values } from "../testing/layer-probe.js";
import { gatedResidual, glu, highway } from "./gated.js";
import * as join from "./join.js";
import { repeatVector } from "./repeat-vector.js";
import { transformerEncoder } from "./transformer-encoder.js";

/** Two units of a vector, from one on. */
function twoFrom(start: number, input: Vector): Vector {
  return unnamed("vector", 2, [input], ([{ tensor }]) => ({ tensor: slice(tensor, [0, start], [-1, 2]) }));
}

/** Keras keeps heads apart: kernels are in x heads x units, that of the output, the last one, heads x units x out. */
function mergeHeads(weights: readonly Values[]): Values[] {
  const kernels = weights.filter(({ shape }) => shape.length === 3);
  return weights.map((weight) => {
    const [first, second, third] = weight.shape;
    if (weight.shape.length === 3)
      return {
        ...weight,
        shape: weight === kernels.at(-1) ? [first * second, third] : [first, second * third],
      };
    const isBias = weight.shape.length === 2 && first === 2 && second === 2;
    return isBias ? { ...weight, shape: [4] } : weight;
  });
}

const joined = (name: string, build: (owner: string, a: Vector, b: Vector) => Node): GoldenCase => ({
  name,
  kind: "vector",
  build: (graph, input) => build(graph.owner, twoFrom(0, input), twoFrom(2, input)),
});

testGoldenLayers("blocks", [
  {
    name: "encoder",
    kind: "steps",
    build: (graph, input) => transformerEncoder(graph, "layer", input, { heads: 2, hiddenUnits: 5 }),
    weights: mergeHeads,
  },
  {
    name: "encoderNormFirst",
    kind: "steps",
    build: (graph, input) =>
      transformerEncoder(graph, "layer", input, {
        heads: 2,
        activation: "gelu",
        normFirst: true,
        causal: true,
      }),
    weights: mergeHeads,
  },
  { name: "glu", kind: "vector", build: (graph, input) => glu(graph, "layer", input, { units: 3 }) },
  {
    name: "swiglu",
    kind: "steps",
    build: (graph, input) => glu(graph, "layer", input, { units: 3, activation: "silu", useBias: false }),
  },
  {
    name: "highway",
    kind: "vector",
    build: (graph, input) => highway(graph, "layer", input, { activation: "tanh" }),
  },
  {
    name: "gatedResidual",
    kind: "vector",
    build: (graph, input) => gatedResidual(graph, "layer", input, { units: 3 }),
  },
  {
    name: "repeatVector",
    kind: "vector",
    build: (graph, input) => repeatVector(graph.owner, input, 3),
  },
  joined("add", (owner, a, b) => join.add(owner, [a, b])),
  joined("subtract", (owner, a, b) => join.subtract(owner, a, b)),
  joined("multiply", (owner, a, b) => join.multiply(owner, [a, b])),
  joined("average", (owner, a, b) => join.average(owner, [a, b])),
  joined("maximum", (owner, a, b) => join.maximum(owner, [a, b])),
  joined("minimum", (owner, a, b) => join.minimum(owner, [a, b])),
  joined("concat", (owner, a, b) => join.concatenate(owner, [a, b])),
  joined("dot", (owner, a, b) => join.dot(owner, a, b)),
  joined("cosine", (owner, a, b) => join.dot(owner, a, b, { normalize: true })),
]);
