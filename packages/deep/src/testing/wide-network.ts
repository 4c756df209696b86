import { type LabelledDataset, Random, tensor } from "@strata-ml/core";
import { defineNetwork } from "../network/define-network.js";
import { mixedData } from "./example-data.js";

/** {@link mixedData} with a picture of 6 x 5 pixels in two channels. */
export function wideData(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const pixels = Float64Array.from({ length: rows * 60 }, () => random.normal());
  return mixedData(rows, seed)
    .with({ picture: tensor(pixels, [6, 5, 2]) })
    .labelled("test");
}

/** A small network over every kind of column of {@link wideData}, with a layer of each family. */
export const wideNetwork = defineNetwork("wide", (n) => {
  const { numeric, age } = n.inputs.sequenceColumn("history");
  const steps = n.concat([numeric!, n.embedding("age", age, { units: 2 })]);
  const words = n.embedding("words", n.inputs.textColumn("note"), { units: 4 });
  const convolved = n.conv1d("conv1d", words, { filters: 4, activation: "relu" });
  const image = n.conv2d("conv2d", n.inputs.imageColumn("picture"), { filters: 3, kernelSize: 3 });
  const pooled = n.maxPool2d(n.activation(n.batchNorm("imageNorm", image), "relu"));
  const vectors = [
    n.inputs.numeric!,
    n.embedding("colour", n.inputs.categoricalColumn("colour"), { units: 2 }),
    n.gru("gru", steps, { units: 3 }),
    n.bidirectional("lstm", steps, { layer: "lstm", units: 2 }),
    n.attentionPool("pool", n.transformerEncoder("block", convolved, { heads: 2, dropout: 0.1 }), {
      units: 2,
    }),
    n.maxPool(n.separableConv1d("separable", words, { filters: 2 })),
    n.flatten(n.depthwiseConv2d("depthwise", pooled, { kernelSize: 2, padding: "same" })),
  ];
  const hidden = n.dense("hidden", n.concat(vectors), { units: 6, activation: "gelu" });
  const normal = n.layerNorm("norm", n.dropout("drop", n.batchNorm("batch", hidden), { rate: 0.2 }));
  return n.dense("output", n.named("embedding", n.gatedResidual("gated", normal)), { units: n.outputs });
});
