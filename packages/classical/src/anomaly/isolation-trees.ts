import { ArtifactError, type StoredTensor, type TensorReader } from "@strata-ml/core";
import { checkTree, LEAF } from "../tree/tree.js";

/** The arrays of {@link IsolationTrees}: one entry a node, all trees after one another. */
export interface IsolationNodes {
  /** First node of each tree. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  /** A number goes left where it is <= this. */
  readonly threshold: Float64Array;
  /** Left child, in the numbers of all trees; {@link LEAF} at a leaf. The right one follows it. */
  readonly left: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Rows that the tree was grown on. */
  readonly count: Int32Array;
}

/** Euler's constant. */
const gamma = 0.577_215_664_901_532_9;

/**
 * Mean path length of an unsuccessful search in a binary search tree of so many rows: what a tree would still need to isolate
 * them (Liu and others 2008, equation 1).
 */
export function averagePathLength(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + gamma) - (2 * (rows - 1)) / rows;
}

/** Deepest level of the trees of so many rows: about the depth at which half of them are isolated. */
export function mostDepth(rows: number): number {
  return Math.ceil(Math.log2(Math.max(rows, 2)));
}

/** The trees of an isolation forest. */
export class IsolationTrees {
  /** Edges from a root to the deepest leaf. */
  readonly depth: number;

  constructor(
    readonly nodes: IsolationNodes,
    /** Rows that each tree drew. */
    readonly rowsPerTree: number,
  ) {
    this.depth = depthOf(nodes);
  }

  get treeCount(): number {
    return this.nodes.roots.length;
  }

  /** The path length that is usual for the rows of a tree. */
  get usualLength(): number {
    return averagePathLength(this.rowsPerTree);
  }

  /**
   * By how much the path of each row exceeds the usual one: the edges to its leaf, and what the leaf's rows would still need.
   * `x` is row-major.
   */
  excessLengths(tree: number, x: Float64Array, features: number): Float64Array {
    const { roots, feature, threshold, left, missingLeft, count } = this.nodes;
    return new Float64Array(x.length / features).map((_, row) => {
      let node = roots[tree];
      let depth = 0;
      for (; left[node] !== LEAF; depth++) {
        const value = x[row * features + feature[node]];
        const isLeft = Number.isNaN(value) ? missingLeft[node] === 1 : value <= threshold[node];
        node = left[node] + (isLeft ? 0 : 1);
      }
      return depth + averagePathLength(count[node]) - this.usualLength;
    });
  }

  /**
   * Turns sums of excess lengths over all trees into scores, in place: -2^(-mean path length / usual one). So written, rows
   * whose paths are just the usual ones score -0.5 and not a bit less.
   */
  toScores(sums: Float64Array): Float64Array {
    const { usualLength, treeCount } = this;
    const rate = usualLength === 0 ? 0 : Math.LN2 / (treeCount * usualLength);
    for (let i = 0; i < sums.length; i++) sums[i] = -0.5 * Math.exp(-rate * sums[i]);
    return sums;
  }

  toTensors(): Record<string, StoredTensor["data"]> {
    return { ...this.nodes };
  }

  /** The trees of {@link toTensors}; throws {@link ArtifactError} for arrays that are no such trees over `features` columns. */
  static fromTensors(
    owner: string,
    tensors: TensorReader,
    features: number,
    trees: number,
    rowsPerTree: number,
  ): IsolationTrees {
    const roots = tensors.int32("roots", trees);
    const feature = tensors.int32("feature");
    const total = feature.length;
    const nodes: IsolationNodes = {
      roots,
      feature,
      threshold: tensors.float64("threshold", total),
      left: tensors.int32("left", total),
      missingLeft: tensors.uint8("missingLeft", total),
      count: tensors.int32("count", total),
    };
    if (roots[0] !== 0)
      throw new ArtifactError(owner, `the first tree must begin at 0, received ${roots[0]}`);
    const right = nodes.left.map((child) => (child === LEAF ? LEAF : child + 1));
    roots.forEach((root, tree) => {
      checkTree(owner, { ...nodes, right }, root, roots[tree + 1] ?? total, features);
      const rows = nodes.count[root];
      if (!(rows >= 1 && rows <= rowsPerTree))
        throw new ArtifactError(
          owner,
          `a tree must have 1..${rowsPerTree} rows at its root, received ${rows}`,
        );
    });
    const depth = depthOf(nodes);
    if (depth > mostDepth(rowsPerTree))
      throw new ArtifactError(
        owner,
        `a tree must have at most ${mostDepth(rowsPerTree)} levels below its root, received ${depth}`,
      );
    return new IsolationTrees(nodes, rowsPerTree);
  }
}

function depthOf({ left }: IsolationNodes): number {
  const depth = new Int32Array(left.length);
  let most = 0;
  for (let node = 0; node < left.length; node++) {
    if (left[node] === LEAF) continue;
    depth[left[node]] = depth[node] + 1;
    depth[left[node] + 1] = depth[node] + 1;
    most = Math.max(most, depth[node] + 1);
  }
  return most;
}
