import { ArtifactError, type StoredTensor, type TensorReader } from "@strata-ml/core";
import { checkTree, LEAF } from "../tree/tree.js";

/** The arrays of {@link BoostedTrees}: one entry a node, all trees after one another. */
export interface BoostedNodes {
  /** First node of each tree. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  /** A number goes left where it is <= this; infinity sends all but missing values left. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  /** Of a leaf: what it adds to the raw score, the learning rate included. */
  readonly value: Float64Array;
  /** Of an inner node: the decrease of the loss. */
  readonly gain: Float64Array;
  /** Training rows. */
  readonly count: Int32Array;
  /** Of a categorical split: where its set of left bins begins in `bitsets`; elsewhere -1. */
  readonly bitsetAt: Int32Array;
  readonly bitsets: Uint32Array;
}

/** Rows that pass through one tree before the next, so that they and its nodes stay in the cache. */
const blockRows = 512;

/** The trees of a boosting model; tree t belongs to iteration `floor(t / perIteration)` and raw score `t % perIteration`. */
export class BoostedTrees {
  constructor(
    readonly nodes: BoostedNodes,
    readonly perIteration: number,
  ) {}

  get treeCount(): number {
    return this.nodes.roots.length;
  }

  get iterations(): number {
    return this.treeCount / this.perIteration;
  }

  /**
   * Adds trees `from..to` to the raw scores.
   *
   * @param x rows x features, row-major, as `walkRows` gives them
   * @param scores one array a raw score
   */
  addTo(
    x: Float64Array,
    features: number,
    scores: readonly Float64Array[],
    from = 0,
    to = this.treeCount,
  ): void {
    const rows = scores[0].length;
    for (let start = 0; start < rows; start += blockRows) {
      const end = Math.min(rows, start + blockRows);
      for (let tree = from; tree < to; tree++)
        this.walk(tree, x, features, start, end, scores[tree % this.perIteration]);
    }
  }

  private walk(
    tree: number,
    x: Float64Array,
    features: number,
    start: number,
    end: number,
    scores: Float64Array,
  ): void {
    const { roots, feature, threshold, left, right, missingLeft, value, bitsetAt, bitsets } = this.nodes;
    const root = roots[tree];
    for (let i = start, base = start * features; i < end; i++, base += features) {
      let node = root;
      for (let f = feature[node]; f !== LEAF; f = feature[node]) {
        const here = x[base + f];
        if (bitsetAt[node] !== LEAF && here === here)
          node = (bitsets[bitsetAt[node] + (here >> 5)] >>> (here & 31)) & 1 ? left[node] : right[node];
        else if (here <= threshold[node]) node = left[node];
        else node = here === here || missingLeft[node] === 0 ? right[node] : left[node];
      }
      scores[i] += value[node];
    }
  }

  /** Total decrease of the loss by feature. */
  gains(features: number): Float64Array {
    const out = new Float64Array(features);
    this.eachSplit((feature, gain) => {
      out[feature] += gain;
    });
    return out;
  }

  /** Number of splits by feature. */
  splits(features: number): Float64Array {
    const out = new Float64Array(features);
    this.eachSplit((feature) => {
      out[feature]++;
    });
    return out;
  }

  private eachSplit(visit: (feature: number, gain: number) => void): void {
    const { feature, gain, left } = this.nodes;
    for (let node = 0; node < left.length; node++) if (left[node] !== LEAF) visit(feature[node], gain[node]);
  }

  /** The arrays as an artifact carries them. */
  toTensors(): Record<string, StoredTensor["data"]> {
    return { ...this.nodes };
  }

  /** The trees of {@link toTensors}; throws {@link ArtifactError} for arrays that are no trees over `features` columns. */
  static fromTensors(
    owner: string,
    tensors: TensorReader,
    features: number,
    perIteration: number,
    wordsOf: (feature: number) => number,
  ): BoostedTrees {
    const roots = tensors.int32("roots");
    const feature = tensors.int32("feature");
    const count = feature.length;
    const nodes: BoostedNodes = {
      roots,
      feature,
      threshold: tensors.float64("threshold", count),
      left: tensors.int32("left", count),
      right: tensors.int32("right", count),
      missingLeft: tensors.uint8("missingLeft", count),
      value: tensors.float64("value", count),
      gain: tensors.float64("gain", count),
      count: tensors.int32("count", count),
      bitsetAt: tensors.int32("bitsetAt", count),
      bitsets: tensors.uint32("bitsets"),
    };
    if (roots.length === 0 || roots.length % perIteration !== 0)
      throw new ArtifactError(
        owner,
        `there must be ${perIteration} trees an iteration, received ${roots.length} in all`,
      );
    if (roots[0] !== 0)
      throw new ArtifactError(owner, `the first tree must begin at 0, received ${roots[0]}`);
    roots.forEach((root, tree) => checkTree(owner, nodes, root, roots[tree + 1] ?? count, features));
    nodes.bitsetAt.forEach((at, node) => {
      const words = at === LEAF ? 0 : wordsOf(feature[node]);
      if (at === LEAF || (words > 0 && at >= 0 && at + words <= nodes.bitsets.length)) return;
      throw new ArtifactError(
        owner,
        `a set of ${words} words must lie in 0..${nodes.bitsets.length}, received ${at} at node ${node}`,
      );
    });
    return new BoostedTrees(nodes, perIteration);
  }
}
