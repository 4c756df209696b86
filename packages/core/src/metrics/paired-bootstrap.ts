import type { FitOptions } from "../estimator/fit-options.js";
import { FitRun } from "../estimator/fit-run.js";
import { describe, ParamError } from "../errors.js";
import {
  aCount,
  aFlag,
  aFunction,
  aNumber,
  aSignal,
  oneOf,
  requireOptions,
  type Rule,
  type Rules,
} from "../guard.js";
import type { Matrix } from "../matrix.js";
import { Random } from "../random.js";
import { rankingCounts } from "./curves.js";
import { checkOutput, checkWeights, positiveScores, type ScoredOptions, scoredRules } from "./inputs.js";
import { binaryTruth, distinctLabels, labelCodes, type Labels } from "./labels.js";
import { rankedArea, rankedPrecision, rankRows } from "./ranked-rows.js";

/** A metric that {@link pairedBootstrap} can resample: by name the quick ones, or any function that respects weights. */
export type BootstrapMetric<Output> =
  | "averagePrecision"
  | "rocAuc"
  | ((truth: Labels, output: Output, options: { readonly weights: Float64Array }) => number);

export interface PairedBootstrapOptions<Output>
  extends ScoredOptions,
    Pick<FitOptions, "signal" | "onProgress"> {
  /** A function is given weights alone: what else it takes, such as a positive class, is its own matter. */
  readonly metric: BootstrapMetric<Output>;
  /** Default 1000. */
  readonly nResamples?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Share of resamples inside the interval. Default 0.95. */
  readonly confidence?: number;
  /** Whether each class keeps its number of rows, so that a rare one never vanishes. Default: for the metrics that have a name. */
  readonly stratified?: boolean;
}

const aMetric: Rule = {
  expected: '"averagePrecision", "rocAuc" or a function',
  holds: (value) => oneOf("averagePrecision", "rocAuc").holds(value) || aFunction.holds(value),
};
const aShare: Rule = {
  expected: "above 0 and below 1",
  holds: (value) => aNumber.holds(value) && (value as number) > 0 && (value as number) < 1,
};
const rules: Rules<PairedBootstrapOptions<never>> = {
  ...scoredRules,
  metric: aMetric,
  nResamples: aCount,
  seed: aNumber,
  confidence: aShare,
  stratified: aFlag,
  signal: aSignal,
  onProgress: aFunction,
};

/** The difference of two models on the same rows, and how sure it is. */
export interface PairedBootstrap {
  readonly scoreA: number;
  readonly scoreB: number;
  /** `scoreA - scoreB`. */
  readonly difference: number;
  /** Percentile interval of the difference. */
  readonly lower: number;
  readonly upper: number;
  /** Two-sided: how often resampling puts the difference on the other side of 0. */
  readonly pValue: number;
}

/**
 * Percentile bootstrap of the difference of two models' scores (Efron and Tibshirani 1993): both are scored on the same
 * resampled rows, so what the rows have in common cancels out. Scores are sorted once; a resample is a walk over counts.
 *
 * @param a Output of the first model: scores or a matrix; for a metric given as a function, what that takes.
 * @throws DataError as the metric does; ParamError for options out of range; rejects with `signal.reason` when aborted.
 * @example
 * const truth = Array.from({ length: 100 }, (_, i) => Number(i % 4 === 0));
 * const [hybrid, boosting] = [0.5, 2].map((noise) => truth.map((y, i) => y + noise * Math.sin(i)));
 * const options = { metric: "averagePrecision" } as const;
 * const { difference, lower, upper } = await pairedBootstrap(truth, hybrid, boosting, options);
 */
