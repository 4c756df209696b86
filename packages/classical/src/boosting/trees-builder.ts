import { LEAF } from "../tree/tree.js";
import { BoostedTrees } from "./predictor.js";

/** A split as prediction needs it. */
export interface RawSplit {
  readonly feature: number;
  /** Largest value that goes left; of a categorical split ignored. */
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  /** The places of categories that go left; of a categorical split alone. */
  readonly leftPlaces: Uint32Array | undefined;
}

/** Collects the trees of one iteration node by node. */
export class TreesBuilder {
  private readonly roots: number[] = [];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly value: number[] = [];
  private readonly gain: number[] = [];
  private readonly count: number[] = [];
  private readonly bitsetAt: number[] = [];
  private readonly bitsets: number[] = [];

  /** Begins a tree; the next node is its root. Gives that node's number. */
  beginTree(): number {
    this.roots.push(this.feature.length);
    return this.feature.length;
  }

  /** Adds a leaf and gives its number. */
  addLeaf(value: number, count: number): number {
    this.feature.push(LEAF);
    this.threshold.push(0);
    this.left.push(LEAF);
    this.right.push(LEAF);
    this.missingLeft.push(0);
    this.value.push(value);
    this.gain.push(0);
    this.count.push(count);
    this.bitsetAt.push(LEAF);
    return this.feature.length - 1;
  }

  setValue(node: number, value: number): void {
    this.value[node] = value;
  }

  /** Turns a leaf into an inner node. */
  setSplit(
    node: number,
    { feature, threshold, missingLeft, gain, leftPlaces }: RawSplit,
    left: number,
    right: number,
  ): void {
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.missingLeft[node] = missingLeft ? 1 : 0;
    this.gain[node] = gain;
    this.left[node] = left;
    this.right[node] = right;
    this.value[node] = 0;
    if (leftPlaces !== undefined) {
      this.bitsetAt[node] = this.bitsets.length;
      this.bitsets.push(...leftPlaces);
    }
  }

  /** The trees so far, all of one iteration. */
  build(): BoostedTrees {
    const nodes = {
      roots: Int32Array.from(this.roots),
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      missingLeft: Uint8Array.from(this.missingLeft),
      value: Float64Array.from(this.value),
      gain: Float64Array.from(this.gain),
      count: Int32Array.from(this.count),
      bitsetAt: Int32Array.from(this.bitsetAt),
      bitsets: Uint32Array.from(this.bitsets),
    };
    return new BoostedTrees(nodes, this.roots.length);
  }
}
