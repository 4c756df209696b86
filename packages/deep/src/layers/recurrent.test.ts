import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { ScanOrder } from "../backend/kernels/scan-order.js";
import { selectBackend } from "../backend/select-backend.js";
import { engine, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { probeLayer } from "../testing/layer-probe.js";
import { held } from "../testing/padding.js";
import { testBackends } from "../testing/test-backends.js";
import { bidirectional } from "./bidirectional.js";
import { composedGru, gru, gruStates } from "./gru.js";
import { composedLstm, lstm, lstmStates } from "./lstm.js";
import { simpleRnn } from "./simple-rnn.js";
import { taken } from "../testing/taken.js";

const mask = (): Tensor => tensor([1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0], [3, 4]);
const orders: readonly (readonly [string, ScanOrder])[] = [
  ["last state", { sequences: false, backwards: false }],
  ["all states", { sequences: true, backwards: false }],
  ["last state, backwards", { sequences: false, backwards: true }],
  ["all states, backwards", { sequences: true, backwards: true }],
];
type States = (inputs: readonly Tensor[], mask: Tensor, order: ScanOrder) => Tensor;
interface Layer {
  readonly name: string;
  readonly shapes: number[][];
  readonly fused: States;
  readonly composed: States;
}
const layers: readonly Layer[] = [
  {
    name: "gru",
    shapes: [[4, 3, 6], [2, 6], [6], [6]],
    fused: ([x, kernel, inner, outer], real, order) => gruStates(x, kernel, [inner, outer], real, order),
    composed: ([x, kernel, inner, outer], real, order) => composedGru(x, kernel, [inner, outer], real, order),
  },
  {
    name: "lstm",
    shapes: [
      [4, 3, 8],
      [2, 8],
    ],
    fused: ([x, kernel], real, order) => lstmStates(x, kernel, real, order),
    composed: ([x, kernel], real, order) => composedLstm(x, kernel, real, order),
  },
];
const cases = layers.flatMap((layer) =>
  orders.map(([order, given]) => [`${layer.name}: ${order}`, layer, given] as const),
);

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const waves = (shapes: readonly (readonly number[])[]) =>
  shapes.map((shape, i) => ({ shape, values: [...wave(sizeOf(shape), i)] }));

describe.each(testBackends)("recurrent kernels on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(cases)("%s agrees with finite differences", async (_, { shapes, fused }, order) => {
    const error = await gradientError(shapes, (...inputs) => fused(inputs, mask(), order));
    expect(error).toBeLessThan(3e-3);
  });

  test.each(layers)("$name of one step agrees with finite differences", async ({ shapes, fused }) => {
    const short = [[1, 3, shapes[0][2]], ...shapes.slice(1)];
    for (const [, order] of orders) {
      const error = await gradientError(short, (...inputs) =>
        fused(inputs, tensor([1, 0, 1], [3, 1]), order),
      );
      expect(error).toBeLessThan(3e-3);
    }
  });

  test.each(cases)("%s agrees with ordinary operations, gradients too", async (_, layer, order) => {
    const before = held();
    const both = [layer.fused, layer.composed].map((states) =>
      tidy(() => {
        const inputs = waves(layer.shapes).map(({ shape, values }) => tensor(values, [...shape]));
        const real = mask();
        const loss = (): Tensor => {
          const out = states(inputs, real, order);
          return sum(mul(out, tensor(wave(out.size, 3), out.shape)));
        };
        const { value, grads } = engine().gradients(loss, inputs);
        return [value, ...grads];
      }),
    );
    const [fused, composed] = [await taken(both[0]), await taken(both[1])];
    fused.forEach((values, i) => assertClose(values, composed[i], { absolute: 1e-5 }));
    expect(held()).toEqual(before);
  });
});

type Build = (graph: Graph, input: Steps) => Node;
const built: readonly (readonly [string, Build])[] = [
  ["gru", (graph, input) => gru(graph, "a", input, { units: 2, returnSequences: true })],
  [
    "gru, reset before",
    (graph, input) => gru(graph, "a", input, { units: 2, returnSequences: true, resetAfter: false }),
  ],
  ["lstm", (graph, input) => lstm(graph, "a", input, { units: 2, returnSequences: true })],
  ["lstm, last state", (graph, input) => lstm(graph, "a", input, { units: 2 })],
  ["lstm, backwards", (graph, input) => lstm(graph, "a", input, { units: 2, goBackwards: true })],
  ["simple rnn", (graph, input) => simpleRnn(graph, "a", input, { units: 2, returnSequences: true })],
  [
    "bidirectional lstm",
    (graph, input) => bidirectional(graph, "a", input, { layer: "lstm", units: 2, returnSequences: true }),
  ],
  ["bidirectional gru", (graph, input) => bidirectional(graph, "a", input, { layer: "gru", units: 2 })],
];

