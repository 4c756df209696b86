import {
  type AnyEstimator,
  averagePrecision,
  canPredictProbability,
  classTarget,
  DataError,
  describe,
  encodeArtifact,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  type Model,
  nestedOptions,
  NotSupportedError,
  pairedBootstrap,
  type PredictsProbability,
  type Registry,
  rocAuc,
  sampleWeights,
} from "@strata-ml/core";
import { strataRegistry } from "../registry.js";
import { rowLatency } from "./row-latency.js";
import { targetLabels } from "./target-labels.js";
import { chosenRung, type Gain, verdict } from "./verdict.js";

/** One rung: a name and what to fit. */
export interface Rung {
  readonly name: string;
  readonly estimator: AnyEstimator;
}

export interface LadderOptions extends FitOptions<LabelledDataset> {
  /** The class whose probability ranks the rows; default the greater of the two. */
  readonly positive?: Label;
  /** Of the bootstrap; default 0. */
  readonly seed?: number;
  /** Default 1000. */
  readonly nResamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Types that an artifact may hold; default all of Strata's. Networks of your own need one made with them. */
  readonly registry?: Registry;
  /** Called as soon as a rung is measured. */
  readonly onRung?: (rung: MeasuredRung) => void;
}

/** A rung fitted on the training rows and measured on the test rows. */
export interface MeasuredRung {
  readonly name: string;
  readonly averagePrecision: number;
  readonly rocAuc: number;
  /** Gain in average precision over the rung below, by paired bootstrap; null for the lowest. */
  readonly ci: (Gain & { readonly confidence: number }) | null;
  readonly fitSeconds: number;
  /** Median time to answer one row alone. */
  readonly rowLatencyMicros: number;
  readonly artifactBytes: number;
  readonly model: Model & PredictsProbability;
  /** Probability of the positive class, for each test row. */
  readonly scores: Float64Array;
}

export interface LadderReport {
  readonly rungs: readonly MeasuredRung[];
  /** The lowest rung whose successor brings no significant gain, in words. */
  readonly verdict: string;
}

/**
 * Fits every rung on the same training rows, measures all of them on the same test rows, and says which one the
 * problem needs. `standardRungs` makes the usual ones. Where the test rows have weights, every measure is weighted.
 *
 * @throws DataError where the test rows don't hold both classes; NotSupportedError for a rung without probabilities.
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => Math.sin(i));
 * const data = fromColumns({ x, y: x.map((value, i) => Number(value + Math.cos(7 * i) > 0)) }, { target: "y" });
 * const { train, test } = trainTestSplit(data, { stratify: true });
 * const chosen = standardRungs(train).filter(({ name }) => name !== "hybrid");
 * const { rungs, verdict } = await ladder(chosen, train, test);
 */
export async function ladder(
  rungs: readonly Rung[],
  train: LabelledDataset,
  test: LabelledDataset,
  options: LadderOptions = {},
): Promise<LadderReport> {
  const run = new FitRun("ladder", options);
  const { seed = 0, nResamples = 1000, confidence = 0.95, registry = strataRegistry } = options;
  const labels = targetLabels("ladder", test);
  const positive = options.positive ?? labels.positive;
  if (!labels.truth.includes(positive)) {
    throw new DataError(
      "ladder",
      `the test rows must hold the positive class ${describe(positive)}, received none of it`,
    );
  }
  const { classes } = classTarget("ladder", train, { minClasses: 1 });
  if (classes.length !== 2 || !classes.includes(positive))
    throw new DataError(
      "ladder",
      `the training rows must hold two classes, one of them ${describe(positive)}, received ${classes.map(describe).join(", ")}`,
    );
  const { truth } = labels;
  const { signal } = options;
  const weights = sampleWeights("ladder", test);
  const weighted = { positive, ...(weights && { weights }) };
  const metric = {
    metric: "averagePrecision",
    seed,
    nResamples,
    confidence,
    ...weighted,
    ...(signal && { signal }),
  } as const;
  const measured: MeasuredRung[] = [];
  for (const { name, estimator } of rungs) {
    await run.step("rung", measured.length, rungs.length);
    const start = performance.now();
    const model = requireProbability(
      await estimator.fit(train, nestedOptions(options, "ladder", name, options.validation)),
    );
    const fitSeconds = (performance.now() - start) / 1000;
    const scores = positiveColumn(name, model, await model.predictProba(test), positive);
    const below = measured.at(-1);
    const gain = below && (await pairedBootstrap(truth, scores, below.scores, metric));
    const rung: MeasuredRung = {
      name,
      averagePrecision: averagePrecision(truth, scores, weighted),
      rocAuc: rocAuc(truth, scores, weighted),
      ci: gain ? { difference: gain.difference, lower: gain.lower, upper: gain.upper, confidence } : null,
      fitSeconds,
      rowLatencyMicros: await rowLatency(model, test),
      artifactBytes: (await encodeArtifact(model, registry)).byteLength,
      model,
      scores,
    };
    measured.push(rung);
    options.onRung?.(rung);
  }
  await run.step("rung", rungs.length, rungs.length);
  const chosen = measured[chosenRung(measured)];
  const above = measured.slice(measured.indexOf(chosen) + 2);
  const [best] = above.sort((a, b) => b.averagePrecision - a.averagePrecision);
  const gain = best && (await pairedBootstrap(truth, best.scores, chosen.scores, metric));
  const context = {
    metric: "average precision",
    confidence,
    ...(best && { best: { name: best.name, gain } }),
  };
  return { rungs: measured, verdict: verdict(measured, context) };
}

function requireProbability(model: Model): Model & PredictsProbability {
  if (!canPredictProbability(model))
    throw new NotSupportedError("ladder", `every rung must predict probabilities, received ${model.owner}`);
  return model;
}

function positiveColumn(
  name: string,
  model: PredictsProbability,
  proba: { column(j: number): Float64Array },
  positive: Label,
): Float64Array {
  const at = model.classes.indexOf(positive);
  if (at < 0)
    throw new DataError(
      "ladder",
      `rung ${name} must know the positive class ${describe(positive)}, received classes ${model.classes.join(", ")}`,
    );
  return proba.column(at);
}
