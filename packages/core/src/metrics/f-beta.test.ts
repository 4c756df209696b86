import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { DataError, ParamError } from "../errors.js";
import { assertClose } from "../testing/assert-close.js";
import { f1, fBeta, precision, recall } from "./f-beta.js";

it.each(golden.labels)(
  "agrees with scikit-learn, unweighted and weighted: $name",
  ({ truth, predicted, runs }) => {
    for (const run of runs) {
      for (const { average, zeroDivision, values } of run.scores) {
        const options = {
          average: average as "micro",
          zeroDivision: zeroDivision as 0,
          ...(run.weights && { weights: run.weights }),
          ...(average === "binary" && { positive: run.labels[1] }),
        };
        const scores = [
          precision(truth, predicted, options),
          recall(truth, predicted, options),
          f1(truth, predicted, options),
          fBeta(truth, predicted, 2, options),
          fBeta(truth, predicted, 0.5, options),
        ];
        assertClose(scores, values, { absolute: 1e-12, label: `${average}, ${zeroDivision}` });
      }
    }
  },
);

describe("precision, recall and fBeta", () => {
  it("are about the positive class, 1 by default", () => {
    const truth = [0, 1, 1, 0, 1];
    const predicted = [0, 1, 0, 1, 1];
    expect(precision(truth, predicted)).toBeCloseTo(2 / 3, 12);
    expect(precision(truth, predicted, { positive: 0 })).toBe(0.5);
    expect(recall(truth, predicted, { positive: 0 })).toBe(0.5);
  });

  it("score zeroDivision where the positive class never occurs", () => {
    expect(f1([0, 0], [0, 0])).toBe(0);
    expect(f1([0, 0], [0, 0], { zeroDivision: 1 })).toBe(1);
  });

  it("refuse what has no positive class, saying what to give", () => {
    expect(() => f1(["a", "b"], ["a", "b"])).toThrow(DataError);
    expect(() => f1(["a", "b"], ["a", "b"])).toThrow(/positive must be given/);
    expect(() => f1([0, 1, 2], [0, 1, 2])).toThrow(ParamError);
    expect(() => f1([0, 1, 2], [0, 1, 2])).toThrow(
      /average must be "micro", "macro" or "weighted" for 3 classes \(0, 1, 2\), received "binary"/,
    );
    expect(() => f1([0, 1], [0, 1], { positive: 3 })).toThrow(/one of the labels 0, 1, received 3/);
    expect(() => fBeta([0, 1], [0, 1], -1)).toThrow(/beta must be finite and >= 0, received -1/);
  });
});