export async function pairedBootstrap<Output extends ArrayLike<number | string> | Matrix>(
  truth: Labels,
  a: Output,
  b: Output,
  options: PairedBootstrapOptions<Output>,
): Promise<PairedBootstrap> {
  const owner = "pairedBootstrap";
  requireOptions<PairedBootstrapOptions<never>>(owner, options, rules);
  const { metric, nResamples = 1000, seed = 0, confidence = 0.95, signal, onProgress } = options;
  const run = new FitRun(owner, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  checkOutput(owner, truth, a);
  checkOutput(owner, truth, b);
  const base = checkWeights(owner, options.weights, truth.length) ?? new Float64Array(truth.length).fill(1);
  const scoreA = scorerOf(owner, truth, a, options);
  const scoreB = scorerOf(owner, truth, b, options);
  const strata = strataOf(owner, truth, base, options.stratified ?? typeof metric === "string");

  const random = new Random(seed);
  const weights = new Float64Array(truth.length);
  const differences = new Float64Array(nResamples);
  for (let resample = 0; resample < nResamples; resample++) {
    differences[resample] = drawDifference(random, strata, base, weights, scoreA, scoreB);
    await run.step("resample", resample + 1, nResamples);
  }
  differences.sort();
  const [whole, wholeB] = [scoreA(base), scoreB(base)];
  return {
    scoreA: whole,
    scoreB: wholeB,
    difference: whole - wholeB,
    lower: quantile(differences, (1 - confidence) / 2),
    upper: quantile(differences, (1 + confidence) / 2),
    pValue: twoSided(differences),
  };
}

type WeightedScore = (weights: Float64Array) => number;

const mostDraws = 100;

/** The difference on one resample; one that leaves a class out, for which the metric is undefined, is drawn again. */
function drawDifference(
  random: Random,
  strata: readonly Int32Array[],
  base: Float64Array,
  weights: Float64Array,
  scoreA: WeightedScore,
  scoreB: WeightedScore,
): number {
  for (let draw = 0; draw < mostDraws; draw++) {
    weights.fill(0);
    for (const rows of strata) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[random.integer(rows.length)];
        weights[row] += base[row];
      }
    }
    const difference = scoreA(weights) - scoreB(weights);
    if (!Number.isNaN(difference)) return difference;
  }
  throw new ParamError(
    "pairedBootstrap",
    `stratified must be true where ${mostDraws} resamples in a row leave a class out, received false`,
  );
}

/** Rows that are drawn among each other; those of weight 0 never are. */
function strataOf(owner: string, truth: Labels, base: Float64Array, stratified: boolean): Int32Array[] {
  const rows = Int32Array.from(base.keys()).filter((row) => base[row] > 0);
  if (!stratified) return [rows];
  const classes = distinctLabels(owner, truth);
  const codes = labelCodes(owner, truth, classes);
  return classes.map((_, k) => rows.filter((row) => codes[row] === k)).filter(({ length }) => length > 0);
}

function scorerOf<Output extends ArrayLike<number | string> | Matrix>(
  owner: string,
  truth: Labels,
  output: Output,
  options: PairedBootstrapOptions<Output>,
): WeightedScore {
  const { metric } = options;
  if (typeof metric === "function") {
    const unused = (["positive", "classes"] as const).find((name) => options[name] !== undefined);
    if (unused !== undefined)
      throw new ParamError(
        owner,
        `${unused} must not be given with a metric that is a function, received ${describe(options[unused])}`,
      );
    return (weights) => metric(truth, output, { weights });
  }
  if (metric === undefined)
    throw new ParamError(owner, `metric must be ${aMetric.expected}, received undefined`);
  rankingCounts(owner, truth, output as Matrix, options, "both classes"); // refuses what can't be ranked
  const { scores, positive } = positiveScores(owner, truth, output as Matrix, options);
  const ranking = rankRows(binaryTruth(owner, truth, positive), scores);
  return metric === "rocAuc"
    ? (weights) => rankedArea(ranking, weights)
    : (weights) => rankedPrecision(ranking, weights);
}

/** Of sorted values, interpolating linearly. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (at - below) * (high - sorted[below]);
}

/** The estimate adds one resample to either side, so that it is never 0 (Davison and Hinkley 1997). */
function twoSided(differences: Float64Array): number {
  let notAbove = 1;
  let notBelow = 1;
  for (const difference of differences) {
    if (difference <= 0) notAbove++;
    if (difference >= 0) notBelow++;
  }
  return Math.min(1, (2 * Math.min(notAbove, notBelow)) / (differences.length + 1));
}
