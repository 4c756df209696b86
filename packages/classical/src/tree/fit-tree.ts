import {
  classTarget,
  denseFeatures,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  type Matrix,
  numericTarget,
  Random,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import type { ForestPlan } from "../ensemble/forest-plan.js";
import { growForest } from "../ensemble/grow-forest.js";
import type { Tree } from "./tree.js";
import { type ClassTreeParams, growthLimits, type TreeParams, weighingRows } from "./tree-params.js";

export async function fitClassTree(
  owner: string,
  params: ClassTreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<{ readonly tree: Tree; readonly classes: readonly Label[] }> {
  const run = new FitRun(owner, options);
  const target = classTarget(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  const weights = weightsWithClasses(owner, sampleWeights(owner, data), target, params.classWeight);
  const { classes, codes } = target;
  const criterion = params.criterion === "gini" ? "gini" : "entropy";
  const tree = await fitTree(run, x, params, weights, { criterion, classes: classes.length, targets: codes });
  return { tree, classes };
}

export async function fitTargetTree(
  owner: string,
  params: TreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<Tree> {
  const run = new FitRun(owner, options);
  const targets = numericTarget(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  const weights = sampleWeights(owner, data);
  return fitTree(run, x, params, weights, { criterion: "squaredError", classes: 0, targets });
}

/** One tree of all rows, grown by the kernels of the forests. */
async function fitTree(
  run: FitRun,
  x: Matrix,
  params: TreeParams,
  weights: Float64Array | undefined,
  target: Pick<ForestPlan, "criterion" | "classes" | "targets">,
): Promise<Tree> {
  weighingRows(run.owner, weights, x.rows);
  const { trees } = await growForest(run, x, {
    ...target,
    trees: 1,
    limits: growthLimits(params, x.columns),
    random: new Random(params.seed),
    weights,
    draws: null,
    balances: false,
    drawsThresholds: false,
    ccpAlpha: params.ccpAlpha,
    isLone: true,
  });
  return trees[0];
}
