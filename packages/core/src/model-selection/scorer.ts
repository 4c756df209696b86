import type { Dataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import type { Awaitable } from "../estimator/capabilities.js";
import type { Model } from "../estimator/model.js";
import { DataError } from "../errors.js";
import type { Matrix } from "../matrix.js";
import { accuracy, balancedAccuracy, matthewsCorrelation } from "../metrics/accuracy.js";
import { adjustedRandIndex } from "../metrics/adjusted-rand-index.js";
import { averagePrecision } from "../metrics/average-precision.js";
import { type AverageOptions, f1, precision, recall } from "../metrics/f-beta.js";
import type { Labels } from "../metrics/labels.js";
import { brierScore, logLoss } from "../metrics/log-loss.js";
import {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from "../metrics/regression.js";
import { rocAuc, type RocAucOptions } from "../metrics/roc-auc.js";

/** What a scorer is told besides truth and output: the options that metrics take. */
export interface ScoreContext {
  /** The weight column of the rows scored. */
  readonly weights?: Float64Array;
  /** The model's classes, in the order of the matrix's columns. */
  readonly classes?: readonly Label[];
}

interface NamedScorer {
  readonly name: string;
  /** Whether a search takes the largest score or the smallest. */
  readonly greaterIsBetter: boolean;
}

/** Scores what `predict` gives: labels of a classifier, numbers of a regressor, clusters of a clusterer. */
export interface PredictScorer extends NamedScorer {
  readonly needs: "predict";
  score(truth: Labels, predicted: Labels, context: ScoreContext): number;
}

/** Scores what `predictProba` gives. */
export interface ProbabilityScorer extends NamedScorer {
  readonly needs: "proba";
  score(truth: Labels, proba: Matrix, context: ScoreContext): number;
}

/** Scores what `decisionFunction` gives or, of a model without one, `predictProba`. */
export interface DecisionScorer extends NamedScorer {
  readonly needs: "decision";
  score(truth: Labels, decision: Matrix, context: ScoreContext): number;
}

/** Scores a model by asking it itself: for what has no truth, such as a density or a reconstruction. */
export interface ModelScorer extends NamedScorer {
  readonly needs: "model";
  score(model: Model, data: Dataset): Awaitable<number>;
}

/**
 * How a model is scored. Any metric fits in as it is.
 *
 * @example
 * const scorer: Scorer = { name: "logLoss", needs: "proba", greaterIsBetter: false, score: logLoss };
 */
export type Scorer = PredictScorer | ProbabilityScorer | DecisionScorer | ModelScorer;

type Metric = (truth: Labels, predicted: Labels, context: ScoreContext) => number;

const labels = (score: Metric): Omit<PredictScorer, "name"> => ({
  needs: "predict",
  greaterIsBetter: true,
  score,
});

const averaged = (
  metric: (truth: Labels, predicted: Labels, options: AverageOptions) => number,
  average: AverageOptions["average"],
): Omit<PredictScorer, "name"> =>
  labels((truth, predicted, context) => metric(truth, predicted, { ...context, average }));

const ofPairs = (options: RocAucOptions): Omit<ProbabilityScorer, "name"> => ({
  needs: "proba",
  greaterIsBetter: true,
  score: (truth, proba, context) => rocAuc(truth, proba, { ...context, ...options }),
});

const ranked = (
  name: string,
  metric: (truth: Labels, scores: Matrix, options: ScoreContext) => number,
): Omit<DecisionScorer, "name"> => ({
  needs: "decision",
  greaterIsBetter: true,
  score: (truth, decision, context) => {
    if (decision.columns > 2)
      throw new DataError(
        name,
        `scoring '${name}' is for two classes, received ${decision.columns} (rocAucOvr and rocAucOvo take more)`,
      );
    return metric(truth, decision, context);
  },
});

const lost = (
  metric: (truth: Labels, proba: Matrix, options: ScoreContext) => number,
): Omit<ProbabilityScorer, "name"> => ({
  needs: "proba",
  greaterIsBetter: true,
  score: (truth, proba, context) => -metric(truth, proba, context),
});

type RegressionMetric = (
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ScoreContext,
) => number;

const regressed = (sign: 1 | -1, metric: RegressionMetric): Omit<PredictScorer, "name"> =>
  labels(
    (truth, predicted, context) =>
      sign * metric(truth as ArrayLike<number>, predicted as ArrayLike<number>, context), // which refuses words
  );

/** Every scorer that has a name. Larger is better in all: losses come negated, as in scikit-learn. */
export const namedScorers = {
  accuracy: labels(accuracy),
  balancedAccuracy: labels(balancedAccuracy),
  matthewsCorrelation: labels(matthewsCorrelation),
  precision: labels(precision), // of two classes, about the second; more are refused by the metric
  precisionMicro: averaged(precision, "micro"),
  precisionMacro: averaged(precision, "macro"),
  precisionWeighted: averaged(precision, "weighted"),
  recall: labels(recall),
  recallMicro: averaged(recall, "micro"),
  recallMacro: averaged(recall, "macro"),
  recallWeighted: averaged(recall, "weighted"),
  f1: labels(f1),
  f1Micro: averaged(f1, "micro"),
  f1Macro: averaged(f1, "macro"),
  f1Weighted: averaged(f1, "weighted"),
  rocAuc: ranked("rocAuc", rocAuc),
  rocAucOvr: ofPairs({ multiclass: "ovr" }),
  rocAucOvrWeighted: ofPairs({ multiclass: "ovr", average: "weighted" }),
  rocAucOvo: ofPairs({ multiclass: "ovo" }),
  rocAucOvoWeighted: ofPairs({ multiclass: "ovo", average: "weighted" }),
  averagePrecision: ranked("averagePrecision", averagePrecision),
  negLogLoss: lost(logLoss),
  negBrierScore: lost(brierScore),
  r2: regressed(1, r2Score),
  negMeanAbsoluteError: regressed(-1, meanAbsoluteError),
  negMeanSquaredError: regressed(-1, meanSquaredError),
  negRootMeanSquaredError: regressed(-1, rootMeanSquaredError),
  negMedianAbsoluteError: regressed(-1, medianAbsoluteError),
  adjustedRandIndex: labels(adjustedRandIndex),
} as const satisfies Readonly<Record<string, DistributiveOmit<Scorer, "name">>>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
