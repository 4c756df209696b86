import { PriorityQueue } from "./priority-queue.js";
import { emptyNodes, LEAF, Tree } from "./tree.js";

/** The trees that pruning passes through: the whole tree first, its root alone last. */
export interface CostComplexityPath {
  /** The least `ccpAlpha` that prunes so far, ascending; the first is 0. */
  readonly ccpAlphas: Float64Array;
  /** Of each of these trees: the impurity of its leaves, weighted by their share of the sample weights. */
  readonly impurities: Float64Array;
}

/**
 * A tree without the branches whose impurity falls by less than `ccpAlpha` a leaf, and for each node of the old tree where
 * its rows are now. Nodes are numbered anew, depth first, left before right.
 *
 * @see Breiman, Friedman, Olshen, Stone: Classification and Regression Trees (1984), chapter 3
 */
export function prunedTree(
  tree: Tree,
  ccpAlpha: number,
): { readonly tree: Tree; readonly nodeOf: Int32Array } {
  const pruner = new Pruner(tree);
  while (pruner.weakestAlpha() <= ccpAlpha) pruner.pruneWeakest();
  return keptTree(tree, pruner.isCut);
}

/** What {@link prunedTree} does step by step, until the root alone is left. */
export function costComplexityPath(tree: Tree): CostComplexityPath {
  const pruner = new Pruner(tree);
  const ccpAlphas = [0];
  const impurities = [pruner.impurity];
  for (let alpha = pruner.weakestAlpha(); alpha < Number.POSITIVE_INFINITY; alpha = pruner.weakestAlpha()) {
    pruner.pruneWeakest();
    ccpAlphas.push(alpha);
    impurities.push(pruner.impurity);
  }
  return { ccpAlphas: Float64Array.from(ccpAlphas), impurities: Float64Array.from(impurities) };
}

/** An inner node, and what a leaf of its branch was worth when it was queued. */
interface Branch {
  readonly node: number;
  readonly alpha: number;
}

/** A tree that loses its weakest branches one by one. */
class Pruner {
  /** 1 where the node's branch has been cut off below it, or the node with it. */
  readonly isCut: Uint8Array;
  private readonly parent: Int32Array;
  /** Weighted impurity of each node, and the sum of its branch's leaves. */
  private readonly own: Float64Array;
  private readonly branch: Float64Array;
  private readonly leaves: Int32Array;
  private readonly queue = new PriorityQueue<Branch>();

  constructor(private readonly tree: Tree) {
    const { left, right, weight, impurity } = tree.nodes;
    const count = tree.nodeCount;
    this.isCut = new Uint8Array(count);
    this.parent = new Int32Array(count).fill(LEAF);
    this.own = weight.map((value, node) => (value * impurity[node]) / weight[0]);
    this.branch = new Float64Array(count);
    this.leaves = new Int32Array(count);
    for (let node = 0; node < count; node++) {
      if (left[node] === LEAF) this.isCut[node] = 1;
      else this.parent[left[node]] = this.parent[right[node]] = node;
    }
    for (let leaf = 0; leaf < count; leaf++) if (this.isCut[leaf] === 1) this.addLeaf(leaf);
    for (let node = 0; node < count; node++) if (this.isCut[node] === 0) this.enqueue(node);
  }

  /** Weighted impurity of the leaves that are left. */
  get impurity(): number {
    return this.branch[0];
  }

  /** Fall of impurity a leaf of the branch that is worth least; infinite where none is left. */
  weakestAlpha(): number {
    const { queue } = this;
    for (let first = queue.first(); first !== undefined; first = queue.first()) {
      if (this.isCut[first.node] === 0 && first.alpha === this.alphaOf(first.node)) return first.alpha;
      // It was cut off, or one below it and it was queued again.
      queue.pop();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Makes a leaf of the node that {@link weakestAlpha} tells of. */
  pruneWeakest(): void {
    const weakest = this.queue.pop();
    if (weakest === undefined) return;
    const { node } = weakest;
    this.cutBelow(node);
    const fewer = this.leaves[node] - 1;
    const more = this.own[node] - this.branch[node];
    this.branch[node] = this.own[node];
    for (let at = this.parent[node]; at !== LEAF; at = this.parent[at]) {
      this.leaves[at] -= fewer;
      this.branch[at] += more;
      this.enqueue(at);
    }
  }

  private addLeaf(leaf: number): void {
    this.branch[leaf] = this.own[leaf];
    for (let at = this.parent[leaf]; at !== LEAF; at = this.parent[at]) {
      this.branch[at] += this.own[leaf];
      this.leaves[at]++;
    }
  }

  private cutBelow(node: number): void {
    const { left, right } = this.tree.nodes;
    const stack = [node];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.isCut[at] === 1) continue;
      this.isCut[at] = 1;
      stack.push(left[at], right[at]);
    }
  }

  private alphaOf(node: number): number {
    return (this.own[node] - this.branch[node]) / (this.leaves[node] - 1);
  }

  /** Of branches worth the same the first node goes first, as in scikit-learn. */
  private enqueue(node: number): void {
    const alpha = this.alphaOf(node);
    this.queue.push({ node, alpha }, -alpha, node);
  }
}

/** The nodes above the cut ones, and these as leaves. */
function keptTree(tree: Tree, isCut: Uint8Array): { readonly tree: Tree; readonly nodeOf: Int32Array } {
  const { outputs, nodes: old } = tree;
  const nodeOf = new Int32Array(tree.nodeCount).fill(LEAF);
  const kept: number[] = [];
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    nodeOf[node] = kept.length;
    kept.push(node);
    if (isCut[node] === 0) stack.push(old.right[node], old.left[node]);
  }
  const nodes = emptyNodes(kept.length, outputs);
  kept.forEach((node, at) => {
    nodes.impurity[at] = old.impurity[node];
    nodes.weight[at] = old.weight[node];
    nodes.count[at] = old.count[node];
    nodes.value.set(old.value.subarray(node * outputs, (node + 1) * outputs), at * outputs);
    if (isCut[node] === 1) return;
    nodes.feature[at] = old.feature[node];
    nodes.threshold[at] = old.threshold[node];
    nodes.missingLeft[at] = old.missingLeft[node];
    nodes.left[at] = nodeOf[old.left[node]];
    nodes.right[at] = nodeOf[old.right[node]];
  });
  // Children have higher numbers than their parent, so a dropped node's parent is known already.
  for (let node = 0; node < tree.nodeCount; node++) {
    if (old.left[node] === LEAF || isCut[node] === 0) continue;
    nodeOf[old.left[node]] = nodeOf[old.right[node]] = nodeOf[node];
  }
  return { tree: new Tree(nodes, outputs), nodeOf };
}
