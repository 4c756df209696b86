import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { Matrix } from "../matrix.js";
import { brierScore, logLoss } from "./log-loss.js";

describe("two classes, against scikit-learn", () => {
  const { truth, proba, runs } = golden.binaryProbabilities;
  const matrix = Matrix.fromRows(proba.map((p) => [1 - p, p]));
  const names = truth.map((label) => (label === 1 ? "yes" : "no"));

  it.each(runs)("run %#", ({ weights, ...expected }) => {
    const options = weights === null ? {} : { weights };
    expect(logLoss(truth, proba, options)).toBeCloseTo(expected.logLoss, 12);
    expect(brierScore(truth, proba, options)).toBeCloseTo(expected.brier, 12);
    expect(brierScore(truth, proba, { ...options, scaleByHalf: false })).toBeCloseTo(expected.brierFull, 12);
    expect(logLoss(truth, matrix, options)).toBeCloseTo(expected.logLoss, 12);
    expect(brierScore(truth, matrix, options)).toBeCloseTo(expected.brier, 12);
    expect(logLoss(names, proba, { ...options, positive: "yes" })).toBeCloseTo(expected.logLoss, 12);
    expect(logLoss(names, matrix, options)).toBeCloseTo(expected.logLoss, 12);
  });
});

describe("three classes, against scikit-learn", () => {
  const { truth, proba, classes, runs } = golden.multiclassProbabilities;
  const matrix = Matrix.fromRows(proba);

  it.each(runs)("run %#", ({ weights, ...expected }) => {
    const options = weights === null ? {} : { weights };
    expect(logLoss(truth, matrix, options)).toBeCloseTo(expected.logLoss, 12);
    expect(brierScore(truth, matrix, options)).toBeCloseTo(expected.brier, 12);
    expect(brierScore(truth, matrix, { ...options, scaleByHalf: true })).toBeCloseTo(expected.brierHalf, 12);
  });

  it("names the columns by classes, in any order", () => {
    const turned = Matrix.fromRows(proba.map((row) => row.toReversed()));
    const loss = logLoss(truth, turned, { classes: classes.toReversed() });
    expect(loss).toBeCloseTo(logLoss(truth, matrix), 12);
  });
});

describe("logLoss", () => {
  it("stays finite for certain mistakes", () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(2 ** -52), 12);
  });

  it("takes a truth of one class, which sides are known", () => {
    expect(logLoss([1, 1], [0.5, 0.5])).toBeCloseTo(Math.LN2, 12);
    expect(logLoss(["b"], new Matrix(1, 2, Float64Array.of(0.5, 0.5)), { classes: ["a", "b"] })).toBeCloseTo(
      Math.LN2,
      12,
    );
  });

  it.each([
    ["out of range", [0, 1], [0.2, 1.5], /must be in 0..1, received 1.5 at row 1/],
    ["negative", [0, 1], [-0.1, 0.5], /must be in 0..1, received -0.1 at row 0/],
    ["NaN", [0, 1], [Number.NaN, 0.5], /must be finite, received NaN at row 0/],
    ["unequal in length", [0], [0.1, 0.5], /same length/],
    ["of unnamed strings", ["a", "b"], [0.1, 0.5], /positive must be given/],
  ])("refuses probabilities that are %s", (_, truth, proba, message) => {
    expect(() => logLoss(truth, proba)).toThrow(message);
    expect(() => brierScore(truth, proba)).toThrow(message);
  });

  it("refuses matrices that aren't probabilities of the classes", () => {
    const rows = (...values: number[][]): Matrix => Matrix.fromRows(values);
    expect(() => logLoss([0, 1], rows([0.5, 0.6], [0.5, 0.5]))).toThrow(
      /must sum to 1, received 1.1 at row 0/,
    );
    expect(() => logLoss([0, 1], rows([0.5, 0.5], [2, -1]))).toThrow(/in 0..1, received 2 at row 1/);
    expect(() => logLoss([0, 0], rows([0.5, 0.5], [0.5, 0.5]))).toThrow(/give classes/);
    expect(() => logLoss([0, 2], rows([0.5, 0.5], [0.5, 0.5]), { classes: [0, 1] })).toThrow(
      /among the classes 0, 1, received 2 at row 1/,
    );
  });
});
