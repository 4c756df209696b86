import type { Label } from "../dataset/target.js";
import { describe, ParamError } from "../errors.js";
import { aLabel, oneOf, requireOptions, type Rules } from "../guard.js";
import { countPairs } from "./confusion-matrix.js";
import { checkPredicted, checkRows, type MetricOptions, metricRules } from "./inputs.js";
import { binaryTruth, distinctLabels, type Labels, listLabels } from "./labels.js";

export interface AverageOptions extends MetricOptions {
  /**
   * "binary": of the positive class alone; "micro": of all rows together; "macro": mean over the classes;
   * "weighted": mean by the weight of the true classes. Default "binary".
   */
  readonly average?: "binary" | "micro" | "macro" | "weighted";
  /** The class that "binary" is about, and no other average takes. Default: the second of two `classes`, else 1; must be given where labels are not 0 and 1 (or -1 and 1). */
  readonly positive?: Label;
  /** The score where nothing is there to divide by. Default 0. */
  readonly zeroDivision?: 0 | 1;
}

const rules: Rules<AverageOptions> = {
  ...metricRules,
  average: oneOf("binary", "micro", "macro", "weighted"),
  positive: aLabel,
  zeroDivision: oneOf(0, 1),
};

/**
 * Share of the rows predicted as a class that are of it: tp / (tp + fp), as scikit-learn's `precision_score`.
 *
 * @throws DataError for unequal lengths, or a positive class that is none of the labels; ParamError for an option that does not
 * exist or a value that it can't have, "binary" with three or more classes, and a positive class where all are averaged.
 * @example
 * precision([0, 1, 1, 0], [1, 1, 0, 0]); // 0.5
 */
export function precision(truth: Labels, predicted: Labels, options: AverageOptions = {}): number {
  return averaged("precision", truth, predicted, options, ({ hits, called }) => [hits, called]);
}

/**
 * Share of the rows of a class that were predicted as it: tp / (tp + fn), as scikit-learn's `recall_score`.
 * Throws as {@link precision}.
 *
 * @example
 * recall([0, 1, 1, 0], [1, 1, 0, 0]); // 0.5
 */
export function recall(truth: Labels, predicted: Labels, options: AverageOptions = {}): number {
  return averaged("recall", truth, predicted, options, ({ hits, actual }) => [hits, actual]);
}

/**
 * Harmonic mean of precision and recall: {@link fBeta} with beta 1.
 *
 * @example
 * f1([0, 1, 1, 0], [1, 1, 0, 0]); // 0.5
 */
export function f1(truth: Labels, predicted: Labels, options: AverageOptions = {}): number {
  return averaged("f1", truth, predicted, options, fraction(1));
}

/**
 * Weighted harmonic mean of precision and recall, recall counting `beta` times as much, as scikit-learn's `fbeta_score`.
 * Throws as {@link precision}.
 *
 * @example
 * fBeta([0, 1, 1, 0], [1, 1, 0, 0], 2); // 0.5
 */
export function fBeta(truth: Labels, predicted: Labels, beta: number, options: AverageOptions = {}): number {
  if (!(Number.isFinite(beta) && beta >= 0))
    throw new ParamError("fBeta", `beta must be finite and >= 0, received ${describe(beta)}`);
  return averaged("fBeta", truth, predicted, options, fraction(beta));
}

/** Weights of the rows of one class: of those predicted as it, of those truly of it, and of both. */
interface ClassCounts {
  readonly hits: number;
  readonly called: number;
  readonly actual: number;
}

type Fraction = (counts: ClassCounts) => readonly [numerator: number, denominator: number];

const fraction =
  (beta: number): Fraction =>
  ({ hits, called, actual }) => [(1 + beta * beta) * hits, beta * beta * actual + called];

function averaged(
  owner: string,
  truth: Labels,
  predicted: Labels,
  options: AverageOptions,
  parts: Fraction,
): number {
  requireOptions(owner, options, rules);
  checkRows(owner, truth, predicted);
  const { average = "binary", zeroDivision = 0 } = options;
  const counts = classCounts(owner, truth, predicted, options);
  const score = (of: ClassCounts): number => {
    const [numerator, denominator] = parts(of);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  };
  if (average === "binary" || average === "micro") return score(summed(counts));
  let sum = 0;
  let mass = 0;
  for (const of of counts) {
    const share = average === "weighted" ? of.actual : 1;
    sum += share * score(of);
    mass += share;
  }
  return sum / mass;
}

function classCounts(
  owner: string,
  truth: Labels,
  predicted: Labels,
  { average = "binary", weights, ...options }: AverageOptions,
): ClassCounts[] {
  if (average !== "binary" && options.positive !== undefined)
    throw new ParamError(
      owner,
      `positive must not be given for average "${average}", received ${describe(options.positive)}`,
    );
  const classes = distinctLabels(owner, truth, predicted);
  checkPredicted(owner, predicted, options.classes);
  const pairs = countPairs(owner, truth, predicted, classes, weights);
  const all = classes.map((_, k) => ({
    hits: pairs.at(k, k),
    called: pairs.column(k).reduce((a, b) => a + b, 0),
    actual: pairs.row(k).reduce((a, b) => a + b, 0),
  }));
  if (average !== "binary") return all;
  if (classes.length > 2) {
    throw new ParamError(
      owner,
      `average must be "micro", "macro" or "weighted" for ${classes.length} classes (${listLabels(classes)}), received "binary"`,
    );
  }
  const positive = options.positive ?? (options.classes?.length === 2 ? options.classes[1] : undefined);
  binaryTruth(owner, classes, positive); // refuses a positive class that can't be told
  return all.filter((_, k) => classes[k] === (positive ?? 1));
}

function summed(counts: readonly ClassCounts[]): ClassCounts {
  const total = { hits: 0, called: 0, actual: 0 };
  for (const { hits, called, actual } of counts) {
    total.hits += hits;
    total.called += called;
    total.actual += actual;
  }
  return total;
}
