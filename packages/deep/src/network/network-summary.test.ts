import { fromColumns } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { mixedData } from "../testing/example-data.js";
import { readGolden } from "../testing/layer-probe.js";
import { discretization } from "../preprocessing/layers/discretization.js";
import { textVectorization } from "../preprocessing/layers/text-vectorization.js";
import { defineNetwork } from "./define-network.js";
import { Network } from "./network.js";
import type { NetworkBuilder } from "./network-builder.js";
import type { InputLayout } from "./network-inputs.js";
import { networkSettingsShape } from "./network-settings.js";
import { z } from "zod";
import type { Vector } from "./node.js";

interface Sizes {
  readonly numeric: number;
  readonly steps: number;
  readonly fields: number;
  readonly tokens: number;
  readonly vocabulary: number;
}
const golden = readGolden("parameter_counts") as Readonly<
  Record<
    string,
    { readonly inputs: Sizes; readonly classes: number; readonly trainable: number; readonly running: number }
  >
>;

function convolved(n: NetworkBuilder, units: number, filters: number): Vector {
  const tokens = n.embedding("tokens", n.inputs.textColumn("note"), { units });
  return n.maxPool(n.conv1d("conv", tokens, { filters, kernelSize: 5, activation: "relu" }));
}

/** As the benchmark has them. */
const plans: Readonly<Record<string, (n: NetworkBuilder) => Vector>> = {
  mlp: (n) => {
    let x = n.inputs.numeric!;
    for (const i of [1, 2]) {
      x = n.dense(`dense${i}`, x, { units: 256, activation: "relu" });
      x = n.dropout(`drop${i}`, n.batchNorm(`norm${i}`, x), { rate: 0.2 });
    }
    return x;
  },
  gru: (n) => n.gru("gru", n.inputs.sequenceColumn("history").numeric!, { units: 32 }),
  lstm: (n) => n.lstm("lstm", n.inputs.sequenceColumn("history").numeric!, { units: 32 }),
  conv: (n) => convolved(n, 32, 64),
  joint: (n) => {
    const history = n.gru("gru", n.inputs.sequenceColumn("history").numeric!, { units: 32 });
    const joined = n.concat([n.inputs.numeric!, history, convolved(n, 16, 32)]);
    return n.dense("hidden", joined, { units: 64, activation: "relu" });
  },
  transformer: (n) => {
    const tokens = n.embedding("tokens", n.inputs.textColumn("note"), { units: 64 });
    return n.meanPool(n.transformerEncoder("block", tokens, { heads: 4, hiddenUnits: 128 }));
  },
};

function built(
  name: string,
  { numeric, steps, fields, tokens, vocabulary }: Sizes,
  classes: number,
): Network {
  const layout: InputLayout = {
    numericWidth: numeric,
    categorical: new Map(),
    text: new Map(tokens > 0 ? [["note", vocabulary]] : []),
    sequence: new Map(
      steps > 0 ? [["history", { numericWidth: fields, fields: new Map(), maxLength: steps }]] : [],
    ),
  };
  const definition = defineNetwork(name, (n) => n.dense("output", plans[name](n), { units: n.outputs }));
  const settings = z.strictObject(networkSettingsShape).parse({});
  return Network.build(definition, layout, classes === 2 ? 1 : classes, settings);
}

