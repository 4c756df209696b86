import {
  classTarget,
  denseFeatures,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  numericTarget,
  Random,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import { ClassCriterion, entropy, gini, SquaredErrorCriterion } from "./criterion.js";
import { prunedTree } from "./prune.js";
import type { Tree } from "./tree.js";
import { growTree } from "./tree-builder.js";
import { type ClassTreeParams, growthLimits, type TreeParams, treeWeights } from "./tree-params.js";

export async function fitClassTree(
  owner: string,
  params: ClassTreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<{ readonly tree: Tree; readonly classes: readonly Label[] }> {
  const run = new FitRun(owner, options);
  const target = classTarget(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  const given = weightsWithClasses(owner, sampleWeights(owner, data), target, params.classWeight);
  const weights = treeWeights(owner, given, x.rows);
  const impurityOf = params.criterion === "gini" ? gini : entropy;
  const criterion = new ClassCriterion(target.codes, weights, target.classes.length, impurityOf);
  const columns = Array.from({ length: x.columns }, (_, j) => x.column(j));
  const limits = growthLimits(params, x.columns);
  const grown = await growTree(run, columns, weights, criterion, limits, new Random(params.seed));
  return { tree: pruned(grown, params), classes: target.classes };
}

export async function fitTargetTree(
  owner: string,
  params: TreeParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
): Promise<Tree> {
  const run = new FitRun(owner, options);
  const y = numericTarget(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  const weights = treeWeights(owner, sampleWeights(owner, data), x.rows);
  const criterion = new SquaredErrorCriterion(y, weights);
  const columns = Array.from({ length: x.columns }, (_, j) => x.column(j));
  const limits = growthLimits(params, x.columns);
  const grown = await growTree(run, columns, weights, criterion, limits, new Random(params.seed));
  return pruned(grown, params);
}

function pruned(tree: Tree, { ccpAlpha }: TreeParams): Tree {
  return ccpAlpha > 0 ? prunedTree(tree, ccpAlpha).tree : tree;
}
