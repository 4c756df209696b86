import { jobs } from "../kernels/jobs.js";
import { KernelTeam } from "../kernels/team.js";
import { LEAF } from "../tree/tree.js";
import type { FeatureColumn } from "./feature-columns.js";
import type { BoostedNodes, BoostedTrees } from "./predictor.js";
import { walkRows } from "./walk-rows.js";

/** Rows whose features are laid out at a time. */
const chunkRows = 2048;
/** Fewer rows than this are done before their trees are laid out. */
const fewRows = 64;
const nodeBytes = 16;
const mixedFlag = 1;
const [leafFlag, missingLeftFlag, categoricalFlag] = [1, 2, 4];

/** Trees as the kernels walk them, laid out once for each model that scores many rows. */
const laidOut = new WeakMap<BoostedTrees, TreeKernel | null>();

/** Adds trees `from..to` to the raw scores of rows; `scores` has one array a tree of an iteration. */
export function addScores(
  trees: BoostedTrees,
  columns: readonly FeatureColumn[],
  placesOf: ReadonlyMap<number, Int32Array>,
  scores: readonly Float64Array[],
  from = 0,
  to = trees.treeCount,
): void {
  const rows = scores[0].length;
  const kernel = rows < fewRows ? null : kernelOf(trees, columns.length);
  const features = columns.length;
  const x = kernel?.rows ?? new Float64Array(Math.min(rows, chunkRows) * features);
  for (let start = 0; start < rows; start += chunkRows) {
    const end = Math.min(rows, start + chunkRows);
    walkRows(columns, placesOf, start, end, x);
    const some = scores.map((all) => all.subarray(start, end));
    if (kernel === null) trees.addTo(x, features, some, from, to);
    else kernel.addTo(some, from, to);
  }
}

function kernelOf(trees: BoostedTrees, features: number): TreeKernel | null {
  let kernel = laidOut.get(trees);
  if (kernel === undefined) {
    kernel = canLayOut(trees) ? new TreeKernel(trees, features) : null;
    laidOut.set(trees, kernel);
  }
  return kernel;
}

/** In the kernels' nodes the right child follows the left one. */
function canLayOut({ nodes: { left, right } }: BoostedTrees): boolean {
  return left.every((child, node) => child === LEAF || right[node] === child + 1);
}

/** Flags of a tree, as the kernels read them. */
function treeFlags({ bitsetAt }: BoostedNodes, from: number, to: number): number {
  return bitsetAt.subarray(from, to).some((at) => at !== LEAF) ? mixedFlag : 0;
}

class TreeKernel {
  /** What the next call walks: rows x features. */
  readonly rows: Float64Array;
  private readonly team: KernelTeam;
  private readonly at: {
    nodes: number;
    values: number;
    roots: number;
    matrix: number;
    scores: number;
    sets: number;
    nodeFlags: number;
    treeFlags: number;
  };

  constructor(
    private readonly trees: BoostedTrees,
    private readonly features: number,
  ) {
    const { nodes, treeCount, perIteration } = trees;
    const count = nodes.feature.length;
    const matrixBytes = 8 * chunkRows * features;
    const scoreBytes = 8 * chunkRows * perIteration;
    const bytes =
      count * (nodeBytes + 9) + 5 * treeCount + matrixBytes + scoreBytes + 4 * nodes.bitsets.length + 512;
    const team = KernelTeam.alone(bytes);
    this.team = team;
    this.at = {
      nodes: team.allocate(count * nodeBytes),
      values: team.allocate(8 * count),
      roots: team.allocate(4 * treeCount),
      matrix: team.allocate(matrixBytes),
      scores: team.allocate(scoreBytes),
      sets: team.allocate(4 * nodes.bitsets.length),
      nodeFlags: team.allocate(count),
      treeFlags: team.allocate(treeCount),
    };
    for (let node = 0; node < count; node++) this.layOut(node);
    team.f64.set(nodes.value, this.at.values / 8);
    team.i32.set(nodes.roots, this.at.roots / 4);
    nodes.roots.forEach((root, tree) => {
      team.u8[this.at.treeFlags + tree] = treeFlags(nodes, root, nodes.roots[tree + 1] ?? count);
    });
    team.i32.set(nodes.bitsets, this.at.sets / 4);
    this.rows = team.f64.subarray(this.at.matrix / 8, (this.at.matrix + matrixBytes) / 8);
  }

  private layOut(node: number): void {
    const { feature, threshold, left, missingLeft, bitsetAt } = this.trees.nodes;
    const { f64, i32, u8 } = this.team;
    const at = this.at.nodes + node * nodeBytes;
    const isLeaf = left[node] === LEAF;
    const isSet = bitsetAt[node] !== LEAF;
    // A leaf leads every row to itself. A set is named by where its words begin.
    f64[at / 8] = isLeaf ? Number.POSITIVE_INFINITY : isSet ? bitsetAt[node] : threshold[node];
    i32[at / 4 + 2] = isLeaf ? 0 : 8 * feature[node];
    i32[at / 4 + 3] = this.at.nodes + nodeBytes * (isLeaf ? node : left[node]);
    u8[this.at.nodeFlags + node] =
      (isLeaf ? leafFlag : 0) |
      (missingLeft[node] === 1 ? missingLeftFlag : 0) |
      (isSet ? categoricalFlag : 0);
  }

  /** Adds trees `from..to` to the scores of {@link rows}. */
  addTo(scores: readonly Float64Array[], from: number, to: number): void {
    const { team, at, features } = this;
    const rows = scores[0].length;
    scores.forEach((some, k) => team.f64.set(some, at.scores / 8 + k * rows));
    team.whole(0, at.nodes, at.values, at.roots + 4 * from, to - from, rows, at.matrix, features, at.scores);
    team.whole(8, scores.length, at.sets, at.nodeFlags, at.treeFlags + from);
    team.run(jobs.addTrees);
    scores.forEach((some, k) =>
      some.set(team.f64.subarray(at.scores / 8 + k * rows, at.scores / 8 + (k + 1) * rows)),
    );
  }
}
