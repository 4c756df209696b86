import { decodeArtifact, encodeArtifact, Registry } from "@strata-ml/core";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { defineNetwork } from "../network/define-network.js";
import type { NetworkBuilder } from "../network/network-builder.js";
import type { Steps, Vector } from "../network/node.js";
import { mixedData, orderOnly, rocAuc } from "../testing/example-data.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** The steps of a history of numbers and one category, side by side. */
function historySteps(n: NetworkBuilder, field: string): Steps {
  const { fields, numeric } = n.inputs.sequenceColumn("history");
  return n.concat([numeric!, n.embedding("field", fields.get(field)!, { units: 4 })]);
}

const recurrent = defineNetwork("recurrent", (n) => {
  const steps = historySteps(n, "event");
  const both = n.bidirectional("both", steps, { layer: "lstm", units: 6, returnSequences: true });
  const joined = n.concat([
    n.lstm("lstm", both, { units: 6 }),
    n.gru("gru", n.simpleRnn("simple", both, { units: 4, returnSequences: true }), {
      units: 4,
      resetAfter: false,
      goBackwards: true,
    }),
  ]);
  return n.dense("output", joined, { units: n.outputs });
});

const transformer = defineNetwork("transformer", (n) => {
  const steps = n.dense("in", historySteps(n, "event"), { units: 8 });
  const placed = n.positionalEmbedding("place", steps, { maxSteps: 12 });
  const block = n.transformerEncoder("block", placed, { heads: 2, hiddenUnits: 16, normFirst: true });
  const causal = n.multiHeadAttention("causal", block, { heads: 1, keyWidth: 4, causal: true });
  const joined = n.concat([
    n.lastStep(causal),
    n.meanPool(n.residual(block, (x) => n.glu("glu", x, { units: 8 }))),
  ]);
  return n.dense("output", joined, { units: n.outputs });
});

/** Every other layer once. */
const everything = defineNetwork("everything", (n) => {
  const tokens = n.featureTokenizer("tokens", {
    units: 8,
    numeric: n.inputs.numeric,
    categorical: [...n.inputs.categorical.values()],
  });
  const tabular = n.firstStep(n.transformerEncoder("tabular", tokens, { heads: 2, dropout: 0.1 }));
  const steps = n.sinusoidalPositions(historySteps(n, "channel"));
  const wide = n.activation(n.conv1d("conv", steps, { filters: 6, dilation: 2, padding: "causal" }), "mish");
  const short = n.maxPool1d(n.separableConv1d("separable", wide, { filters: 6 }), { padding: "same" });
  const long = n.conv1dTranspose("transposed", short, { filters: 6, strides: 2 });
  const text = n.embedding("words", n.inputs.textColumn("note"), { units: 6 });
  const deep = n.averagePool1d(
    n.spatialDropout("spatial", n.depthwiseConv1d("depthwise", text), { rate: 0.1 }),
    {
      padding: "same",
    },
  );
  const looked = n.add(
    n.attention(deep, { value: long }),
    n.additiveAttention("additive", deep, { value: long }),
  );
  const pools = [n.meanPool(n.upSampling1d(looked)), n.maxPool(long)] as const;
  const mixed = n.concat([
    n.subtract(...pools),
    n.multiply(...pools),
    n.average(...pools),
    n.maximum(...pools),
    n.minimum(...pools),
    n.dot(...pools, { normalize: true }),
    tabular,
  ]);
  const noisy = n.gaussianDropout("gaussian", n.gaussianNoise("noise", mixed, { stddev: 0.05 }), {
    rate: 0.05,
  });
  const gated = n.gatedResidual("gated", n.highway("highway", n.prelu("prelu", noisy)));
  return n.dense("output", gated, { units: n.outputs });
});

const networks = [recurrent, transformer, everything];
const settings = { epochs: 12, batchSize: 32, learningRate: 0.02, maxTokens: 64, seed: 3 };

describe("networks of these layers", () => {
  test.each(["recurrent", "transformer"])("%s learns an order that counts do not tell", async (network) => {
    const [train, later] = [orderOnly(600, 1), orderOnly(300, 2)];
    const model = await new NeuralClassifier({ ...settings, network }, { networks }).fit(train);
    const probabilities = await model.predictProba(later);
    expect(rocAuc(later.column("label", "numeric").values, probabilities.column(1))).toBeGreaterThan(0.9);
    expect(aliveTensors()).toBe(0);
  });

  test("of every other layer one learns, repeats by seed, and comes back from an artifact", async () => {
    const data = mixedData(300, 1);
    const slow = { ...settings, learningRate: 0.005, epochs: 20, patience: null };
    const fit = () => new NeuralClassifier({ ...slow, network: "everything" }, { networks }).fit(data);
    const [model, again] = [await fit(), await fit()];
    const probabilities = await model.predictProba(data);
    expect(rocAuc(data.column("label", "numeric").values, probabilities.column(1))).toBeGreaterThan(0.85);
    expect((await again.predictProba(data)).data).toEqual(probabilities.data);
    const registry = new Registry(deepCodecs({ networks }));
    const restored = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect((await restored.predictProba(data)).data).toEqual(probabilities.data);
    const alone = await model.predictProba(data.take(Int32Array.of(7)));
    expect(alone.data[1]).toBeCloseTo(probabilities.column(1)[7], 5);
    expect(aliveTensors()).toBe(0);
  });

  test("what a recurrent layer gives is typed", () => {
    const check = (n: NetworkBuilder, steps: Steps): void => {
      expectTypeOf(n.lstm("a", steps, { units: 2 })).toEqualTypeOf<Vector>();
      expectTypeOf(n.gru("b", steps, { units: 2, returnSequences: true })).toEqualTypeOf<Steps>();
      expectTypeOf(n.simpleRnn("c", steps, { units: 2, returnSequences: false })).toEqualTypeOf<Vector>();
      const both = n.bidirectional("d", steps, { layer: "gru", units: 2, returnSequences: true });
      expectTypeOf(both).toEqualTypeOf<Steps>();
    };
    // A last state has no steps to go over.
    expectTypeOf<Vector>().not.toExtend<Parameters<NetworkBuilder["lstm"]>[1]>();
    expect(check).toBeTypeOf("function");
  });
});
