import type { Label } from "../dataset/target.js";
import { DataError, describe, ParamError } from "../errors.js";
import { oneOf, requireOptions, type Rules } from "../guard.js";
import { Matrix } from "../matrix.js";
import { rankingCounts } from "./curves.js";
import {
  checkFinite,
  checkOutput,
  checkWeights,
  columnClasses,
  type ScoredOptions,
  scoredRules,
} from "./inputs.js";
import { labelCodes, type Labels } from "./labels.js";
import { type ThresholdCounts, thresholdCounts } from "./threshold-counts.js";

export interface RocAucOptions extends ScoredOptions {
  /** Of three or more classes: each against the rest, or every pair (Hand and Till 2001). */
  readonly multiclass?: "ovr" | "ovo";
  /** Of three or more classes: plain mean, or by the weight of the classes. Default "macro"; only with `multiclass`. */
  readonly average?: "macro" | "weighted";
}

const rules: Rules<RocAucOptions> = {
  ...scoredRules,
  multiclass: oneOf("ovr", "ovo"),
  average: oneOf("macro", "weighted"),
};

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties half;
 * as scikit-learn's `roc_auc_score`. Three or more classes need a matrix and `multiclass`.
 *
 * @param scores One a row, higher for the positive class; or a matrix of `predictProba` or `decisionFunction`.
 * @throws DataError for unequal lengths, scores that aren't finite, or a class without rows; ParamError for an option that
 * does not exist or a value that it can't have, and options that don't go together.
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function rocAuc(
  truth: Labels,
  scores: ArrayLike<number> | Matrix,
  options: RocAucOptions = {},
): number {
  requireOptions("rocAuc", options, rules);
  const { multiclass, average = "macro" } = options;
  if (multiclass === undefined) {
    if (options.average !== undefined)
      throw new ParamError("rocAuc", `average must not be given without multiclass, received "${average}"`);
    if (scores instanceof Matrix && scores.columns > 2 && options.positive === undefined) {
      throw new ParamError(
        "rocAuc",
        `multiclass must be "ovr" or "ovo" for ${scores.columns} classes, received none`,
      );
    }
    return areaUnder(rankingCounts("rocAuc", truth, scores, options, "both classes"));
  }
  if (options.positive !== undefined)
    throw new ParamError(
      "rocAuc",
      `positive must not be given with multiclass, received ${describe(options.positive)}`,
    );
  if (!(scores instanceof Matrix))
    throw new DataError("rocAuc", `multiclass scores must be a Matrix, received ${describe(scores)}`);
  checkOutput("rocAuc", truth, scores);
  checkFinite("rocAuc", scores.data, "scores");
  const classes = columnClasses("rocAuc", truth, scores, options.classes);
  const codes = labelCodes("rocAuc", truth, classes);
  const weights =
    checkWeights("rocAuc", options.weights, truth.length) ?? new Float64Array(truth.length).fill(1);
  const totals = new Float64Array(classes.length);
  for (let row = 0; row < codes.length; row++) totals[codes[row]] += weights[row];
  requireAll(classes, totals);
  const input = { scores, codes, weights, totals };
  return multiclass === "ovr" ? oneVersusRest(input, average) : oneVersusOne(input, average);
}

function areaUnder({
  truePositives: tps,
  falsePositives: fps,
  positives,
  negatives,
}: ThresholdCounts): number {
  let area = 0;
  let tp = 0;
  let fp = 0;
  for (let i = 0; i < tps.length; i++) {
    area += (fps[i] - fp) * (tps[i] + tp);
    tp = tps[i];
    fp = fps[i];
  }
  return area / (2 * positives * negatives);
}

interface MulticlassInput {
  readonly scores: Matrix;
  readonly codes: Int32Array;
  readonly weights: Float64Array;
  /** Weight of each class. */
  readonly totals: Float64Array;
}

function oneVersusRest({ scores, codes, weights, totals }: MulticlassInput, average: string): number {
  let sum = 0;
  let mass = 0;
  for (let k = 0; k < totals.length; k++) {
    const truth = Uint8Array.from(codes, (code) => (code === k ? 1 : 0));
    const share = average === "weighted" ? totals[k] : 1;
    sum += share * areaUnder(thresholdCounts(truth, scores.column(k), weights));
    mass += share;
  }
  return sum / mass;
}

function oneVersusOne({ scores, codes, weights, totals }: MulticlassInput, average: string): number {
  let sum = 0;
  let mass = 0;
  for (let a = 0; a < totals.length; a++) {
    for (let b = a + 1; b < totals.length; b++) {
      const rows = Int32Array.from(codes.keys()).filter((row) => codes[row] === a || codes[row] === b);
      const pairWeights = Float64Array.from(rows, (row) => weights[row]);
      const against = (positive: number): number =>
        areaUnder(
          thresholdCounts(
            Uint8Array.from(rows, (row) => (codes[row] === positive ? 1 : 0)),
            Float64Array.from(rows, (row) => scores.at(row, positive)),
            pairWeights,
          ),
        );
      const share = average === "weighted" ? totals[a] + totals[b] : 1;
      sum += (share * (against(a) + against(b))) / 2;
      mass += share;
    }
  }
  return sum / mass;
}

function requireAll(classes: readonly Label[], totals: Float64Array): void {
  const empty = totals.indexOf(0);
  if (classes.length < 2 || empty >= 0) {
    throw new DataError(
      "rocAuc",
      empty < 0
        ? `there must be at least 2 classes, received ${classes.length}`
        : `every class must have a row, received none of ${describe(classes[empty])}`,
    );
  }
}
