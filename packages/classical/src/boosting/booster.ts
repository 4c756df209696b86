import type { FitRun, Random } from "@strata-ml/core";
import { binRows, walkRows } from "./bin-rows.js";
import { type FeatureBins, fitBins } from "./binning.js";
import { concatTrees } from "./concat-trees.js";
import { shouldStop } from "./early-stopping.js";
import type { FeatureColumn } from "./feature-columns.js";
import { Grower, type GrownLeaf, type GrowthOptions } from "./grower.js";
import type { Loss } from "./loss.js";
import type { BoostedTrees } from "./predictor.js";
import { TreesBuilder } from "./trees-builder.js";

/** Rows to learn from or to judge by. */
export interface BoostingRows {
  readonly columns: readonly FeatureColumn[];
  /** Class codes or targets. */
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
}

export interface BoostingOptions extends GrowthOptions {
  readonly maxIter: number;
  readonly maxBins: number;
  /** When to stop before `maxIter`; undefined is never. */
  readonly stopping: { readonly nIterNoChange: number; readonly tol: number } | undefined;
}

/** What boosting learnt. */
export interface Boosted {
  readonly trees: BoostedTrees;
  /** Raw scores without any tree. */
  readonly baseline: Float64Array;
  /** Bin of each category, by number of the categorical feature. */
  readonly categoryBins: ReadonlyMap<number, Uint8Array>;
  /** Loss before the first iteration and after each. */
  readonly trainLoss: Float64Array;
  /** The same of the validation rows; empty where there are none. */
  readonly validationLoss: Float64Array;
}

/**
 * Gradient boosting of histogram-based trees with Newton steps (Ke and others 2017, LightGBM; Chen and Guestrin 2016,
 * XGBoost), as scikit-learn's HistGradientBoosting. Stops early by the validation loss, or by the training loss where
 * there are no validation rows.
 */
export async function boost(
  run: FitRun,
  loss: Loss,
  train: BoostingRows,
  validation: BoostingRows | undefined,
  options: BoostingOptions,
  random: Random,
): Promise<Boosted> {
  const { y, weights, columns } = train;
  const rows = y.length;
  const featureBins = fitBins(columns, weights, rows, options.maxBins, random.fork("bins"));
  await run.breathe();
  const data = binRows(columns, featureBins, rows);
  await run.breathe();
  const grower = new Grower(data, featureBins, options, random.fork("features"));
  const iterations: BoostedTrees[] = [];

  const baseline = loss.baseline(y, weights);
  const start = (count: number): Float64Array[] =>
    Array.from(baseline, (score) => new Float64Array(count).fill(score));
  const raw = start(rows);
  const derivatives = raw.map(() => new Float32Array(2 * rows));
  const judge = validation && new ValidationRows(validation, start(validation.y.length), featureBins);

  const trainLoss = [loss.derivatives(y, raw, weights, derivatives)];
  const validationLoss = judge ? [judge.loss(loss)] : [];
  const { maxIter, stopping } = options;
  for (let iteration = 1; iteration <= maxIter; iteration++) {
    const builder = new TreesBuilder();
    for (let k = 0; k < loss.trees; k++) {
      const leaves = grower.grow(builder, derivatives[k]);
      if (loss.leafValue !== undefined) setLeafValues(loss, leaves, grower, train, raw[k], options, builder);
      addLeaves(leaves, grower.rows, raw[k]);
      await run.breathe();
    }
    const trees = builder.build();
    iterations.push(trees);
    trainLoss.push(loss.derivatives(y, raw, weights, derivatives));
    if (judge !== undefined) {
      judge.add(trees);
      validationLoss.push(judge.loss(loss));
    }
    const stop =
      stopping !== undefined &&
      shouldStop(judge ? validationLoss : trainLoss, stopping.nIterNoChange, stopping.tol);
    await run.step("iteration", iteration, stop ? iteration : maxIter, {
      loss: trainLoss[iteration],
      ...(judge && { validationLoss: validationLoss[iteration] }),
    });
    if (stop) break;
  }
  return {
    trees: concatTrees(iterations),
    baseline,
    categoryBins: categoryBinsOf(featureBins),
    trainLoss: Float64Array.from(trainLoss),
    validationLoss: Float64Array.from(validationLoss),
  };
}

function categoryBinsOf(featureBins: readonly FeatureBins[]): Map<number, Uint8Array> {
  const out = new Map<number, Uint8Array>();
  featureBins.forEach((bins, f) => {
    if (bins.kind === "categorical") out.set(f, bins.bins);
  });
  return out;
}

/** Rows that no tree learns from, and their raw scores. */
class ValidationRows {
  private readonly x: Float64Array;

  constructor(
    private readonly rows: BoostingRows,
    private readonly raw: readonly Float64Array[],
    featureBins: readonly FeatureBins[],
  ) {
    this.x = walkRows(rows.columns, categoryBinsOf(featureBins), rows.y.length);
  }

  add(trees: BoostedTrees): void {
    trees.addTo(this.x, this.rows.columns.length, this.raw);
  }

  loss(loss: Loss): number {
    return loss.mean(this.rows.y, this.raw, this.rows.weights);
  }
}

function addLeaves(leaves: readonly GrownLeaf[], rows: Int32Array, raw: Float64Array): void {
  for (const { start, end, value } of leaves) for (let p = start; p < end; p++) raw[rows[p]] += value;
}

/** Replaces the Newton steps of the leaves by the loss's own best values. */
function setLeafValues(
  loss: Loss,
  leaves: readonly GrownLeaf[],
  { rows }: Grower,
  { y, weights }: BoostingRows,
  raw: Float64Array,
  { learningRate }: BoostingOptions,
  builder: TreesBuilder,
): void {
  for (const leaf of leaves) {
    const inside = rows.subarray(leaf.start, leaf.end);
    const residuals = Float64Array.from(inside, (row) => y[row] - raw[row]);
    const own = weights && Float64Array.from(inside, (row) => weights[row]);
    leaf.value = learningRate * (loss.leafValue?.(residuals, own) ?? 0);
    builder.setValue(leaf.node, leaf.value);
  }
}
