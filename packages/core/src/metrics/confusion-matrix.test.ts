import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { assertClose } from "../testing/assert-close.js";
import { accuracy, balancedAccuracy, matthewsCorrelation } from "./accuracy.js";
import { adjustedRandIndex } from "./adjusted-rand-index.js";
import { confusionMatrix } from "./confusion-matrix.js";

it.each(golden.labels)(
  "agrees with scikit-learn, unweighted and weighted: $name",
  ({ truth, predicted, runs }) => {
    for (const run of runs) {
      const options = run.weights === null ? {} : { weights: run.weights };
      const { labels, matrix } = confusionMatrix(truth, predicted, options);
      expect(labels).toEqual(run.labels);
      assertClose(matrix.data, run.confusion.flat(), { absolute: 1e-12 });
      for (const normalize of ["true", "predicted", "all"] as const) {
        const shares = confusionMatrix(truth, predicted, { ...options, normalize });
        assertClose(shares.matrix.data, run[`confusion_${normalize}`].flat(), { absolute: 1e-12 });
      }
      expect(accuracy(truth, predicted, options)).toBeCloseTo(run.accuracy, 12);
      expect(balancedAccuracy(truth, predicted, options)).toBeCloseTo(run.balancedAccuracy, 12);
      expect(balancedAccuracy(truth, predicted, { ...options, adjusted: true })).toBeCloseTo(
        run.balancedAccuracyAdjusted,
        12,
      );
      expect(matthewsCorrelation(truth, predicted, options)).toBeCloseTo(run.matthews, 12);
      if (run.adjustedRand !== null)
        expect(adjustedRandIndex(truth, predicted)).toBeCloseTo(run.adjustedRand, 12);
    }
  },
);

describe("confusionMatrix", () => {
  it("shows the classes that are asked for, in that order", () => {
    const { matrix } = confusionMatrix(["a", "b", "c", "c"], ["a", "c", "c", "a"], {
      labels: ["c", "a", "z"],
    });
    expect(matrix.toRows()).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  it("refuses what it can't count, saying why", () => {
    expect(() => confusionMatrix([1], [1, 2])).toThrow(/same length, received 1 and 2/);
    expect(() => confusionMatrix([1], ["1"])).toThrow(/all numbers or all strings, received both/);
    expect(() => confusionMatrix([1], [1], { labels: [2] })).toThrow(/at least one class of the truth/);
    expect(() => confusionMatrix([1], [1], { labels: [1, 1] })).toThrow(
      /labels must be an array of different labels/,
    );
    const many = Float64Array.from({ length: 5000 }, (_, row) => row / 7);
    expect(() => confusionMatrix(many, many)).toThrow(/at most 4096 classes, received 5000/);
  });
});

describe("accuracy", () => {
  it("takes strings and typed arrays, and refuses labels of two types", () => {
    expect(accuracy(["a", "b"], ["a", "a"])).toBe(0.5);
    expect(accuracy(Int32Array.of(1, 2), Uint8Array.of(1, 2))).toBe(1);
    expect(() => accuracy([1, 0], ["1", "0"])).toThrow(/all numbers or all strings/);
  });
});

describe("adjustedRandIndex", () => {
  it("is 1 whatever the clusters are called, and takes weights as counts", () => {
    expect(adjustedRandIndex(["x", "x", "y"], [5, 5, 2])).toBe(1);
    const weighted = adjustedRandIndex([0, 0, 1, 1], [0, 1, 1, 1], { weights: [2, 1, 1, 3] });
    const rows = [0, 0, 1, 2, 3, 3, 3];
    const repeated = adjustedRandIndex(
      rows.map((row) => [0, 0, 1, 1][row]),
      rows.map((row) => [0, 1, 1, 1][row]),
    );
    expect(weighted).toBeCloseTo(repeated, 12);
  });
});
