import { FitRun, type Matrix, type Random } from "@strata-ml/core";
import type { Criterion } from "../tree/criterion.js";
import { sortedRows } from "../tree/sorted-rows.js";
import type { Tree } from "../tree/tree.js";
import { type GrowthLimits, growTree } from "../tree/tree-builder.js";
import { Forest } from "./forest.js";

export interface ForestPlan {
  readonly trees: number;
  readonly limits: GrowthLimits;
  readonly random: Random;
  /** The row weights that a tree learns with. */
  readonly weightsOf: (random: Random) => Float64Array;
  readonly criterionOf: (weights: Float64Array) => Criterion;
  readonly signal: AbortSignal | undefined;
}

/** Grows trees that differ by their draws alone; the features are sorted once for all of them. */
export async function growForest(run: FitRun, x: Matrix, plan: ForestPlan): Promise<Forest> {
  const columns = Array.from({ length: x.columns }, (_, j) => x.column(j));
  const everyRow = Int32Array.from({ length: x.rows }, (_, row) => row);
  const orders = columns.map((column) => sortedRows(column, everyRow));
  // Progress is by tree: what happens within one is not reported, but can be aborted.
  const within = new FitRun(run.owner, plan.signal ? { signal: plan.signal } : {});
  const trees: Tree[] = [];
  for (let t = 0; t < plan.trees; t++) {
    const random = plan.random.fork(t);
    const weights = plan.weightsOf(random);
    const criterion = plan.criterionOf(weights);
    trees.push(await growTree(within, columns, weights, criterion, plan.limits, random, orders));
    await run.step("tree", t + 1, plan.trees);
  }
  return new Forest(trees);
}
