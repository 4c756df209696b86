import type { FitRun } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import { availableThreads } from "../kernels/platform.js";
import { KernelTeam } from "../kernels/team.js";
import { LEAF } from "../tree/tree.js";
import type { FeatureRows } from "./feature-rows.js";
import { averagePathLength, type IsolationTrees } from "./isolation-trees.js";

/** Rows at a time, and the length of a column, which is off a power of two so that columns don't share cache lines' places. */
const chunkRows = 2048;
const columnRows = chunkRows + 8;
const columnBytes = 8 * columnRows;
/** Bytes of trees in the kernels' memory at once. */
const mostTreeBytes = 2 ** 25;
/** Less work (rows x trees) than this is done before a second thread has started. */
const threadWork = 2 ** 23;

/** Bytes of a tree as a full binary tree, see `assembly/isolation-paths.ts`. */
const treeBytes = (depth: number): number => 24 * 2 ** depth;

/** Kernels of models that were asked for scores, each with its trees laid out. */
const kept = new WeakMap<IsolationTrees, PathKernel>();

/** Scores of rows, at once and on this thread. */
export function isolationScores(trees: IsolationTrees, rows: FeatureRows, count: number): Float64Array {
  let kernel = kept.get(trees);
  if (kernel === undefined) {
    kernel = new PathKernel(trees, rows.width, KernelTeam.alone(PathKernel.bytes(trees, rows.width)));
    kept.set(trees, kernel);
  }
  const sums = new Float64Array(count);
  kernel.eachGroup(() => {
    for (let from = 0; from < count; from += chunkRows)
      kernel.add(rows, from, Math.min(count, from + chunkRows), sums);
  });
  return trees.toScores(sums);
}

/** The same on several threads: for the rows of a fit. */
export async function isolationScoresOf(
  run: FitRun,
  trees: IsolationTrees,
  rows: FeatureRows,
  count: number,
  threads?: number,
): Promise<Float64Array> {
  const pays = count * trees.treeCount >= threadWork;
  const team = await KernelTeam.start(
    PathKernel.bytes(trees, rows.width),
    threads ?? (pays ? availableThreads() : 1),
  );
  const sums = new Float64Array(count);
  try {
    const kernel = new PathKernel(trees, rows.width, team);
    for (let group = 0; group < kernel.groups; group++) {
      kernel.load(group);
      for (let from = 0; from < count; from += chunkRows) {
        kernel.add(rows, from, Math.min(count, from + chunkRows), sums);
        await run.breathe();
      }
    }
  } finally {
    team.close();
  }
  await run.step("score", count, count);
  return trees.toScores(sums);
}

/** The path length kernel with rows and trees in its memory. */
class PathKernel {
  readonly groups: number;
  private readonly depth: number;
  private readonly perGroup: number;
  private readonly heaps: number;
  private readonly x: number;
  private readonly sums: number;
  private loaded = -1;
  private count = 0;

  constructor(
    private readonly trees: IsolationTrees,
    private readonly features: number,
    private readonly team: KernelTeam,
  ) {
    this.depth = trees.depth;
    this.perGroup = treesPerGroup(trees);
    this.groups = Math.ceil(trees.treeCount / this.perGroup);
    this.heaps = team.allocate(this.perGroup * treeBytes(this.depth));
    this.x = team.allocate(columnBytes * features);
    this.sums = team.allocate(8 * columnRows);
  }

  static bytes(trees: IsolationTrees, features: number): number {
    const heaps = treesPerGroup(trees) * treeBytes(trees.depth);
    return heaps + columnBytes * features + 8 * columnRows + 256;
  }

  /** Does something with each group of trees loaded. */
  eachGroup(act: () => void): void {
    for (let group = 0; group < this.groups; group++) {
      this.load(group);
      act();
    }
  }

  /** Takes the trees of a group in place of those before. */
  load(group: number): void {
    if (group === this.loaded) return;
    const first = group * this.perGroup;
    this.count = Math.min(this.perGroup, this.trees.treeCount - first);
    const bytes = treeBytes(this.depth);
    this.team.u8.fill(0, this.heaps, this.heaps + this.count * bytes);
    for (let t = 0; t < this.count; t++) this.layOut(first + t, this.heaps + t * bytes);
    this.loaded = group;
  }

  /** Lays a tree out level by level; all places below a leaf have its excess path length. */
  private layOut(tree: number, at: number): void {
    const { roots, feature, threshold, left, missingLeft, count } = this.trees.nodes;
    const { f64, i32 } = this.team;
    const { depth } = this;
    const lengths = (at + 16 * 2 ** depth) / 8;
    const open = [{ node: roots[tree], place: 0, level: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, place, level } = next;
      if (left[node] === LEAF) {
        const width = 2 ** (depth - level);
        const first = lengths + (place + 1) * width - 2 ** depth;
        f64.fill(level + averagePathLength(count[node]) - this.trees.usualLength, first, first + width);
        continue;
      }
      const words = at + 16 * place;
      f64[words / 8] = threshold[node];
      i32[words / 4 + 2] = feature[node] * columnBytes;
      i32[words / 4 + 3] = missingLeft[node];
      open.push({ node: left[node], place: 2 * place + 1, level: level + 1 });
      open.push({ node: left[node] + 1, place: 2 * place + 2, level: level + 1 });
    }
  }

  /** Adds the excess path lengths of rows `from..to` in the trees that are loaded. */
  add(rows: FeatureRows, from: number, to: number, sums: Float64Array): void {
    const { team } = this;
    rows.fill(
      from,
      to,
      team.f64.subarray(this.x / 8, (this.x + columnBytes * this.features) / 8),
      columnRows,
    );
    team.f64.set(sums.subarray(from, to), this.sums / 8);
    const inEights = (to - from + 7) & ~7;
    team.whole(
      0,
      this.heaps,
      this.count,
      this.depth,
      this.x,
      inEights,
      this.features,
      columnBytes,
      this.sums,
    );
    team.run(jobs.addPathLengths);
    sums.set(team.f64.subarray(this.sums / 8, this.sums / 8 + to - from), from);
  }
}

function treesPerGroup(trees: IsolationTrees): number {
  const most = Math.max(1, Math.floor(mostTreeBytes / treeBytes(trees.depth)));
  return Math.min(trees.treeCount, most);
}
