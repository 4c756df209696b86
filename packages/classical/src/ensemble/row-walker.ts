import type { Matrix } from "@strata-ml/core";
import { LEAF, type Tree } from "../tree/tree.js";

/** With fewer rows than this it does not pay to lay out a tree anew. */
const manyRows = 256;

/** Walks the rows of a matrix down one tree after another. */
export class RowWalker {
  private readonly out: Int32Array;

  constructor(private readonly x: Matrix) {
    this.out = new Int32Array(x.rows >= manyRows ? x.rows : 0);
  }

  /** The leaf of each row; the next call overwrites it. */
  leaves(tree: Tree): Int32Array {
    const { rows } = this.x;
    if (rows < manyRows) return tree.apply(this.x);
    const nodes = layOut(tree);
    let row = 0;
    for (; row + 4 <= rows; row += 4) this.walkFour(nodes, row);
    // The last four again, where they are not a whole four.
    if (row < rows) this.walkFour(nodes, rows - 4);
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
      const va = data[a + feature[na]];
      const vb = data[b + feature[nb]];
      const vc = data[c + feature[nc]];
      const vd = data[d + feature[nd]];
      const ma = next[3 * na + +(va <= threshold[na]) + 2 * +(va > threshold[na])];
      const mb = next[3 * nb + +(vb <= threshold[nb]) + 2 * +(vb > threshold[nb])];
      const mc = next[3 * nc + +(vc <= threshold[nc]) + 2 * +(vc > threshold[nc])];
      const md = next[3 * nd + +(vd <= threshold[nd]) + 2 * +(vd > threshold[nd])];
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
}

/** A tree by node: where missing values go, the left child, the right one. A leaf leads to itself. */
interface LaidOutTree {
  readonly next: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
}

function layOut({ nodes, nodeCount }: Tree): LaidOutTree {
  const { left, right, missingLeft } = nodes;
  const next = new Int32Array(3 * nodeCount);
  const feature = nodes.feature.slice();
  for (let node = 0; node < nodeCount; node++) {
    const at = 3 * node;
    if (left[node] === LEAF) {
      next.fill(node, at, at + 3);
      feature[node] = 0;
      continue;
    }
    next[at] = missingLeft[node] === 1 ? left[node] : right[node];
    next[at + 1] = left[node];
    next[at + 2] = right[node];
  }
  return { next, feature, threshold: nodes.threshold };
}
