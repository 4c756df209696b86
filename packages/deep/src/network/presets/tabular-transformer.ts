import { columnBranches } from "../branches.js";
import type { NetworkDefinition } from "../define-network.js";
import type { Steps } from "../node.js";

/**
 * A transformer over features (FT-Transformer; Gorishniy and others 2021, but with relu and a first norm): each number and category is a token, and so is
 * the vector that the default network would make of a text, a history or an image. Blocks standardise before attention and
 * hidden layer; the class token after them, standardised and rectified, is the layer `embedding`. Where there is no number
 * and no category, it is the mean of all tokens.
 */
export const tabularTransformer: NetworkDefinition = {
  name: "tabularTransformer",
  build: (n, settings) => {
    const { transformerUnits: units, transformerHeads: heads, transformerBlocks: blocks, dropout } = settings;
    const { numeric, categorical } = n.inputs;
    const tokenized = numeric !== undefined || categorical.size > 0;
    const tokens: Steps[] = tokenized
      ? [n.featureTokenizer("tokens", { units, numeric, categorical: [...categorical.values()] })]
      : [];
    for (const [i, branch] of columnBranches(n, settings).entries())
      tokens.push(n.repeatVector(n.dense(`token${i + 1}`, branch, { units }), 1));
    const seen = Array.from({ length: blocks }, (_, i) => `block${i + 1}`).reduce(
      (before, name) =>
        n.transformerEncoder(name, before, { heads, hiddenUnits: 2 * units, dropout, normFirst: true }),
      n.concatSteps(tokens),
    );
    const row = n.layerNorm("norm", tokenized ? n.firstStep(seen) : n.meanPool(seen), { epsilon: 1e-5 });
    const embedding = n.named("embedding", n.activation(row, "relu"));
    return n.dense("output", embedding, { units: n.outputs });
  },
};