describe("the summary of a network", () => {
  test.each(Object.entries(golden))(
    "of the benchmark's %s counts as many weights as Keras",
    (name, { inputs, classes, trainable, running }) => {
      const summary = built(name, inputs, classes).summary();
      expect(summary).toMatchObject({ trainable, running });
      const sum = (of: "trainable" | "running") =>
        summary.layers.map((layer) => layer[of]).reduce((a, b) => a + b, 0);
      expect([sum("trainable"), sum("running")]).toEqual([trainable, running]);
    },
  );

  test("is a table of layers, their shapes, weights and inputs", () => {
    const { inputs, classes } = golden.joint;
    expect(String(built("joint", inputs, classes).summary())).toBe(
      [
        "network 'joint'",
        "-".repeat(83),
        "layer               type       kind       output      weights  inputs",
        "-".repeat(83),
        "[numeric]                      vector     ? x 16",
        "[text:note]                    stepCodes  ? x ?",
        "[sequence:history]             steps      ? x ? x 8",
        "gru                 gru        vector     ? x 32        4,032  [sequence:history]",
        "tokens              embedding  steps      ? x ? x 16   80,000  [text:note]",
        "conv                conv1d     steps      ? x ? x 32    2,592  tokens",
        "hidden              dense      vector     ? x 64        5,184  [numeric], gru, conv",
        "output              dense      vector     ? x 1            65  hidden",
        "-".repeat(83),
        "91,873 trainable weights, 0 running statistics",
      ].join("\n"),
    );
  });

  test("gives weights of a block's parts to the parts, and running statistics apart", () => {
    const { inputs, classes } = golden.transformer;
    const layers = new Map(
      built("transformer", inputs, classes)
        .summary()
        .layers.map((layer) => [layer.name, layer]),
    );
    expect(layers.get("block.attention")).toMatchObject({
      trainable: 4 * 65 * 64,
      inputs: ["tokens"],
      type: "multiHeadAttention",
    });
    expect(layers.get("block")).toMatchObject({
      trainable: 0,
      inputs: ["block.outputNorm"],
      type: "transformerEncoder",
    });
    const norm = built("mlp", golden.mlp.inputs, 10)
      .summary()
      .layers.find(({ name }) => name === "norm1");
    expect(norm).toMatchObject({ trainable: 512, running: 512, shape: [null, 256], kind: "vector" });
  });

  test("is that of a fitted model, with every kind of input, and images", async () => {
    const model = await new NeuralClassifier({ epochs: 1 }).fit(mixedData(60, 1));
    const summary = model.summary();
    expect(summary.inputs.map(({ name }) => name)).toEqual([
      "[numeric]",
      "[categorical:colour]",
      "[text:note]",
      "[sequence:history]",
      "[sequence:history.channel]",
    ]);
    expect(summary.trainable + summary.running).toBe(model.fitted.weights.length);
    expect(summary.output).toEqual(["output"]);
    const pixels = Float64Array.from({ length: 8 * 12 }, (_, i) => Math.sin(i));
    const data = fromColumns(
      { picture: { kind: "tensor", values: pixels, shape: [4, 3] }, y: [1, 2, 3, 4, 5, 6, 7, 8] },
      { target: "y" },
    );
    const net = defineNetwork("pictures", (n) =>
      n.concat([n.dense("only", n.flatten(n.inputs.imageColumn("picture")), { units: n.outputs })]),
    );
    const regressor = new NeuralRegressor({ network: "pictures", epochs: 1 }, { networks: [net] });
    expect((await regressor.fit(data)).summary()).toMatchObject({
      inputs: [{ name: "[image:picture]", kind: "image", shape: [null, 4, 3, 1] }],
      layers: [{ name: "only", inputs: ["[image:picture]"], trainable: 13 }],
      output: ["only"],
    });
  });
});

test("columns through preprocessing layers are inputs by name", async () => {
  const binned = defineNetwork("binned", (n) => {
    const bin = n.inputs.numericColumn("amount", discretization({ numBins: 3 }));
    const note = n.inputs.textColumn("note", textVectorization({ outputMode: "count" }));
    const joined = n.concat([n.embedding("bins", bin, { units: 2 }), note]);
    return n.dense("output", joined, { units: n.outputs });
  });
  const estimator = new NeuralClassifier({ network: "binned", epochs: 1 }, { networks: [binned] });
  const { inputs, layers } = (await estimator.fit(mixedData(40, 1))).summary();
  expect(inputs.map(({ name }) => name)).toEqual([
    "[numeric:amount discretization]",
    "[text:note textVectorization]",
  ]);
  expect(layers.map((layer) => layer.inputs)).toEqual([
    ["[numeric:amount discretization]"],
    ["bins", "[text:note textVectorization]"],
  ]);
});