describe.each(testBackends)("masks of recurrent layers on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(built)("padding changes nothing, and a row without steps gives zeros: %s", async (_, build) => {
    const graph = new Graph("shapes");
    const node = build(graph, {
      kind: "steps",
      width: 3,
      size: undefined,
      operation: { inputs: [], run: () => never() },
    });
    const weights = waves(graph.weights.map(({ shape }) => shape));
    // Two rows, of two and of no real steps, padded with rubbish.
    const run = async (steps: number) => {
      const values = Array.from({ length: 2 * steps * 3 }, (__, i) => {
        const [row, step] = [Math.floor(i / (steps * 3)), Math.floor(i / 3) % steps];
        return row === 0 && step < 2 ? wave(6)[step * 3 + (i % 3)] : 50 + i;
      });
      const real = Array.from({ length: 2 * steps }, (__, i) => (i < 2 ? 1 : 0));
      const input = { shape: [2, steps, 3], values };
      const outputs = node.kind === "steps" ? steps : 1;
      // Only the two real steps of the first row count.
      const probe = Array.from({ length: 2 * outputs * node.width }, (__, i) =>
        i < Math.min(outputs, 2) * node.width ? 1 + (i % 5) : 0,
      );
      return probeLayer(
        { kind: "steps", input, mask: { shape: [2, steps], values: real }, build, weights },
        probe,
      );
    };
    const [short, long] = [await run(2), await run(5)];
    const realNumbers = (node.kind === "steps" ? 2 : 1) * node.width;
    assertClose(long.output.slice(0, realNumbers), short.output.slice(0, realNumbers), { absolute: 1e-6 });
    expect(long.output.slice(long.output.length / 2).every((value) => value === 0)).toBe(true);
    assertClose(long.inputGradient.slice(0, 6), short.inputGradient.slice(0, 6), { absolute: 1e-5 });
    expect(long.inputGradient.slice(6).every((value) => value === 0)).toBe(true);
    long.weightGradients.forEach((gradient, i) =>
      assertClose(gradient, short.weightGradients[i], { absolute: 1e-5 }),
    );
  });
});

function never(): never {
  throw new Error("shapes only");
}

test("states of steps taken backwards come last step first, and so does their mask", async () => {
  await selectBackend("cpu");
  const graph = new Graph("test");
  const input = unnamed("steps", 2, [], (_, run) => ({ tensor: run.feed("x"), mask: run.feed("mask") }));
  const node = gru(graph, "a", input, { units: 1, goBackwards: true, returnSequences: true });
  const before = held();
  const mask = tidy(() => {
    const upload = ({ shape, values }: { shape: readonly number[]; values: number[] }): Tensor =>
      tensor(values, [...shape]);
    const feeds = new Map([
      ["x", upload(waves([[1, 3, 2]])[0])] as const,
      ["mask", tensor([1, 1, 0], [1, 3])] as const,
    ]);
    const values = waves(graph.weights.map(({ shape }) => shape)).map(upload);
    const weights = new Map(graph.weights.map(({ name }, i) => [name, values[i]]));
    return [...evaluate(node, { feeds, weights }).mask!.dataSync()] as never;
  });
  expect(mask).toEqual([0, 1, 1]);
  expect(held()).toEqual(before);
});

describe("options of recurrent layers", () => {
  const input = {
    kind: "steps",
    width: 3,
    size: undefined,
    operation: { inputs: [], run: () => never() },
  } as const;

  test("a forget gate's bias starts at 1, unless asked not to", () => {
    const bias = (unitForgetBias?: boolean): number[] => {
      const graph = new Graph("test");
      lstm(graph, "a", input, { units: 2, ...(unitForgetBias !== undefined && { unitForgetBias }) });
      const { shape, initializer } = graph.weights[2];
      return [...initializer(shape, undefined as never)];
    };
    expect(bias()).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(bias(true)).toEqual(bias());
    expect(bias(false)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("what there is none of is refused, saying what was received", () => {
    const both = (options: object) => () => bidirectional(new Graph("test"), "a", input, options as never);
    expect(both({ layer: "cnn", units: 2 })).toThrow(
      "test: layer 'a': layer must be one of 'gru', 'lstm', 'simpleRnn', received \"cnn\"",
    );
    expect(both({ layer: "gru", units: 2, mergeMode: "max" })).toThrow(
      "layer 'a': mergeMode must be one of 'concat', 'sum', 'mul', 'ave', received \"max\"",
    );
    expect(() => lstm(new Graph("test"), "a", input, { units: 0 })).toThrow(
      "layer 'a': every size of kernel must be a whole number >= 1, received 3 x 0",
    );
  });
});
