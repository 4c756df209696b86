/** A tree to be explained: its nodes in flat arrays, and what a leaf adds to one output. */
export interface ShapTree {
  readonly root: number;
  /** Column that a node tests; that of a leaf is negative. */
  readonly feature: ArrayLike<number>;
  /** A number goes left where it is <= this. */
  readonly threshold: ArrayLike<number>;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** 1 where a missing value goes left. */
  readonly missingLeft: ArrayLike<number>;
  /** Training rows of a node, or their weight. */
  readonly cover: ArrayLike<number>;
  /** Bit set of the categories that go left at a categorical split; elsewhere undefined. */
  readonly leftBins: ((node: number) => Uint32Array | undefined) | undefined;
  readonly value: (leaf: number) => number;
  /** Number of the output that it adds to. */
  readonly output: number;
}

/**
 * The paths of a tree. Inner nodes are numbered from the root on, parents first; the edges of inner node i are 2i + 1 to
 * its left child and 2i + 2 to its right one, and edge 0 leads to the root.
 */
export interface TreePaths {
  /** Node number of each inner node. */
  readonly inner: Int32Array;
  /** By edge: the inner node that it leads to, or -1 - the node number of a leaf. */
  readonly below: Int32Array;
  /** By inner node: the edge that leads to it. */
  readonly edge: Int32Array;
  /** By inner node: the nearest edge above that tests the same feature; 0 where there is none. */
  readonly above: Int32Array;
  /** By edge: the share of the parent's rows that go this way. */
  readonly ratio: Float64Array;
  /** By edge: the product of the ratios of the path's edges that test the same feature. */
  readonly share: Float64Array;
  /** By inner node: how many features the path from the root tests, this one included. */
  readonly tested: Int32Array;
  /** Most features that one path tests. */
  readonly mostFeatures: number;
  /** Mean of the leaves' values by their share of the rows. */
  readonly mean: number;
}

/** The inner node that an edge leaves. */
export const startOf = (edge: number): number => (edge - 1) >> 1;

/** Follows every path of a tree. */
export function treePaths(tree: ShapTree): TreePaths {
  const { feature, left, right, cover } = tree;
  const order = innerNodes(tree);
  const inner = Int32Array.from(order, ({ node }) => node);
  const edge = Int32Array.from(order, ({ edge }) => edge);
  const edges = 2 * inner.length + 1;
  const below = new Int32Array(edges).fill(-1 - tree.root);
  const above = new Int32Array(inner.length);
  const ratio = new Float64Array(edges).fill(1);
  const share = new Float64Array(edges).fill(1);
  const reach = new Float64Array(edges).fill(1);
  const tested = new Int32Array(inner.length);
  let mean = inner.length === 0 ? tree.value(tree.root) : 0;
  inner.forEach((node, i) => {
    below[edge[i]] = i;
    let same = edge[i];
    while (same !== 0 && feature[inner[startOf(same)]] !== feature[node]) same = edge[startOf(same)];
    above[i] = same;
    tested[i] = (i === 0 ? 0 : tested[startOf(edge[i])]) + (same === 0 ? 1 : 0);
    const total = cover[left[node]] + cover[right[node]];
    [left[node], right[node]].forEach((child, side) => {
      const e = 2 * i + 1 + side;
      ratio[e] = total > 0 ? cover[child] / total : 0.5;
      share[e] = share[same] * ratio[e];
      reach[e] = reach[edge[i]] * ratio[e];
      if (feature[child] < 0) {
        below[e] = -1 - child;
        mean += reach[e] * tree.value(child);
      }
    });
  });
  const mostFeatures = tested.reduce((most, count) => Math.max(most, count), 0);
  return { inner, below, edge, above, ratio, share, tested, mostFeatures, mean };
}

/** Inner nodes with the edges that lead to them: a node, then all below its left child, then all below its right one. */
function innerNodes({ root, feature, left, right }: ShapTree): { node: number; edge: number }[] {
  const out: { node: number; edge: number }[] = [];
  const open = feature[root] < 0 ? [] : [{ node: root, edge: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const i = out.push(next) - 1;
    if (feature[right[next.node]] >= 0) open.push({ node: right[next.node], edge: 2 * i + 2 });
    if (feature[left[next.node]] >= 0) open.push({ node: left[next.node], edge: 2 * i + 1 });
  }
  return out;
}

/** Whether a row, whose values begin at `at`, goes left at a node. */
export function goesLeft(tree: ShapTree, node: number, x: Float64Array, at = 0): boolean {
  const value = x[at + tree.feature[node]];
  if (Number.isNaN(value)) return tree.missingLeft[node] === 1;
  const bins = tree.leftBins?.(node);
  return bins === undefined ? value <= tree.threshold[node] : ((bins[value >> 5] >>> (value & 31)) & 1) === 1;
}

/** The leaf that a row, whose values begin at `at`, falls into. */
export function leafOf(tree: ShapTree, x: Float64Array, at = 0): number {
  let node = tree.root;
  while (tree.feature[node] >= 0) node = goesLeft(tree, node, x, at) ? tree.left[node] : tree.right[node];
  return node;
}
