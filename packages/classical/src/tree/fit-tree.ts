import {
  denseFeatures,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  type Matrix,
  Random,
  sampleWeights,
} from "@strata-ml/core";
import { growForest } from "../ensemble/grow-forest.js";
import type { ClassLists } from "./output-classes.js";
import type { Tree } from "./tree.js";
import { type ClassTreeParams, growthLimits, type TreeParams, weighingRows } from "./tree-params.js";
import { classTargets, numberTargets, type TreeTarget } from "./tree-target.js";

export async function fitClassTree(
  owner: string,
  params: ClassTreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<{ readonly tree: Tree; readonly classes: ClassLists }> {
  const run = new FitRun(owner, options);
  const { classes, target, weights } = classTargets(owner, params, data);
  const x = denseFeatures(owner, data, { missing: true });
  return { tree: await fitTree(run, x, params, weights, target), classes };
}

export async function fitTargetTree(
  owner: string,
  params: TreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<Tree> {
  const run = new FitRun(owner, options);
  const target = numberTargets(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  return fitTree(run, x, params, sampleWeights(owner, data), target);
}

/** One tree of all rows, grown by the kernels of the forests. */
async function fitTree(
  run: FitRun,
  x: Matrix,
  params: TreeParams,
  weights: Float64Array | undefined,
  target: TreeTarget,
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
