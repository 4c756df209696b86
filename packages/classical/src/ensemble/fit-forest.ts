import {
  accuracy,
  denseFeatures,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  type Matrix,
  ParamError,
  r2Score,
  Random,
  sampleWeights,
} from "@strata-ml/core";
import { argmax } from "../tree/argmax.js";
import { type ClassLists, OutputClasses } from "../tree/output-classes.js";
import { growthLimits, weighingRows } from "../tree/tree-params.js";
import { classTargets, numberTargets, type TreeTarget } from "../tree/tree-target.js";
import type { Forest } from "./forest.js";
import { type ClassForestParams, drawsOf, type ForestParams } from "./forest-params.js";
import { type ForestPlan, valuesOf } from "./forest-plan.js";
import { growForest } from "./grow-forest.js";
import { OutOfBag, type OutOfBagResult } from "./out-of-bag.js";

/** A grown forest, and how it does on rows that its trees left out. */
export interface FittedForest {
  readonly forest: Forest;
  readonly outOfBag: OutOfBagResult | undefined;
}

/** What a forest does besides what its params say. */
interface ForestKind {
  readonly drawsThresholds: boolean;
}

export async function fitClassForest(
  owner: string,
  params: ClassForestParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
  kind: ForestKind,
): Promise<FittedForest & { readonly classes: ClassLists }> {
  const run = new FitRun(owner, options);
  const { criterion, classWeight, bootstrap } = params;
  const balances = classWeight === "balancedSubsample" && bootstrap;
  const given = balances ? null : classWeight === "balancedSubsample" ? "balanced" : classWeight;
  const { each, classes, target, weights } = classTargets(owner, { criterion, classWeight: given }, data);
  if (balances && each.length > 1)
    throw new ParamError(
      owner,
      "classWeight must be 'balanced' or null for a target of several outputs, received 'balancedSubsample'",
    );
  const x = denseFeatures(owner, data, { missing: true });
  const lists = new OutputClasses(classes);
  const own = sampleWeights(owner, data);
  const fitted = await fitForest(run, x, params, weights, { ...target, balances, ...kind }, (means, rows) => {
    const scores = lists.split(means).map((shares, k) => {
      const { codes } = each[k];
      const truth = Array.from(rows, (row) => codes[row]);
      const predicted = Array.from(rows, (row) => argmax(shares.row(row)));
      return accuracy(truth, predicted, weightsOf(own, rows));
    });
    return mean(scores);
  });
  return { ...fitted, classes };
}

export async function fitTargetForest(
  owner: string,
  params: ForestParams,
  data: LabelledDataset,
  options: FitOptions<LabelledDataset>,
  kind: ForestKind,
): Promise<FittedForest> {
  const run = new FitRun(owner, options);
  const target = numberTargets(owner, data);
  const { targets, outputs } = target;
  const x = denseFeatures(owner, data, { missing: true });
  const own = sampleWeights(owner, data);
  return fitForest(run, x, params, own, { ...target, balances: false, ...kind }, (means, rows) => {
    const scores = Array.from({ length: outputs }, (_, k) => {
      const of = (values: ArrayLike<number>): Float64Array =>
        Float64Array.from(rows, (row) => values[row * outputs + k]);
      return r2Score(of(targets), of(means.data), weightsOf(own, rows));
    });
    return mean(scores);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function weightsOf(weights: Float64Array | undefined, rows: Int32Array): { readonly weights?: Float64Array } {
  return weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row]) };
}

type Target = TreeTarget & Pick<ForestPlan, "balances" | "drawsThresholds">;

async function fitForest(
  run: FitRun,
  x: Matrix,
  params: ForestParams,
  weights: Float64Array | undefined,
  target: Target,
  scoreOf: (means: Matrix, rows: Int32Array) => number,
): Promise<FittedForest> {
  const weighing = weighingRows(run.owner, weights, x.rows);
  const outOfBag = params.oobScore ? new OutOfBag(x.rows, valuesOf(target)) : undefined;
  const forest = await growForest(run, x, {
    ...target,
    trees: params.nEstimators,
    limits: growthLimits(params, x.columns),
    random: new Random(params.seed),
    weights,
    draws: drawsOf(params, weighing),
    ccpAlpha: params.ccpAlpha,
    ...(outOfBag && { onTree: (tree, leaves) => outOfBag.add(tree, leaves) }),
  });
  if (outOfBag === undefined) return { forest, outOfBag };
  const means = outOfBag.means();
  const judged = outOfBag.judged(weights);
  if (judged.length < weighing)
    run.warn(
      `${weighing - judged.length} of ${weighing} rows were drawn by every tree and have no out-of-bag prediction`,
    );
  return { forest, outOfBag: { means, score: judged.length > 0 ? scoreOf(means, judged) : Number.NaN } };
}
