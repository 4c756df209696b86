import type { FitRun, Matrix } from "@strata-ml/core";
import { availableThreads } from "../kernels/platform.js";
import { KernelTeam } from "../kernels/team.js";
import { cellsBytes, copyFeatures, rankFeatures } from "./feature-cells.js";
import type { Forest } from "./forest.js";
import { ForestGrowth } from "./forest-growth.js";
import { ForestMemory } from "./forest-memory.js";
import { entropyTerms, type ForestPlan, mostLeaves, rowsOfWeight, valuesOf } from "./forest-plan.js";

/** Fewer visits of a row for a feature than this are done before another thread has started. */
const fewVisits = 1e7;
/** Kernels address this much. */
const mostBytes = 4e9;

/**
 * Grows trees that differ by their draws alone, each whole by one thread: exact splits on the ranks of the values.
 * Tree t draws from stream t of the seed, so the forest does not depend on the number of threads.
 */
export async function growForest(run: FitRun, x: Matrix, plan: ForestPlan): Promise<Forest> {
  const rows = rowsOfWeight(x, plan.weights);
  const memory = new ForestMemory({
    rows: x.rows,
    treeRows: plan.draws === null ? rows.length : Math.min(rows.length, plan.draws),
    features: x.columns,
    values: valuesOf(plan),
    most: { leaves: mostLeaves(rows.length, plan), trees: plan.trees },
    leavesOut: plan.onTree !== undefined,
  });
  let threads = Math.min(plan.trees, plan.threads ?? usefulThreads(rows.length, plan));
  while (threads > 1 && bytesOf(x, plan, memory, threads) > mostBytes) threads--;
  const team = await KernelTeam.start(bytesOf(x, plan, memory, threads), threads);
  try {
    const cells = plan.drawsThresholds ? copyFeatures(team, x) : rankFeatures(team, x);
    await run.breathe();
    return await new ForestGrowth(team, cells, plan, memory, rows).grow(run);
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
  const targets = (20 + 8 * (plan.outputs ?? 1)) * x.rows + 8 * entropyTerms(plan, x.rows) + 512;
  return kept + Math.max(passing, targets + memory.bytes(threads));
}
