import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { memory } from "../backend/tensors.js";
import { defineNetwork } from "../network/define-network.js";
import { feedKey, maskKey } from "../network/feed-key.js";
import { Network } from "../network/network.js";
import type { NetworkBuilder } from "../network/network-builder.js";
import type { InputLayout } from "../network/network-inputs.js";
import type { NetworkSettings } from "../network/network-settings.js";
import type { Steps, Vector } from "../network/node.js";
import type { Feeds } from "../preprocessing/feed.js";
import { readGolden } from "../testing/layer-probe.js";
import { testBackends } from "../testing/test-backends.js";
import { classLoss } from "./losses/class-loss.js";
import { regressionLoss } from "./losses/regression-loss.js";
import { type OptimizerSettings, optimizerSettings } from "./optimizers/optimizer-settings.js";
import { type Batch, type StepSettings, trainStep } from "./train-step.js";
import { disposeState, readWeights, startState } from "./training-state.js";

type Weights = Readonly<Record<string, readonly number[]>>;
interface ThreeSteps {
  readonly losses: readonly number[];
  readonly weights: Weights;
}
interface GoldenNetwork {
  readonly shape: readonly number[];
  readonly loss: keyof typeof losses;
  readonly epsilon: number;
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly start: Weights;
  readonly sgd: ThreeSteps;
  readonly adam: ThreeSteps;
}
const golden = readGolden("steps") as {
  readonly mask: readonly number[];
  readonly rowWeights: readonly number[];
  readonly networks: Readonly<Record<string, GoldenNetwork>>;
};

const losses = {
  crossEntropy: [3, classLoss("test", "crossEntropy", 3)],
  binary: [1, classLoss("test", "crossEntropy", 2)],
  squaredError: [2, regressionLoss("test", "squaredError")],
  huber: [2, regressionLoss("test", "huber")],
} as const;

const numeric = (n: NetworkBuilder): Vector => n.inputs.numeric!;
const sequence = (n: NetworkBuilder): Steps => n.inputs.sequenceColumn("x").numeric!;

interface Case {
  readonly kind: "numeric" | "sequence" | "image" | "text";
  /** Whether rows have as many steps as the golden mask says, and not all of them. */
  readonly ragged?: true;
  readonly body: (n: NetworkBuilder) => Vector;
}

/** The networks of `make_steps.py`, without the dense layer that ends each. */
const cases: Readonly<Record<string, Case>> = {
  denseNorm: {
    kind: "numeric",
    body: (n) => {
      const first = n.dense("in", numeric(n), { units: 4, activation: "tanh" });
      return n.prelu("slope", n.dense("hidden", n.batchNorm("norm", first, { momentum: 0.9 }), { units: 4 }));
    },
  },
  norms: {
    kind: "numeric",
    body: (n) => {
      const first = n.layerNorm("layer", n.dense("in", numeric(n), { units: 4 }));
      const second = n.dense("second", first, { units: 6, activation: "silu" });
      return n.rmsNorm("rms", n.groupNorm("group", second, { groups: 2 }));
    },
  },
  conv1d: {
    kind: "sequence",
    body: (n) => {
      const same = n.conv1d("same", sequence(n), { filters: 3, kernelSize: 3, activation: "relu" });
      const causal = n.conv1d("causal", n.batchNorm("norm", same, { momentum: 0.5 }), {
        filters: 3,
        kernelSize: 2,
        padding: "causal",
        dilation: 2,
        activation: "tanh",
      });
      return n.maxPool(n.maxPool1d(n.conv1dTranspose("back", causal, { filters: 2, strides: 2 })));
    },
  },
  separable1d: {
    kind: "sequence",
    body: (n) => {
      const depth = n.depthwiseConv1d("depth", sequence(n), { depthMultiplier: 2 });
      const mixed = n.separableConv1d("separable", depth, { filters: 3, activation: "gelu" });
      return n.meanPool(n.averagePool1d(mixed, { strides: 1 }));
    },
  },
  conv2d: {
    kind: "image",
    body: (n) => {
      const options = { filters: 3, kernelSize: 3, padding: "same", useBias: false } as const;
      const first = n.conv2d("first", n.inputs.imageColumn("x", { scaling: "none" }), options);
      const pooled = n.maxPool2d(n.activation(n.batchNorm("norm", first), "relu"));
      return n.flatten(n.conv2d("second", pooled, { filters: 2, kernelSize: 2, activation: "tanh" }));
    },
  },
  separable2d: {
    kind: "image",
    body: (n) => {
      const image = n.inputs.imageColumn("x", { scaling: "none" });
      const depth = n.depthwiseConv2d("depth", image, { kernelSize: 3, padding: "same", activation: "elu" });
      const options = { filters: 3, kernelSize: 2, padding: "same", depthMultiplier: 2 } as const;
      const pooled = n.averagePool2d(n.separableConv2d("separable", depth, options));
      const back = { filters: 2, kernelSize: 2, strides: 2, activation: "relu" } as const;
      return n.globalAveragePool2d(n.conv2dTranspose("back", pooled, back));
    },
  },
  gru: {
    kind: "sequence",
    ragged: true,
    body: (n) => {
      const first = n.gru("first", sequence(n), { units: 3, returnSequences: true });
      return n.gru("second", first, { units: 2, resetAfter: false });
    },
  },
  lstm: {
    kind: "sequence",
    ragged: true,
    body: (n) => {
      const first = n.lstm("first", sequence(n), { units: 3, returnSequences: true });
      return n.lstm("second", first, { units: 2, goBackwards: true });
    },
  },
  bidirectional: {
    kind: "sequence",
    ragged: true,
    body: (n) => {
      const shape = { units: 2, returnSequences: true } as const;
      const both = n.bidirectional("both", sequence(n), { layer: "lstm", ...shape });
      const summed = n.bidirectional("gru", both, { layer: "gru", mergeMode: "sum", ...shape });
      return n.simpleRnn("last", summed, { units: 2 });
    },
  },
  embedding: {
    kind: "text",
    ragged: true,
    body: (n) => n.meanPool(n.embedding("tokens", n.inputs.textColumn("x"), { units: 3 })),
  },
  attention: {
    kind: "sequence",
    ragged: true,
    body: (n) => {
      const looked = n.multiHeadAttention("heads", sequence(n), { heads: 2, keyWidth: 2 });
      return n.meanPool(n.additiveAttention("added", looked));
    },
  },
  encoder: {
    kind: "sequence",
    ragged: true,
    body: (n) => n.meanPool(n.transformerEncoder("block", sequence(n), { heads: 2, hiddenUnits: 5 })),
  },
  gated: {
    kind: "numeric",
    body: (n) =>
      n.gatedResidual("residual", n.highway("highway", n.glu("glu", numeric(n), { units: 4 })), { units: 3 }),
  },
  tokens: {
    kind: "numeric",
    body: (n) => {
      const tokens = n.featureTokenizer("tokens", { units: 4, numeric: numeric(n) });
      const placed = n.positionalEmbedding("places", tokens, { maxSteps: 6 });
      return n.attentionPool("pool", placed, { units: 3, heads: 2 });
    },
  },
};

