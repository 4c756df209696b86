import { type GoldenCase, testGoldenLayers } from "../testing/golden-layers.js";
import type { Values } from "../testing/layer-probe.js";
import { bidirectional, type BidirectionalOptions } from "./bidirectional.js";
import { gru, type GruOptions } from "./gru.js";
import { lstm, type LstmOptions } from "./lstm.js";
import { simpleRnn, type SimpleRnnOptions } from "./simple-rnn.js";

/** Keras keeps both biases of a GRU in one weight of two rows. */
function splitBias(weights: readonly Values[]): Values[] {
  return weights.flatMap((weight, i) => {
    if (i % 3 !== 2) return [weight];
    const half = weight.values.length / 2;
    return [0, 1].map((row) => ({
      shape: [half],
      values: weight.values.slice(row * half, (row + 1) * half),
    }));
  });
}

type Options<T> = Omit<T, "units">;
const simple = (name: string, options: Options<SimpleRnnOptions> = {}): GoldenCase => ({
  name,
  kind: "steps",
  build: (graph, input) => simpleRnn(graph, "layer", input, { units: 2, ...options }),
});
const gated = (name: string, options: Options<GruOptions>, units = 2): GoldenCase => ({
  name,
  kind: "steps",
  build: (graph, input) => gru(graph, "layer", input, { units, ...options }),
  ...(options.resetAfter !== false && { weights: splitBias }),
});
const long = (name: string, options: Options<LstmOptions> = {}, units = 2): GoldenCase => ({
  name,
  kind: "steps",
  build: (graph, input) => lstm(graph, "layer", input, { units, ...options }),
});
const both = (name: string, options: BidirectionalOptions): GoldenCase => ({
  name,
  kind: "steps",
  build: (graph, input) => bidirectional(graph, "layer", input, options),
  ...(options.layer === "gru" && { weights: splitBias }),
});

const returnSequences = true;
const goBackwards = true;
testGoldenLayers("recurrent", [
  simple("simpleRnn"),
  simple("simpleRnnReluSequences", { activation: "relu", returnSequences }),
  gated("gruSequences", { returnSequences }),
  gated("gruBackwards", { goBackwards }),
  gated("gruBackwardsSequences", { goBackwards, returnSequences }),
  gated("gruResetBefore", { resetAfter: false }),
  gated("gruResetBeforeSequences", { resetAfter: false, returnSequences }),
  long("lstm"),
  long("lstmSequences", { returnSequences }),
  long("lstmBackwards", { goBackwards }),
  long("lstmBackwardsSequences", { goBackwards, returnSequences }),
  gated("gruWide", {}, 4),
  gated("gruWideBackwardsSequences", { goBackwards, returnSequences }, 8),
  long("lstmWide", {}, 4),
  long("lstmWideBackwardsSequences", { goBackwards, returnSequences }, 8),
  both("bidirectionalLstm", { layer: "lstm", units: 2, returnSequences }),
  both("bidirectionalGruSum", { layer: "gru", units: 2, mergeMode: "sum" }),
  both("bidirectionalGruMul", { layer: "gru", units: 2, mergeMode: "mul", returnSequences }),
  both("bidirectionalSimpleRnnAve", { layer: "simpleRnn", units: 2, mergeMode: "ave", returnSequences }),
]);
