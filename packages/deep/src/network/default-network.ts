import type { NetworkDefinition } from "./define-network.js";
import type { NetworkBuilder } from "./network-builder.js";
import type { SequenceInput } from "./network-inputs.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Steps, StepCodes, Vector } from "./node.js";
import { uniformInitializer } from "./initializer.js";

/**
 * One branch a kind of input, joined in one multilayer perceptron: numbers as they are, categories by embedding, texts
 * by pooled token embeddings, sequences by a GRU or attention.
 */
export const defaultNetwork: NetworkDefinition = {
  name: "default",
  build: (n, settings) => {
    const branches: Vector[] = [];
    if (n.inputs.numeric) branches.push(n.named("numeric", n.inputs.numeric));
    for (const [column, codes] of n.inputs.categorical) {
      const units = settings.categoricalUnits ?? embeddingUnits(codes.width);
      branches.push(n.embedding(`categorical:${column}`, codes, { units }));
    }
    for (const [column, tokens] of n.inputs.text)
      branches.push(textBranch(n, `text:${column}`, tokens, settings));
    for (const [column, steps] of n.inputs.sequence)
      branches.push(sequenceBranch(n, `sequence:${column}`, steps, settings));
    const joined = n.named("joined", n.concat(branches));
    return n.dense("output", hiddenLayers(n, joined, settings), { units: n.outputs });
  },
};

/** The rule of thumb of fastai for the units of a categorical embedding. */
function embeddingUnits(categories: number): number {
  return Math.min(50, Math.round(1.6 * categories ** 0.56));
}

function hiddenLayers(n: NetworkBuilder, input: Vector, settings: NetworkSettings): Vector {
  const { hiddenUnits, activation, dropout, normalization } = settings;
  return hiddenUnits.reduce((before, units, i) => {
    const name = i === hiddenUnits.length - 1 ? "embedding" : `hidden${i + 1}`;
    const layer = n.dense(name, before, { units, activation });
    const normal =
      normalization === "none"
        ? layer
        : normalization === "layer"
          ? n.layerNorm(`norm(${name})`, layer)
          : n.batchNorm(`norm(${name})`, layer);
    return dropout > 0 ? n.dropout(`dropout(${name})`, normal, { rate: dropout }) : normal;
  }, input);
}

function textBranch(n: NetworkBuilder, name: string, tokens: StepCodes, settings: NetworkSettings): Vector {
  const { textUnits, textEncoder, textFilters, textKernelSize } = settings;
  const initializer = uniformInitializer(1 / Math.sqrt(textUnits));
  const embedded = n.embedding(`embedding(${name})`, tokens, { units: textUnits, initializer });
  const steps =
    textEncoder === "pool"
      ? embedded
      : n.conv1d(`conv(${name})`, embedded, {
          filters: textFilters,
          kernelSize: textKernelSize,
          activation: "relu",
        });
  return n.named(name, n.concat([n.meanPool(steps), n.maxPool(steps)]));
}

function sequenceBranch(
  n: NetworkBuilder,
  name: string,
  input: SequenceInput,
  settings: NetworkSettings,
): Vector {
  const { sequenceEncoder, sequenceUnits } = settings;
  const parts: Steps[] = input.numeric ? [input.numeric] : [];
  for (const [field, codes] of input.fields) {
    const units = settings.categoricalUnits ?? embeddingUnits(codes.width);
    const initializer = uniformInitializer(1 / Math.sqrt(units));
    parts.push(n.embedding(`embedding(${name}, ${field})`, codes, { units, initializer }));
  }
  if (sequenceEncoder === "gru") return n.gru(name, n.concat(parts), { units: sequenceUnits });
  // Attention sees no order: the age of a step, and its neighbours through a convolution, tell it.
  parts.push(n.embedding(`age(${name})`, input.age, { units: 8 }));
  const local = n.conv1d(`conv(${name})`, n.concat(parts), { filters: sequenceUnits, activation: "relu" });
  return n.attentionPool(name, local, { units: sequenceUnits });
}
