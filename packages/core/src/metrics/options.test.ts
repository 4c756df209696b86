import { describe, expect, it } from "vitest";
import { fromColumns } from "../dataset/from-columns.js";
import { DataError, ParamError } from "../errors.js";
import { Matrix } from "../matrix.js";
import { accuracy, balancedAccuracy, matthewsCorrelation } from "./accuracy.js";
import { adjustedRandIndex } from "./adjusted-rand-index.js";
import { averagePrecision } from "./average-precision.js";
import { calibrationCurve } from "./calibration-curve.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { precisionRecallCurve, rocCurve } from "./curves.js";
import { f1, fBeta, precision, recall } from "./f-beta.js";
import { brierScore, logLoss } from "./log-loss.js";
import { pairedBootstrap } from "./paired-bootstrap.js";
import { precisionAtK, recallAtK } from "./precision-at-k.js";
import {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from "./regression.js";
import { rocAuc } from "./roc-auc.js";

// What callers without types pass: a number that looks right is the worst answer.

type Metric = (truth: never, output: never, options?: never) => unknown;

const ofLabels: Readonly<Record<string, Metric>> = {
  accuracy,
  balancedAccuracy,
  matthewsCorrelation,
  adjustedRandIndex,
  confusionMatrix,
  precision,
  recall,
  f1,
  fBeta: (truth, predicted, options) => fBeta(truth, predicted, 2, options),
};
const ofScores: Readonly<Record<string, Metric>> = {
  averagePrecision,
  rocAuc,
  rocCurve,
  precisionRecallCurve,
  calibrationCurve,
  logLoss,
  brierScore,
  precisionAtK: (truth, scores, options) => precisionAtK(truth, scores, 1, options),
  recallAtK: (truth, scores, options) => recallAtK(truth, scores, 1, options),
};
const ofNumbers: Readonly<Record<string, Metric>> = {
  r2Score,
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  rootMeanSquaredError,
};
const all = Object.entries({ ...ofLabels, ...ofScores, ...ofNumbers });
const scored = Object.entries({ ...ofScores, ...ofNumbers });
const call = (metric: Metric, truth: unknown, output: unknown, options?: unknown) => () =>
  options === undefined
    ? metric(truth as never, output as never)
    : metric(truth as never, output as never, options as never);

const truth = [0, 1, 1, 0];
const output = [0, 1, 0, 0];
const column = fromColumns({ y: truth }).column("y");

describe.each(all)("%s", (name, metric) => {
  const refuses = (
    bad: () => unknown,
    type: typeof DataError | typeof ParamError,
    message: string | RegExp,
  ) => {
    expect(bad).toThrow(type);
    expect(bad).toThrow(message);
    expect(bad).toThrow(new RegExp(`^${name}: `));
  };

  it("takes what it should", () => {
    const options = { weights: [1, 1, 2, 1], classes: [0, 1] };
    expect(call(metric, truth, output)).not.toThrow();
    expect(call(metric, Float32Array.from(truth), Int32Array.from(output), options)).not.toThrow();
  });

  it("refuses options that it does not have", () => {
    refuses(
      call(metric, truth, output, { sampleWeight: [1, 1, 1, 1] }),
      ParamError,
      'received "sampleWeight"',
    );
    refuses(
      call(metric, truth, output, { weight: [1, 1, 1, 1] }),
      ParamError,
      "received \"weight\", did you mean 'weights'?",
    );
    refuses(call(metric, truth, output, null), ParamError, "options must be an object, received null");
    refuses(
      call(metric, truth, output, [1, 1, 1, 1]),
      ParamError,
      "options must be an object, received an array",
    );
  });

  it("refuses what is no array", () => {
    refuses(
      call(metric, column, output),
      DataError,
      "the truth must be an array, received an object: give its values",
    );
    refuses(call(metric, truth, column), DataError, /(predictions|the output) must be an array/);
    refuses(call(metric, truth, undefined), DataError, /must be an array.*, received undefined/);
    refuses(call(metric, undefined, output), DataError, "the truth must be an array, received undefined");
    refuses(call(metric, "0110", output), DataError, 'the truth must be an array, received "0110"');
    refuses(call(metric, truth, "0100"), DataError, /must be an array.*, received "0100"/);
    refuses(
      call(metric, truth, [0, 1]),
      DataError,
      "truth and output must have the same length, received 4 and 2",
    );
  });

  it("refuses truth that is neither numbers nor words", () => {
    for (const bad of [null, undefined, true, 1n, {}])
      refuses(call(metric, [0, 1, bad, 0], output), DataError, /must be .*numbers.*, received .* at row 2$/);
  });

  it("refuses weights that are no numbers", () => {
    const weigh = (weights: unknown) => call(metric, truth, output, { weights });
    refuses(weigh([1, null, 1, 1]), DataError, "weights must be numbers, received null at row 1");
    refuses(weigh(["1", 1, 1, 1]), DataError, 'weights must be numbers, received "1" at row 0');
    refuses(weigh(null), DataError, "weights must be an array of numbers, received null");
    refuses(weigh(5), DataError, "weights must be an array of numbers, received 5");
    refuses(
      weigh(column),
      DataError,
      "weights must be an array of numbers, received an object: give its values",
    );
  });

  it("refuses classes that are none", () => {
    const classes = (given: unknown) => call(metric, truth, output, { classes: given });
    refuses(classes("01"), ParamError, 'classes must be an array of different labels, received "01"');
    refuses(classes([0, 0]), ParamError, "classes must be an array of different labels");
    refuses(classes([0, null]), ParamError, "classes must be an array of different labels");
  });
});

it.each(scored)("%s refuses output that is no number", (name, metric) => {
  for (const bad of [null, undefined, "0.5", true, [0.5]]) {
    const scores = call(metric, truth, [0, 1, bad, 0]);
    expect(scores).toThrow(DataError);
    expect(scores).toThrow(new RegExp(`^${name}: .* must be numbers, received .* at row 2$`));
  }
});

it.each(Object.entries(ofLabels))("%s refuses predictions that are none of the classes", (name, metric) => {
  const bad = call(metric, truth, [0, 1, 2, 0], { classes: [0, 1] });
  expect(bad).toThrow(`${name}: predictions must be among the classes 0, 1, received 2 at row 2`);
});

it.each(Object.entries(ofScores))("%s refuses a positive class that can't be", (name, metric) => {
  expect(call(metric, truth, output, { positive: null })).toThrow(
    `${name}: positive must be a number or a string, received null`,
  );
  expect(call(metric, truth, output, { positive: "1" })).toThrow(
    `${name}: positive must be one of the labels 0, 1, received "1"`,
  );
  expect(call(metric, ["1", 0, "1", 0], output, { positive: "1" })).toThrow(
    `${name}: labels must be all numbers or all strings, received both`,
  );
  expect(call(metric, truth, output, { classes: [0, 1], positive: 7 })).toThrow(
    `${name}: positive must be one of the classes 0, 1, received 7`,
  );
  expect(call(metric, truth, output, { classes: [0, 1, 2] })).toThrow(
    `${name}: classes must be 2 for a vector, received 3`,
  );
});

const three = Matrix.fromRows([
  [0.1, 0.2, 0.7],
  [0.3, 0.3, 0.4],
  [0.2, 0.2, 0.6],
]);

describe("values that an option can't have", () => {
  it.each<[string, () => unknown, string]>([
    [
      "an unknown average",
      () => precision(truth, output, { average: "samples" as never }),
      'precision: average must be "binary" or "micro" or "macro" or "weighted", received "samples"',
    ],
    [
      "a share for no division",
      () => f1(truth, output, { zeroDivision: Number.NaN as never }),
      "f1: zeroDivision must be 0 or 1, received NaN",
    ],
    [
      "a positive class where all are averaged",
      () => recall(truth, output, { average: "macro", positive: 1 }),
      'recall: positive must not be given for average "macro", received 1',
    ],
    [
      "beta as text",
      () => fBeta(truth, output, "2" as never),
      'fBeta: beta must be finite and >= 0, received "2"',
    ],
    [
      "an unknown way for three classes",
      () => rocAuc([0, 1, 2], three, { multiclass: "ovrr" as never }),
      'rocAuc: multiclass must be "ovr" or "ovo", received "ovrr"',
    ],
    [
      "an average that there is not",
      () => rocAuc([0, 1, 2], three, { multiclass: "ovr", average: "micro" as never }),
      'rocAuc: average must be "macro" or "weighted", received "micro"',
    ],
    [
      "an average of two classes",
      () => rocAuc(truth, output, { average: "weighted" }),
      'rocAuc: average must not be given without multiclass, received "weighted"',
    ],
    [
      "a positive class of three",
      () => rocAuc([0, 1, 2], three, { multiclass: "ovr", positive: 1 }),
      "rocAuc: positive must not be given with multiclass, received 1",
    ],
    [
      "an unknown strategy",
      () => calibrationCurve(truth, output, { strategy: "kmeans" as never }),
      'calibrationCurve: strategy must be "uniform" or "quantile", received "kmeans"',
    ],
    [
      "bins as text",
      () => calibrationCurve(truth, output, { nBins: "5" as never }),
      'calibrationCurve: nBins must be a whole number >= 1, received "5"',
    ],
    [
      "an unknown way to normalise",
      () => confusionMatrix(truth, output, { normalize: "pred" as never }),
      'confusionMatrix: normalize must be "true" or "predicted" or "all", received "pred"',
    ],
    [
      "a flag as text",
      () => balancedAccuracy(truth, output, { adjusted: "yes" as never }),
      'balancedAccuracy: adjusted must be true or false, received "yes"',
    ],
    [
      "k as text",
      () => precisionAtK(truth, output, "2" as never),
      'precisionAtK: k must be above 0 and at most 4, received "2"',
    ],
    [
      "a flag of a curve as a number",
      () => rocCurve(truth, output, { dropIntermediate: 0 as never }),
      "rocCurve: dropIntermediate must be true or false, received 0",
    ],
    [
      "a half as text",
      () => brierScore(truth, output, { scaleByHalf: "no" as never }),
      'brierScore: scaleByHalf must be true or false, received "no"',
    ],
  ])("%s", (_, bad, message) => {
    expect(bad).toThrow(ParamError);
    expect(bad).toThrow(message);
  });

  it("of a bootstrap", async () => {
    const bootstrap = (options: unknown) => pairedBootstrap(truth, output, output, options as never);
    const wrong: readonly (readonly [unknown, string])[] = [
      [undefined, "options must be an object, received undefined"],
      [{}, 'metric must be "averagePrecision", "rocAuc" or a function, received undefined'],
      [{ metric: "auc" }, 'metric must be "averagePrecision", "rocAuc" or a function, received "auc"'],
      [{ metric: "rocAuc", nResample: 5 }, "received \"nResample\", did you mean 'nResamples'?"],
      [{ metric: "rocAuc", seed: "1" }, 'seed must be a number, received "1"'],
      [{ metric: "rocAuc", confidence: 95 }, "confidence must be above 0 and below 1, received 95"],
      [{ metric: "rocAuc", stratified: 1 }, "stratified must be true or false, received 1"],
      [{ metric: accuracy, positive: 1 }, "positive must not be given with a metric that is a function"],
    ];
    for (const [options, message] of wrong) {
      await expect(bootstrap(options)).rejects.toThrow(ParamError);
      await expect(bootstrap(options)).rejects.toThrow(message);
    }
    await expect(pairedBootstrap(truth, null as never, output, { metric: "rocAuc" })).rejects.toThrow(
      DataError,
    );
  });
});

describe("classes that a scorer is told", () => {
  const words = ["no", "yes", "yes", "no"];
  it("say which of two is positive", () => {
    const classes = ["no", "yes"];
    expect(precision(words, ["no", "yes", "no", "yes"], { classes })).toBe(0.5);
    expect(rocAuc(words, [0.1, 0.9, 0.8, 0.2], { classes })).toBe(1);
    expect(precision(words, ["no", "yes", "no", "no"], { classes, positive: "no" })).toBeCloseTo(2 / 3);
  });

  it("may lack a class of the truth, which no model has seen", () => {
    expect(accuracy([...words, "maybe"], [...words, "no"], { classes: ["no", "yes"] })).toBe(0.8);
  });
});

it("a matrix is no list of predictions, and rows are no matrix", () => {
  expect(() => accuracy([0, 1, 2], three as never)).toThrow(
    "accuracy: predictions must be an array, received a Matrix",
  );
  expect(() => logLoss([0, 1], [[0.9, 0.1]] as never)).toThrow(DataError);
  expect(() => logLoss(truth, { rows: 4, columns: 1, data: output } as never)).toThrow(
    "logLoss: the output must be an array or a Matrix, received an object",
  );
});
