import type { FitRun } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { prunedTree } from "../tree/prune.js";
import { Tree } from "../tree/tree.js";
import type { FeatureCells } from "./feature-cells.js";
import { Forest } from "./forest.js";
import type { ForestMemory } from "./forest-memory.js";
import { entropyTerms, type ForestPlan, valuesOf } from "./forest-plan.js";

/** Between two batches of trees the event loop runs. */
const batchMs = 150;
/** Visits of a row for a feature between two parts of a lone tree: some 20 ms. */
const visitsPerPart = 2e6;

/** One growth of a forest in the memory of a team. */
export class ForestGrowth {
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
    return new Forest(this.plan.isLone ? [await this.growLone(run)] : await this.growAll(run));
  }

  /** One tree, part by part, so that a fit of many rows can be aborted. */
  private async growLone(run: FitRun): Promise<Tree> {
    const { team, at, plan, memory, rows } = this;
    const perPart = Math.ceil(visitsPerPart / plan.limits.maxFeatures);
    team.f64[at.seeds / 8] = plan.random.seed;
    team.whole(45, 1, at.next, at.seeds, at.nodes, at.trees, memory.treeBytes, memory.room, 0, perPart);
    for (let goesOn = 0; goesOn === 0 || team.i32[at.nodes / 4] === 0; goesOn = 1) {
      team.whole(54, goesOn);
      team.run(jobs.growTrees, 1);
      await run.step("row", team.i32[at.nodes / 4 + 1], rows.length);
    }
    await run.step("row", rows.length, rows.length);
    return this.prune(this.readTree(0)).tree;
  }

  private async growAll(run: FitRun): Promise<Tree[]> {
    const { team, plan, memory } = this;
    const most = memory.batch(team.threads);
    const trees: Tree[] = [];
    for (let size = team.threads; trees.length < plan.trees; ) {
      size = Math.min(size, most, plan.trees - trees.length);
      const began = performance.now();
      const first = trees.length;
      this.growBatch(first, size);
      for (let t = 0; t < size; t++) {
        const { tree, nodeOf } = this.prune(this.readTree(t));
        trees.push(tree);
        plan.onTree?.(tree, this.readLeaves(t, nodeOf));
        await run.step("tree", first + t + 1, plan.trees);
      }
      size = Math.max(team.threads, Math.floor((size * batchMs) / (performance.now() - began + 1)));
    }
    return trees;
  }

  /** The tree that is left, and where rows of each node are then, if not where they were. */
  private prune(tree: Tree): { readonly tree: Tree; readonly nodeOf?: Int32Array } {
    const { ccpAlpha } = this.plan;
    return ccpAlpha > 0 ? prunedTree(tree, ccpAlpha) : { tree };
  }

  private growBatch(first: number, size: number): void {
    const { team, at, plan, memory } = this;
    for (let t = 0; t < size; t++) team.f64[at.seeds / 8 + t] = plan.random.fork(first + t).seed;
    team.i32[at.next / 4] = 0;
    team.whole(45, size, at.next, at.seeds, at.nodes, at.trees, memory.treeBytes, memory.room, at.leaves, 0);
    // On all threads, since a team waits for as many as it runs on, whichever come first.
    team.run(jobs.growTrees);
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
    const count = entropyTerms(plan, rows.length);
    return {
      targets: put(targets),
      weights: weights === undefined ? 0 : put(weights),
      entropies: count > 0 ? put(Float64Array.from({ length: count }, (_, x) => entropyTerm(x))) : 0,
      rows: put(rows),
      upTo: draws === null || isEven ? 0 : put(upTo(rows, weights)),
    };
  }

  private writePlan(data: ReturnType<ForestGrowth["writeRows"]>): void {
    const { team, cells, plan, memory, rows, at } = this;
    const { limits } = plan;
    const criterion = plan.criterion === "entropy" ? 2 : plan.classes > 2 ? 1 : 0;
    const all = 2 ** 31 - 1;
    const { features, cellBytes, rankBits, about } = cells;
    team.whole(0, cells.rows, features, cells.cells, cellBytes, rankBits, about, criterion, plan.classes);
    team.whole(8, data.targets, data.weights, data.entropies, data.rows, rows.length);
    team.whole(13, plan.draws ?? 0, data.upTo, plan.balances ? 1 : 0, plan.outputs ?? 1, plan.isLone ? 1 : 0);
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
    const outputs = valuesOf(plan);
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

function entropyTerm(x: number): number {
  return x > 0 ? x * Math.log2(x) : 0;
}

/** The weights of rows added up one by one. */
function upTo(rows: Int32Array, weights: Float64Array): Float64Array {
  let total = 0;
  return Float64Array.from(rows, (row) => (total += weights[row]));
}
