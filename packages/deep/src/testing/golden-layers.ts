import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { memory } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node, NodeKind } from "../network/node.js";
import { probeLayer, readGolden, type Values } from "./layer-probe.js";
import { testBackends } from "./test-backends.js";

/** A layer as `golden/record.py` wrote it. */
interface GoldenLayer {
  readonly input: Values;
  readonly mask?: Values;
  readonly output: Values;
  readonly probe: Values;
  readonly weights: readonly Values[];
  readonly inputGradient?: Values;
  readonly weightGradients: readonly Values[];
  /** Weights that are not trained, before a training pass and after it. */
  readonly fixed?: readonly Values[];
  readonly moved?: readonly Values[];
  /** The output in prediction, where it is another one than in training. */
  readonly inference?: Values;
}

export interface GoldenCase {
  /** Its key in the golden file. */
  readonly name: string;
  readonly kind: NodeKind;
  readonly build: (graph: Graph, input: never) => Node;
  /** Keras's weights, or their gradients, in the order and shapes of ours. */
  readonly weights?: (all: readonly Values[]) => readonly Values[];
}

/** Tests that layers give Keras's outputs and gradients, within 1e-5 of the largest number of each, on every test backend. */
export function testGoldenLayers(file: string, cases: readonly GoldenCase[]): void {
  const golden = readGolden(file) as Readonly<Record<string, GoldenLayer>>;
  test(`${file}: every golden layer is compared`, () => {
    expect(cases.map(({ name }) => name).sort()).toEqual(
      Object.keys(golden)
        .filter((name) => "weightGradients" in golden[name])
        .sort(),
    );
  });
  describe.each(testBackends)("%s: layers against Keras 3", (backend) => {
    beforeAll(() => selectBackend(backend));
    test.each(cases.map((given) => [given.name, given] as const))("%s", (_, given) =>
      compare(given, golden[given.name]),
    );
  });
}

async function compare({ kind, build, weights = (all) => all }: GoldenCase, golden: GoldenLayer) {
  const {
    input,
    output,
    probe,
    inputGradient,
    mask = allReal(input.shape),
    fixed,
    moved,
    inference,
  } = golden;
  const layer = { kind, input, mask, build };
  const own = weights(golden.weights);
  const before = memory().numTensors;
  const pass = { ...layer, weights: [...own, ...(fixed ?? [])], training: fixed !== undefined };
  const actual = await probeLayer(pass, probe.values);
  expect(memory().numTensors).toBe(before);
  close(actual.output, output, "output");
  if (inputGradient) close(actual.inputGradient, inputGradient, "input gradient");
  const expected = weights(golden.weightGradients);
  expect(actual.weightGradients).toHaveLength(expected.length);
  expected.forEach((gradient, i) => close(actual.weightGradients[i], gradient, `gradient of weight ${i}`));
  if (moved === undefined || inference === undefined) return;
  [...actual.updates.values()].forEach((values, i) => close(values, moved[i], `moved weight ${i}`));
  expect(actual.updates.size).toBe(moved.length);
  const later = await probeLayer({ ...layer, weights: [...own, ...moved] }, probe.values);
  close(later.output, inference, "inference");
}

/** Within 1e-5 of the largest number: what float32 can keep of sums whose order is another. */
function close(actual: Float32Array, { values }: Values, label: string): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  assertClose(actual, values, { absolute: 1e-5 * largest, label });
}

/** A mask of steps that are all real, of the same shape for every kind. */
function allReal(shape: readonly number[]): Values {
  const [rows, steps = 1] = shape;
  return { shape: [rows, steps], values: Array.from({ length: rows * steps }, () => 1) };
}
