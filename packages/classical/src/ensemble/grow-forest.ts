import type { FitRun, Matrix, Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import { availableThreads } from "../kernels/platform.js";
import { KernelTeam } from "../kernels/team.js";
import { prunedTree } from "../tree/prune.js";
import { Tree } from "../tree/tree.js";
import type { GrowthLimits } from "../tree/tree-builder.js";
import { Forest } from "./forest.js";
import { ForestMemory } from "./forest-memory.js";
import { cellsBytes, copyFeatures, type FeatureCells, rankFeatures } from "./feature-cells.js";

export interface ForestPlan {
  readonly trees: number;
  readonly limits: GrowthLimits;
  readonly random: Random;
  readonly criterion: "squaredError" | "gini" | "entropy";
  /** 0 for a regression. */
  readonly classes: number;
  /** Class codes or targets. */
  readonly targets: Int32Array | Float64Array;
  /** One a row; rows of weight 0 are left out. Undefined where all weigh 1. */
  readonly weights: Float64Array | undefined;
  /** Rows drawn for each tree with replacement, by weight; null takes each row once, with its weight. */
  readonly draws: number | null;
  /** Whether the drawn rows of each class get the same total weight. */
  readonly balances: boolean;
  /** Whether thresholds are drawn, one for each feature that is looked at. */
  readonly drawsThresholds: boolean;
  /** Branches worth less than this a leaf are pruned; 0 prunes none. */
  readonly ccpAlpha: number;
  /** Told of every tree in turn, and the leaves of the rows that it left out: -1 for the rows that it learnt from. */
  readonly onTree?: (tree: Tree, leaves: Int32Array) => void;
  /** Most threads to run on; default what the machine has where that pays. */
  readonly threads?: number;
}

/** Fewer visits of a row for a feature than this are done before another thread has started. */
const fewVisits = 1e7;
/** Kernels address this much. */
const mostBytes = 4e9;
/** Terms of entropies are looked up where the rows of a tree are no more than this. */
const mostTerms = 2 ** 20;
/** Between two batches of trees the event loop runs. */
const batchMs = 150;

/**
 * Grows trees that differ by their draws alone, each whole by one thread: exact splits on the ranks of the values.
 * Tree t draws from stream t of the seed, so the forest does not depend on the number of threads.
 */
export async function growForest(run: FitRun, x: Matrix, plan: ForestPlan): Promise<Forest> {
  const rows = weighingRows(x.rows, plan.weights);
  const memory = new ForestMemory({
    rows: x.rows,
    treeRows: plan.draws === null ? rows.length : Math.min(rows.length, plan.draws),
    features: x.columns,
    classes: plan.classes,
    most: { leaves: mostLeaves(rows.length, plan), trees: plan.trees },
    leavesOut: plan.onTree !== undefined,
  });
  let threads = Math.min(plan.trees, plan.threads ?? usefulThreads(rows.length, plan));
  while (threads > 1 && bytesOf(x, plan, memory, threads) > mostBytes) threads--;
  const team = await KernelTeam.start(bytesOf(x, plan, memory, threads), threads);
  try {
    const cells = plan.drawsThresholds ? copyFeatures(team, x) : rankFeatures(team, x);
    await run.breathe();
    return await new Growth(team, cells, plan, memory, rows).grow(run);
  } finally {
    team.close();
  }
}

function usefulThreads(rows: number, { trees, limits }: ForestPlan): number {
  const levels = Math.min(limits.maxDepth ?? Number.POSITIVE_INFINITY, Math.log2(rows + 1));
  return trees * rows * limits.maxFeatures * levels < fewVisits ? 1 : availableThreads();
}

function bytesOf(x: Matrix, plan: ForestPlan, memory: ForestMemory, threads: number): number {
  const { kept, passing } = cellsBytes(x.rows, x.columns, threads);
  const targets = 28 * x.rows + 8 * terms(plan, x.rows) + 512;
  return kept + Math.max(passing, targets + memory.bytes(threads));
}

function weighingRows(rows: number, weights: Float64Array | undefined): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return weights === undefined ? all : all.filter((row) => weights[row] > 0);
}

function mostLeaves(rows: number, { limits, draws }: ForestPlan): number {
  const { minSamplesLeaf, maxDepth, maxLeafNodes } = limits;
  const byRows = Math.floor(Math.min(rows, draws ?? rows) / minSamplesLeaf);
  return Math.max(1, Math.min(byRows, 2 ** Math.min(maxDepth ?? 50, 50), maxLeafNodes ?? byRows));
}

/** One growth of a forest in the memory of a team. */
class Growth {
  private readonly at: ReturnType<ForestMemory["allocate"]>;

  constructor(
    private readonly team: KernelTeam,
    private readonly cells: FeatureCells,
    private readonly plan: ForestPlan,
    private readonly memory: ForestMemory,
    private readonly rows: Int32Array,
  ) {
    const data = this.writeRows();
    this.at = memory.allocate(team);
    this.writePlan(data);
  }

