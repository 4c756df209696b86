import type { Matrix } from "@strata-ml/core";
import { LEAF, type Tree } from "../tree/tree.js";

/** With fewer rows than this it does not pay to lay out a tree anew. */
const manyRows = 256;

/** Walks the rows of a matrix down one tree after another. */
export class RowWalker {
  private readonly lays: boolean;
  private readonly out: Int32Array;

  constructor(private readonly x: Matrix) {
    this.lays = x.rows >= manyRows && !x.data.some(Number.isNaN);
    this.out = new Int32Array(this.lays ? x.rows : 0);
  }

  /** The leaf of each row; the next call overwrites it. */
  leaves(tree: Tree): Int32Array {
    if (!this.lays) return tree.apply(this.x);
    const nodes = layOut(tree);
    const inFours = this.x.rows & ~3;
    for (let row = 0; row < inFours; row += 4) this.walkFour(nodes, row);
    for (let row = inFours; row < this.x.rows; row++) this.walkOne(nodes, row);
    return this.out;
  }

  /** Four rows at once, since each waits for its node; without branches, since none could be foretold. */
  private walkFour({ next, feature, threshold }: LaidOutTree, row: number): void {
    const { out } = this;
    const { data, columns } = this.x;
    const a = row * columns;
    const b = a + columns;
    const c = b + columns;
    const d = c + columns;
    let na = 0;
    let nb = 0;
    let nc = 0;
    let nd = 0;
    for (let moved = true; moved; ) {
      const ma = next[2 * na + +(data[a + feature[na]] <= threshold[na])];
      const mb = next[2 * nb + +(data[b + feature[nb]] <= threshold[nb])];
      const mc = next[2 * nc + +(data[c + feature[nc]] <= threshold[nc])];
      const md = next[2 * nd + +(data[d + feature[nd]] <= threshold[nd])];
      moved = ma !== na || mb !== nb || mc !== nc || md !== nd;
      na = ma;
      nb = mb;
      nc = mc;
      nd = md;
    }
    out[row] = na;
    out[row + 1] = nb;
    out[row + 2] = nc;
    out[row + 3] = nd;
  }

  private walkOne({ next, feature, threshold }: LaidOutTree, row: number): void {
    const { data, columns } = this.x;
    let node = -1;
    for (let to = 0; to !== node; ) {
      node = to;
      to = next[2 * node + +(data[row * columns + feature[node]] <= threshold[node])];
    }
    this.out[row] = node;
  }
}

/** A tree whose leaves lead to themselves; `next` holds the right child, then the left one. */
interface LaidOutTree {
  readonly next: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
}

function layOut({ nodes, nodeCount }: Tree): LaidOutTree {
  const next = new Int32Array(2 * nodeCount);
  const feature = nodes.feature.slice();
  for (let node = 0; node < nodeCount; node++) {
    const isLeaf = nodes.left[node] === LEAF;
    next[2 * node] = isLeaf ? node : nodes.right[node];
    next[2 * node + 1] = isLeaf ? node : nodes.left[node];
    if (isLeaf) feature[node] = 0;
  }
  return { next, feature, threshold: nodes.threshold };
}
