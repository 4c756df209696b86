import { LEAF, type Tree } from "./tree.js";

/** The mean over trees of the values of a row's leaves, for one row at a time and without allocating. */
export function rowMeans(trees: readonly Tree[]): (x: Float64Array) => Float64Array {
  const { outputs } = trees[0];
  const out = new Float64Array(outputs);
  return (x) => {
    out.fill(0);
    for (const { nodes } of trees) {
      const { feature, threshold, left, right, missingLeft, value } = nodes;
      let node = 0;
      while (left[node] !== LEAF) {
        const here = x[feature[node]];
        const goesLeft = here <= threshold[node] || (here !== here && missingLeft[node] === 1);
        node = goesLeft ? left[node] : right[node];
      }
      for (let k = 0, at = node * outputs; k < outputs; k++, at++) out[k] += value[at];
    }
    for (let k = 0; k < outputs; k++) out[k] /= trees.length;
    return out;
  };
}