  async grow(run: FitRun): Promise<Forest> {
    const { team, plan, memory } = this;
    const most = memory.batch(team.threads);
    const trees: Tree[] = [];
    for (let size = team.threads; trees.length < plan.trees; ) {
      size = Math.min(size, most, plan.trees - trees.length);
      const began = performance.now();
      const first = trees.length;
      this.growBatch(first, size);
      for (let t = 0; t < size; t++) {
        const grown = this.readTree(t);
        const pruned = plan.ccpAlpha > 0 ? prunedTree(grown, plan.ccpAlpha) : undefined;
        const tree = pruned?.tree ?? grown;
        trees.push(tree);
        plan.onTree?.(tree, this.readLeaves(t, pruned?.nodeOf));
        await run.step("tree", first + t + 1, plan.trees);
      }
      size = Math.max(team.threads, Math.floor((size * batchMs) / (performance.now() - began + 1)));
    }
    return new Forest(trees);
  }

  private growBatch(first: number, size: number): void {
    const { team, at, plan, memory } = this;
    for (let t = 0; t < size; t++) team.f64[at.seeds / 8 + t] = plan.random.fork(first + t).seed;
    team.i32[at.next / 4] = 0;
    team.whole(45, size, at.next, at.seeds, at.nodes, at.trees, memory.treeBytes, memory.room, at.leaves);
    team.run(jobs.growTrees, Math.min(size, team.threads));
  }

  /** Writes what is the same for all trees; gives where. */
  private writeRows(): Record<"targets" | "weights" | "entropies" | "rows" | "upTo", number> {
    const { team, plan, rows } = this;
    const { targets, weights, draws } = plan;
    const put = (values: Int32Array | Float64Array): number => {
      const to = team.allocate(values.byteLength);
      if (values instanceof Int32Array) team.i32.set(values, to / 4);
      else team.f64.set(values, to / 8);
      return to;
    };
    const isEven = weights === undefined || rows.every((row) => weights[row] === weights[rows[0]]);
    const count = terms(plan, rows.length);
    return {
      targets: put(targets),
      weights: weights === undefined ? 0 : put(weights),
      entropies: count > 0 ? put(Float64Array.from({ length: count }, (_, x) => entropyTerm(x))) : 0,
      rows: put(rows),
      upTo: draws === null || isEven ? 0 : put(upTo(rows, weights)),
    };
  }

  private writePlan(data: ReturnType<Growth["writeRows"]>): void {
    const { team, cells, plan, memory, rows, at } = this;
    const { limits } = plan;
    const criterion = plan.criterion === "entropy" ? 2 : plan.classes > 2 ? 1 : 0;
    const all = 2 ** 31 - 1;
    const { features, cellBytes, rankBits, about } = cells;
    team.whole(0, cells.rows, features, cells.cells, cellBytes, rankBits, about, criterion, plan.classes);
    team.whole(8, data.targets, data.weights, data.entropies, data.rows, rows.length);
    team.whole(13, plan.draws ?? 0, data.upTo, plan.balances ? 1 : 0);
    team.whole(18, limits.maxFeatures, limits.maxDepth ?? all, limits.maxLeafNodes ?? 0);
    team.whole(21, clip(limits.minSamplesSplit), clip(limits.minSamplesLeaf), plan.drawsThresholds ? 1 : 0);
    team.doubles(24, limits.minWeightFractionLeaf, limits.minImpurityDecrease);
    team.whole(30, at.scratch, memory.threadBytes, ...memory.parts, memory.codeRoom);
  }

  /** Copies a tree of the last batch out of the team's memory. */
  private readTree(t: number): Tree {
    const { team, at, memory, plan } = this;
    const { room } = memory;
    const count = team.i32[at.nodes / 4 + t];
    const outputs = Math.max(plan.classes, 1);
    let from = at.trees + t * memory.treeBytes;
    const doubles = (width: number): Float64Array => {
      const out = team.f64.slice(from / 8, from / 8 + count * width);
      from += 8 * room * width;
      return out;
    };
    const wholes = (): Int32Array => {
      const out = team.i32.slice(from / 4, from / 4 + count);
      from += 4 * room;
      return out;
    };
    // In the order of growTree in assembly/forest-tree.ts.
    const value = doubles(outputs);
    const threshold = doubles(1);
    const impurity = doubles(1);
    const weight = doubles(1);
    const feature = wholes();
    const left = wholes();
    const right = wholes();
    const rows = wholes();
    wholes();
    const missingLeft = team.u8.slice(from, from + count);
    const nodes = { feature, threshold, left, right, missingLeft, value, impurity, weight, count: rows };
    return new Tree(nodes, outputs);
  }

  /** The leaves of the rows that a tree left out, by their numbers after pruning. */
  private readLeaves(t: number, nodeOf: Int32Array | undefined): Int32Array {
    const { team, at, cells } = this;
    const from = at.leaves / 4 + t * cells.rows;
    const leaves = team.i32.subarray(from, from + cells.rows);
    return nodeOf ? leaves.map((leaf) => (leaf < 0 ? leaf : nodeOf[leaf])) : leaves;
  }
}

/** Limits that count rows, of which there are fewer than this. */
function clip(count: number): number {
  return Math.min(count, 2 ** 29);
}

/** How many terms of entropies are looked up: those of all whole weights of so many rows, or none. */
function terms({ criterion, balances, draws }: ForestPlan, rows: number): number {
  const total = draws ?? rows;
  return criterion === "entropy" && !balances && total <= mostTerms ? total + 1 : 0;
}

function entropyTerm(x: number): number {
  return x > 0 ? x * Math.log2(x) : 0;
}

/** The weights of rows added up one by one. */
function upTo(rows: Int32Array, weights: Float64Array): Float64Array {
  let total = 0;
  return Float64Array.from(rows, (row) => (total += weights[row]));
}
