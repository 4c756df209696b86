import { ArtifactError, Matrix, type StoredTensor, type TensorReader } from "@strata-ml/core";
import { checkTree, emptyNodes, Tree, type TreeNodes } from "../tree/tree.js";
import { RowWalker } from "./row-walker.js";

/** Trees that vote or are averaged, all over the same features and with the same outputs. */
export class Forest {
  constructor(readonly trees: readonly Tree[]) {}

  get outputs(): number {
    return this.trees[0].outputs;
  }

  /** Mean over the trees of each feature's share in the decrease of impurity; sums to 1 unless every tree is one leaf. */
  importances(features: number): Float64Array {
    const out = new Float64Array(features);
    for (const tree of this.trees) tree.importances(features).forEach((value, j) => (out[j] += value));
    const total = out.reduce((sum, value) => sum + value, 0);
    return total > 0 ? out.map((value) => value / total) : out;
  }

  /** Mean over the trees of the value of each row's leaf, rows x outputs. */
  means(x: Matrix): Matrix {
    const { outputs, trees } = this;
    const out = new Matrix(x.rows, outputs);
    const sums = out.data;
    const walker = new RowWalker(x);
    for (const tree of trees) {
      const { value } = tree.nodes;
      const leaves = walker.leaves(tree);
      for (let i = 0, at = 0; i < leaves.length; i++) {
        const from = leaves[i] * outputs;
        for (let k = 0; k < outputs; k++, at++) sums[at] += value[from + k];
      }
    }
    for (let k = 0; k < sums.length; k++) sums[k] /= trees.length;
    return out;
  }

  /** The leaf of each row in each tree, rows x trees. */
  apply(x: Matrix): Matrix {
    const out = new Matrix(x.rows, this.trees.length);
    const walker = new RowWalker(x);
    this.trees.forEach((tree, t) => {
      const leaves = walker.leaves(tree);
      for (let i = 0, at = t; i < leaves.length; i++, at += out.columns) out.data[at] = leaves[i];
    });
    return out;
  }

  /** The nodes of all trees after one another, and where each tree begins; children are numbered within their tree. */
  toTensors(): Record<string, StoredTensor["data"]> {
    const roots = new Int32Array(this.trees.length);
    let count = 0;
    this.trees.forEach((tree, t) => {
      roots[t] = count;
      count += tree.nodeCount;
    });
    const nodes = emptyNodes(count, this.outputs);
    this.trees.forEach((tree, t) => {
      for (const name of nodeArrays) nodes[name].set(tree.nodes[name], roots[t]);
      nodes.value.set(tree.nodes.value, roots[t] * this.outputs);
    });
    return { roots, ...nodes };
  }

  /** The forest of {@link toTensors}; throws {@link ArtifactError} for arrays that are no trees over `features` columns. */
  static fromTensors(owner: string, tensors: TensorReader, features: number, outputs: number): Forest {
    const roots = tensors.int32("roots");
    const count = tensors.int32("feature").length;
    const all: TreeNodes = {
      feature: tensors.int32("feature"),
      threshold: tensors.float64("threshold", count),
      left: tensors.int32("left", count),
      right: tensors.int32("right", count),
      missingLeft: tensors.uint8("missingLeft", count),
      value: tensors.float64("value", count * outputs),
      impurity: tensors.float64("impurity", count),
      weight: tensors.float64("weight", count),
      count: tensors.int32("count", count),
    };
    if (roots.length === 0 || roots[0] !== 0)
      throw new ArtifactError(owner, `a forest must begin with a tree at 0, received ${roots[0]}`);
    const trees = Array.from(roots, (start, t) => {
      const end = t + 1 < roots.length ? roots[t + 1] : count;
      if (!(end > start && end <= count))
        throw new ArtifactError(owner, `tree ${t} must end in ${start + 1}..${count}, received ${end}`);
      const nodes: TreeNodes = {
        feature: all.feature.slice(start, end),
        threshold: all.threshold.slice(start, end),
        left: all.left.slice(start, end),
        right: all.right.slice(start, end),
        missingLeft: all.missingLeft.slice(start, end),
        value: all.value.slice(start * outputs, end * outputs),
        impurity: all.impurity.slice(start, end),
        weight: all.weight.slice(start, end),
        count: all.count.slice(start, end),
      };
      checkTree(owner, nodes, 0, end - start, features);
      return new Tree(nodes, outputs);
    });
    return new Forest(trees);
  }
}

/** Every array of {@link TreeNodes} with one number a node. */
const nodeArrays = [
  "feature",
  "threshold",
  "left",
  "right",
  "missingLeft",
  "impurity",
  "weight",
  "count",
] as const;
