import {
  accuracy,
  classTarget,
  denseFeatures,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  type Matrix,
  numericTarget,
  r2Score,
  Random,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import { argmax } from "../tree/argmax.js";
import { growthLimits, weighingRows } from "../tree/tree-params.js";
import type { Forest } from "./forest.js";
import { type ClassForestParams, drawsOf, type ForestParams } from "./forest-params.js";
import type { ForestPlan } from "./forest-plan.js";
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
): Promise<FittedForest & { readonly classes: readonly Label[] }> {
  const run = new FitRun(owner, options);
  const target = classTarget(owner, data);
  const { codes, classes } = target;
  const x = denseFeatures(owner, data, { missing: true });
  const own = sampleWeights(owner, data);
  const balances = params.classWeight === "balancedSubsample" && params.bootstrap;
  const given = balances ? null : params.classWeight;
  const weights = weightsWithClasses(owner, own, target, given === "balancedSubsample" ? "balanced" : given);
  const fitted = await fitForest(
    run,
    x,
    params,
    weights,
    {
      criterion: params.criterion === "gini" ? "gini" : "entropy",
      classes: classes.length,
      targets: codes,
      balances,
      ...kind,
    },
    (means, rows) => {
      const labels = (of: (row: number) => number): Label[] => Array.from(rows, (row) => classes[of(row)]);
      const truth = labels((row) => codes[row]);
      const predicted = labels((row) => argmax(means.row(row)));
      return accuracy(truth, predicted, weightsOf(own, rows));
    },
  );
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
  const targets = numericTarget(owner, data);
  const x = denseFeatures(owner, data, { missing: true });
  const own = sampleWeights(owner, data);
  const plan = { criterion: "squaredError", classes: 0, targets, balances: false, ...kind } as const;
  return fitForest(run, x, params, own, plan, (means, rows) => {
    const truth = Float64Array.from(rows, (row) => targets[row]);
    return r2Score(
      truth,
      Float64Array.from(rows, (row) => means.data[row]),
      weightsOf(own, rows),
    );
  });
}

function weightsOf(weights: Float64Array | undefined, rows: Int32Array): { readonly weights?: Float64Array } {
  return weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row]) };
}

type Target = Pick<ForestPlan, "criterion" | "classes" | "targets" | "balances" | "drawsThresholds">;

async function fitForest(
  run: FitRun,
  x: Matrix,
  params: ForestParams,
  weights: Float64Array | undefined,
  target: Target,
  scoreOf: (means: Matrix, rows: Int32Array) => number,
): Promise<FittedForest> {
  const weighing = weighingRows(run.owner, weights, x.rows);
  const outOfBag = params.oobScore ? new OutOfBag(x.rows, Math.max(target.classes, 1)) : undefined;
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
