import { categoryUnits, columnBranches } from "./branches.js";
import type { NetworkDefinition } from "./define-network.js";
import type { NetworkBuilder } from "./network-builder.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Vector } from "./node.js";

/**
 * One branch a kind of input, joined in one multilayer perceptron: numbers as they are, categories by embedding, texts
 * by pooled token embeddings, sequences by a GRU; where settings say so, texts by convolutions or a transformer, sequences by
 * attention or a transformer, and images by convolutions.
 */
export const defaultNetwork: NetworkDefinition = {
  name: "default",
  build: (n, settings) => {
    const branches: Vector[] = [];
    if (n.inputs.numeric) branches.push(n.named("numeric", n.inputs.numeric));
    for (const [column, codes] of n.inputs.categorical) {
      const units = categoryUnits(codes.width, settings);
      branches.push(n.embedding(`categorical:${column}`, codes, { units }));
    }
    branches.push(...columnBranches(n, settings));
    const joined = n.named("joined", n.concat(branches));
    return n.dense("output", hiddenLayers(n, joined, settings), { units: n.outputs });
  },
};

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
