import { ArtifactError, Matrix, type StoredTensor, type TensorReader } from "@strata-ml/core";

/** `feature` and children of a leaf. */
export const LEAF = -1;

/** The arrays of a {@link Tree}, one entry a node. */
export interface TreeNodes {
  /** Column of the feature matrix that is tested; {@link LEAF} at a leaf. */
  readonly feature: Int32Array;
  /** A row goes left where its value is <= this. */
  readonly threshold: Float64Array;
  /** Node of the left child; {@link LEAF} at a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Nodes x outputs: class shares of a classifier, the mean of a regressor. */
  readonly value: Float64Array;
  readonly impurity: Float64Array;
  /** Sum of the sample weights. */
  readonly weight: Float64Array;
  /** Number of training rows. */
  readonly count: Int32Array;
}

/** Arrays for so many nodes, all of them leaves. */
export function emptyNodes(count: number, outputs: number): TreeNodes {
  return {
    feature: new Int32Array(count).fill(LEAF),
    threshold: new Float64Array(count),
    left: new Int32Array(count).fill(LEAF),
    right: new Int32Array(count).fill(LEAF),
    missingLeft: new Uint8Array(count),
    value: new Float64Array(count * outputs),
    impurity: new Float64Array(count),
    weight: new Float64Array(count),
    count: new Int32Array(count),
  };
}

/** A binary decision tree in flat arrays: node 0 is the root, and children have higher numbers than their parent. */
export class Tree {
  constructor(
    readonly nodes: TreeNodes,
    /** Numbers in a node's value. */
    readonly outputs: number,
  ) {}

  get nodeCount(): number {
    return this.nodes.feature.length;
  }

  get leafCount(): number {
    return (this.nodeCount + 1) / 2;
  }

  /** Edges from the root to the deepest leaf. */
  get depth(): number {
    const { left, right } = this.nodes;
    const depth = new Int32Array(left.length);
    let deepest = 0;
    for (let node = 0; node < left.length; node++) {
      if (left[node] === LEAF) continue;
      depth[left[node]] = depth[node] + 1;
      depth[right[node]] = depth[node] + 1;
      deepest = Math.max(deepest, depth[node] + 1);
    }
    return deepest;
  }

  /** The leaf of each row of a feature matrix. */
  apply(x: Matrix): Int32Array {
    const { feature, threshold, left, right, missingLeft } = this.nodes;
    const { data, columns } = x;
    const leaves = new Int32Array(x.rows);
    for (let i = 0, base = 0; i < leaves.length; i++, base += columns) {
      let node = 0;
      while (left[node] !== LEAF) {
        const value = data[base + feature[node]];
        const goesLeft = value <= threshold[node] || (value !== value && missingLeft[node] === 1);
        node = goesLeft ? left[node] : right[node];
      }
      leaves[i] = node;
    }
    return leaves;
  }

  /** The value of each row's leaf, rows x outputs. */
  values(x: Matrix): Matrix {
    const out = new Matrix(x.rows, this.outputs);
    this.addValues(x, out.data);
    return out;
  }

  /** Adds each row's value to `out` (rows x outputs, row-major). */
  addValues(x: Matrix, out: Float64Array): void {
    const { outputs } = this;
    const { value } = this.nodes;
    const leaves = this.apply(x);
    for (let i = 0, at = 0; i < leaves.length; i++) {
      const from = leaves[i] * outputs;
      for (let k = 0; k < outputs; k++, at++) out[at] += value[from + k];
    }
  }

  /** Share of each feature in the total weighted decrease of impurity; all zero for a lone leaf. */
  importances(features: number): Float64Array {
    const { feature, left, right, impurity, weight } = this.nodes;
    const out = new Float64Array(features);
    let total = 0;
    for (let node = 0; node < feature.length; node++) {
      if (left[node] === LEAF) continue;
      const [l, r] = [left[node], right[node]];
      const decrease = weight[node] * impurity[node] - weight[l] * impurity[l] - weight[r] * impurity[r];
      out[feature[node]] += decrease;
      total += decrease;
    }
    return total > 0 ? out.map((value) => value / total) : out;
  }

  /** The arrays as an artifact carries them. */
  toTensors(): Record<string, StoredTensor["data"]> {
    return { ...this.nodes };
  }

  /** The tree of {@link toTensors}; throws {@link ArtifactError} for arrays that are no tree over `features` columns. */
  static fromTensors(owner: string, tensors: TensorReader, features: number, outputs: number): Tree {
    const feature = tensors.int32("feature");
    const count = feature.length;
    const nodes: TreeNodes = {
      feature,
      threshold: tensors.float64("threshold", count),
      left: tensors.int32("left", count),
      right: tensors.int32("right", count),
      missingLeft: tensors.uint8("missingLeft", count),
      value: tensors.float64("value", count * outputs),
      impurity: tensors.float64("impurity", count),
      weight: tensors.float64("weight", count),
      count: tensors.int32("count", count),
    };
    checkTree(owner, nodes, 0, count, features);
    return new Tree(nodes, outputs);
  }
}

/**
 * Throws {@link ArtifactError} unless nodes `start` to `end` form one binary tree: every child has exactly one parent,
 * which comes before it, and every tested feature exists. So a walk from the root ends.
 */
export function checkTree(
  owner: string,
  { feature, left, right }: Pick<TreeNodes, "feature" | "left" | "right">,
  start: number,
  end: number,
  features: number,
): void {
  const fail = (node: number, what: string): never => {
    throw new ArtifactError(owner, `tree node ${node} must have ${what}`);
  };
  if (!(end > start)) throw new ArtifactError(owner, `a tree must have nodes, received ${end - start}`);
  const parents = new Uint8Array(end - start);
  for (let node = start; node < end; node++) {
    if (left[node] === LEAF && right[node] === LEAF && feature[node] === LEAF) continue;
    if (feature[node] < 0 || feature[node] >= features)
      fail(node, `a feature in 0..${features - 1}, received ${feature[node]}`);
    for (const child of [left[node], right[node]]) {
      if (child <= node || child >= end) fail(node, `children in ${node + 1}..${end - 1}, received ${child}`);
      if (parents[child - start]++ > 0) fail(child, "one parent, received two");
    }
  }
  const orphan = parents.findIndex((count, at) => at > 0 && count === 0);
  if (orphan > 0) fail(start + orphan, "a parent, received none");
}
