import { LEAF } from "../tree/tree.js";
import type { Boosted } from "./booster.js";

/** What a node's `next` is where it is a leaf. */
const none = 0;

/** Raw scores of one row at a time, without allocating. */
class RowScores {
  /** Raw scores of the last row. */
  readonly scores: Float64Array;
  private readonly roots: Int32Array;
  private readonly feature: Int32Array;
  /** The left child; the right one follows it. */
  private readonly next: Int32Array;
  /** Threshold, or of a leaf its value; NaN where the split is by categories. */
  private readonly number: Float64Array;
  private readonly set: Int32Array;

  constructor(private readonly boosted: Boosted) {
    const { nodes, perIteration } = boosted.trees;
    const count = nodes.feature.length;
    this.scores = new Float64Array(perIteration);
    this.roots = new Int32Array(nodes.roots.length);
    this.feature = new Int32Array(count);
    this.next = new Int32Array(count);
    this.number = new Float64Array(count);
    this.set = new Int32Array(count).fill(LEAF);
    let laid = 0;
    nodes.roots.forEach((root, tree) => {
      this.roots[tree] = laid++;
      laid = this.layOut(root, this.roots[tree], laid);
    });
  }

  /** Lays out what is under a node that has its place, children side by side; gives the next free place. */
  private layOut(root: number, place: number, free: number): number {
    const { feature, threshold, left, right, missingLeft, value, bitsetAt } = this.boosted.trees.nodes;
    const open = [{ node: root, at: place }];
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
      const { node, at } = item;
      if (left[node] === LEAF) {
        this.next[at] = none;
        this.number[at] = value[node];
        continue;
      }
      // The low bit says where missing values go.
      this.feature[at] = 2 * feature[node] + missingLeft[node];
      this.number[at] = bitsetAt[node] === LEAF ? threshold[node] : Number.NaN;
      this.set[at] = bitsetAt[node];
      this.next[at] = free;
      open.push({ node: right[node], at: free + 1 }, { node: left[node], at: free });
      free += 2;
    }
    return free;
  }

  /** Scores a row of numbers, categories by their place, NaN for missing ones. */
  score(x: Float64Array): Float64Array {
    const { roots, feature, next, number, scores, boosted } = this;
    const { perIteration } = boosted.trees;
    scores.set(boosted.baseline);
    for (let tree = 0, k = 0; tree < roots.length; tree++) {
      let node = roots[tree];
      for (let child = next[node]; child !== none; child = next[node]) {
        const value = x[feature[node] >> 1];
        const threshold = number[node];
        if (value <= threshold) node = child;
        else if (value > threshold) node = child + 1;
        else node = this.goesLeft(node, value) ? child : child + 1;
      }
      scores[k] += number[node];
      k = k + 1 === perIteration ? 0 : k + 1;
    }
    return scores;
  }

  /** Where a missing value or a category goes. */
  private goesLeft(node: number, value: number): boolean {
    if (value !== value) return (this.feature[node] & 1) === 1;
    const { bitsets } = this.boosted.trees.nodes;
    return ((bitsets[this.set[node] + (value >> 5)] >>> (value & 31)) & 1) === 1;
  }
}

/** Raw scores of a row whose categories are places in their dictionaries; it writes what trees read over them. */
export function rawScorer(boosted: Boosted): (x: Float64Array) => Float64Array {
  const scores = new RowScores(boosted);
  const categories = [...boosted.categoryPlaces];
  return (x) => {
    for (const [feature, places] of categories) {
      const code = x[feature];
      if (code !== code) continue;
      x[feature] = places[code] < 0 ? Number.NaN : places[code];
    }
    return scores.score(x);
  };
}
