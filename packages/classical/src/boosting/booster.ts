import type { FitRun, Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import { KernelTeam } from "../kernels/team.js";
import { binFeatures, binningBytes } from "./bin-features.js";
import type { Binning, FeatureBins } from "./binning.js";
import { Derivatives, packedRows } from "./derivatives.js";
import { addScores } from "./batch-scores.js";
import { concatTrees } from "./concat-trees.js";
import { shouldStop } from "./early-stopping.js";
import type { BoostingParams } from "./boosting-params.js";
import type { FeatureColumn } from "./feature-columns.js";
import { Grower, type GrownLeaf, type GrowthOptions } from "./grower.js";
import type { Loss } from "./loss.js";
import type { BoostedTrees } from "./predictor.js";
import { RowSampler } from "./row-sampler.js";
import { SharedBins } from "./shared-bins.js";
import { TreesBuilder } from "./trees-builder.js";
import { walkRows } from "./walk-rows.js";

/** Rows to learn from or to judge by. */
export interface BoostingRows {
  readonly columns: readonly FeatureColumn[];
  /** Class codes or targets. */
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
}

export interface BoostingOptions extends GrowthOptions, Pick<BoostingParams, "subsample" | "goss"> {
  readonly maxIter: number;
  readonly maxBins: number;
  readonly binning: Binning;
  /** Most threads to run on. */
  readonly threads: number;
  /** When to stop before `maxIter`; undefined is never. */
  readonly stopping: { readonly nIterNoChange: number; readonly tol: number } | undefined;
  /** What is gone on from; undefined begins anew. */
  readonly start?: Boosted | undefined;
}

/** What boosting learnt. */
export interface Boosted {
  readonly trees: BoostedTrees;
  /** Raw scores without any tree. */
  readonly baseline: Float64Array;
  /** What trees read each category of the dictionary as, by number of the categorical feature; negative is unknown. */
  readonly categoryPlaces: ReadonlyMap<number, Int32Array>;
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
  const { y, columns } = train;
  const wide = y.length <= packedRows;
  const { kept, passing } = binningBytes(y.length, columns.length, options.threads);
  const later =
    Derivatives.bytes(y.length, loss.trees, options.threads, wide) +
    Grower.bytes(y.length, columns.length, options.threads, options.maxLeafNodes, wide, options.samplesRows) +
    leafBytes(options.maxLeafNodes, y.length) +
    SharedBins.bytes(columns, options.maxBins);
  const team = await KernelTeam.start(kept + Math.max(passing, later), options.threads);
  try {
    return await iterate(run, team, loss, train, validation, options, random, wide);
  } finally {
    team.close();
  }
}

async function iterate(
  run: FitRun,
  team: KernelTeam,
  loss: Loss,
  train: BoostingRows,
  validation: BoostingRows | undefined,
  options: BoostingOptions,
  random: Random,
  wide: boolean,
): Promise<Boosted> {
  const { y, weights, columns } = train;
  const { start } = options;
  const rows = y.length;
  const { featureBins, data } = binFeatures(
    team,
    columns,
    weights,
    rows,
    options.maxBins,
    options.binning,
    random.fork("bins"),
    start?.categoryPlaces,
  );
  await run.breathe();
  const shared = new SharedBins(team, data, columns, featureBins);
  const grower = new Grower(team, data, featureBins, options, wide);
  const iterations: BoostedTrees[] = [];

  const baseline = start?.baseline ?? loss.baseline(y, weights);
  const derivatives = new Derivatives(team, loss, y, weights, wide);
  const { raw } = derivatives;
  raw.forEach((scores, k) => scores.fill(baseline[k]));
  if (start) addScores(start.trees, columns, start.categoryPlaces, raw);
  const leafAdder = new LeafAdder(team, grower, options.maxLeafNodes, rows);
  const sampler = new RowSampler(rows, options, random.fork("rows"));
  const draws = random.fork("trees");
  const judge = validation && new ValidationRows(validation, baseline, featureBins);
  if (start) judge?.add(start.trees);
  const done = start?.trees.iterations ?? 0;

  const trainLoss = [derivatives.update()];
  const validationLoss = judge ? [judge.loss(loss)] : [];
  const { maxIter, stopping } = options;
  for (let iteration = 1; iteration <= maxIter; iteration++) {
    const builder = new TreesBuilder();
    const sample = sampler.draw(done + iteration, derivatives.pairs);
    for (let k = 0; k < loss.trees; k++) {
      const own = draws.fork(loss.trees * (done + iteration) + k);
      const units = derivatives.quantise(k, own.fork("rounding").uint32(), sample !== undefined);
      shared.choose(derivatives.pairs[k].byteOffset);
      const leaves = grower.grow(builder, derivatives.quanta, units, own, sample);
      if (loss.leafValue !== undefined) setLeafValues(loss, leaves, grower, train, raw[k], options, builder);
      leafAdder.add(leaves, raw[k]);
      grower.addToOthers(leaves, raw[k].byteOffset);
      await run.breathe();
    }
    const trees = builder.build();
    iterations.push(trees);
    trainLoss.push(derivatives.update());
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
    trees: concatTrees(start ? [start.trees, ...iterations] : iterations),
    baseline,
    categoryPlaces: placesOf(featureBins),
    ...histories(start, trainLoss, validationLoss),
  };
}

/** Losses from the first iteration on; NaN where no rows were held out. */
function histories(
  start: Boosted | undefined,
  trainLoss: readonly number[],
  validationLoss: readonly number[],
): Pick<Boosted, "trainLoss" | "validationLoss"> {
  if (start === undefined)
    return { trainLoss: Float64Array.from(trainLoss), validationLoss: Float64Array.from(validationLoss) };
  const before = start.trainLoss.length;
  const all = Float64Array.of(...start.trainLoss, ...trainLoss.slice(1));
  const judged = new Float64Array(
    start.validationLoss.length + validationLoss.length > 0 ? all.length : 0,
  ).fill(Number.NaN);
  if (judged.length > 0) {
    judged.set(start.validationLoss);
    judged.set(validationLoss.slice(1), before);
  }
  return { trainLoss: all, validationLoss: judged };
}

function placesOf(featureBins: readonly FeatureBins[]): Map<number, Int32Array> {
  const out = new Map<number, Int32Array>();
  featureBins.forEach((bins, f) => {
    if (bins.kind === "categorical") out.set(f, bins.places);
  });
  return out;
}

/** Rows that no tree learns from, laid out once for all trees, and their raw scores. */
class ValidationRows {
  private readonly raw: readonly Float64Array[];
  private readonly x: Float64Array;

  constructor(
    private readonly rows: BoostingRows,
    baseline: Float64Array,
    featureBins: readonly FeatureBins[],
  ) {
    this.raw = Array.from(baseline, (score) => new Float64Array(rows.y.length).fill(score));
    const { columns, y } = rows;
    this.x = new Float64Array(y.length * columns.length);
    walkRows(columns, placesOf(featureBins), 0, y.length, this.x);
  }

  add(trees: BoostedTrees): void {
    trees.addTo(this.x, this.rows.columns.length, this.raw);
  }

  loss(loss: Loss): number {
    return loss.mean(this.rows.y, this.raw, this.rows.weights);
  }
}

/** Bytes of what {@link LeafAdder} hands to the kernels. */
function leafBytes(maxLeafNodes: number | null, rows: number): number {
  return 12 * ((maxLeafNodes ?? rows) + 1) + 128;
}

/** Adds what leaves add to the raw scores of their rows. */
class LeafAdder {
  private readonly starts: number;
  private readonly values: number;

  constructor(
    private readonly team: KernelTeam,
    private readonly grower: Grower,
    maxLeafNodes: number | null,
    rows: number,
  ) {
    this.starts = team.allocate(4 * ((maxLeafNodes ?? rows) + 1));
    this.values = team.allocate(8 * (maxLeafNodes ?? rows));
  }

  add(leaves: readonly GrownLeaf[], raw: Float64Array): void {
    const { team, grower, starts, values } = this;
    leaves.forEach(({ start, end, value }, leaf) => {
      team.i32[starts / 4 + leaf] = start;
      team.i32[starts / 4 + leaf + 1] = end;
      team.f64[values / 8 + leaf] = value;
    });
    team.whole(0, grower.rowsAt, raw.byteOffset, leaves.length, starts, values);
    team.run(jobs.addLeaves);
  }
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