/** An input of such shape, named x where it is a column. */
function layoutOf(kind: Case["kind"], shape: readonly number[]): InputLayout {
  const width = shape.at(-1)!;
  const size = { rows: shape[1], columns: shape[2] };
  return {
    numericWidth: kind === "numeric" ? width : 0,
    categorical: new Map(),
    text: new Map(kind === "text" ? [["x", 7]] : []),
    sequence: new Map(
      kind === "sequence" ? [["x", { numericWidth: width, fields: new Map(), maxLength: shape[1] }]] : [],
    ),
    image: new Map(kind === "image" ? [["x", { size, channels: width }]] : []),
  };
}

function batchesOf({ kind, ragged }: Case, { shape, inputs, targets }: GoldenNetwork): Batch[] {
  const keys = {
    numeric: feedKey("numeric"),
    sequence: feedKey("sequence", "x", "numeric"),
    image: feedKey("image", "x"),
    text: feedKey("text", "x"),
  };
  return inputs.map((input, i) => {
    const data = kind === "text" ? Int32Array.from(input) : Float32Array.from(input);
    const feeds: Feeds = new Map([[keys[kind], { data, shape: [...shape] }]]);
    if (kind === "text" || kind === "sequence") {
      const mask = Float32Array.from(golden.mask, (real) => (ragged ? real : 1));
      feeds.set(maskKey(kind, "x"), { data: mask, shape: shape.slice(0, 2) });
    }
    return {
      feeds,
      targets: Float32Array.from(targets[i]),
      weights: Float32Array.from(golden.rowWeights),
    };
  });
}

/** The losses of three steps, and the weights after them by name. */
async function threeSteps(name: string, optimizer: OptimizerSettings, learningRate: number) {
  const network = golden.networks[name];
  const [outputs, loss] = losses[network.loss];
  const definition = defineNetwork(name, (n) => n.dense("out", cases[name].body(n), { units: n.outputs }));
  const layout = layoutOf(cases[name].kind, network.shape);
  const built = Network.build(definition, layout, outputs, {} as NetworkSettings);
  const start = new Float32Array(built.layout.size);
  for (const { name: weight, offset, size } of built.layout.weights) {
    expect(network.start[weight], weight).toHaveLength(size);
    start.set(network.start[weight], offset);
  }
  const offset = new Float32Array(outputs);
  const settings: StepSettings = {
    optimizer,
    weightDecay: 0,
    loss,
    clipNorm: null,
    clipValue: null,
    offset,
  };
  const before = memory().numTensors;
  let state = startState(built.layout, start, optimizer);
  const held: number[] = [];
  for (const batch of batchesOf(cases[name], network)) {
    const inputs = { batches: [batch], learningRate, random: () => new Random(1) };
    const next = trainStep(built, settings, state, inputs);
    disposeState(state, next.state);
    state = next.state;
    held.push((await next.loss.data())[0]);
    next.loss.dispose();
  }
  const weights = built.layout.views(await readWeights(built.layout, state));
  disposeState(state);
  expect(memory().numTensors).toBe(before);
  return { losses: held, weights };
}

/** Within 1e-5 of the largest number. */
function close(actual: ArrayLike<number>, expected: readonly number[], label: string): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  assertClose(actual, expected, { absolute: 1e-5 * largest, label });
}

function compare(actual: Awaited<ReturnType<typeof threeSteps>>, expected: ThreeSteps): void {
  close(actual.losses, expected.losses, "losses");
  expect([...actual.weights.keys()].sort()).toEqual(Object.keys(expected.weights).sort());
  for (const [weight, values] of actual.weights) close(values, expected.weights[weight], weight);
}

test("every golden network is trained", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(golden.networks));
});

describe.each(testBackends)("three steps against Keras 3 on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test.each(Object.keys(cases))("%s by SGD", async (name) => {
    compare(await threeSteps(name, optimizerSettings("sgd"), 0.1), golden.networks[name].sgd);
  });

  test.each(Object.keys(cases))("%s by Adam", async (name) => {
    const { epsilon, adam } = golden.networks[name];
    compare(
      await threeSteps(name, { ...optimizerSettings("adam"), epsilon } as OptimizerSettings, 0.01),
      adam,
    );
  });
});
