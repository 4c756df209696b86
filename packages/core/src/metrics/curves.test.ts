import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { DataError } from "../errors.js";
import { assertClose } from "../testing/assert-close.js";
import { Matrix } from "../matrix.js";
import { averagePrecision } from "./average-precision.js";
import { precisionRecallCurve, rocCurve } from "./curves.js";
import { rocAuc } from "./roc-auc.js";

const close = { absolute: 1e-12 };
/** JSON has no Infinity; the script writes it as a word. */
const numbers = (values: readonly (number | string)[]): number[] => values.map(Number);

describe.each(golden.ranking)("against scikit-learn, $name", ({ truth, scores, runs }) => {
  it.each(runs)("run %#", (run) => {
    const weights = run.weights ?? undefined;
    for (const [expected, dropIntermediate] of [
      [run.roc, true],
      [run.rocAll, false],
    ] as const) {
      const curve = rocCurve(truth, scores, { dropIntermediate, ...(weights && { weights }) });
      assertClose(curve.falsePositiveRate, numbers(expected[0]), close);
      assertClose(curve.truePositiveRate, numbers(expected[1]), close);
      assertClose(curve.thresholds, numbers(expected[2]), { absolute: 0 });
    }
    for (const [expected, dropIntermediate] of [
      [run.pr, false],
      [run.prDropped, true],
    ] as const) {
      const curve = precisionRecallCurve(truth, scores, { dropIntermediate, ...(weights && { weights }) });
      assertClose(curve.precision, numbers(expected[0]), close);
      assertClose(curve.recall, numbers(expected[1]), close);
      assertClose(curve.thresholds, numbers(expected[2]), { absolute: 0 });
    }
    const options = weights && { weights };
    expect(Math.abs(rocAuc(truth, scores, options) - run.rocAuc)).toBeLessThan(1e-12);
    expect(Math.abs(averagePrecision(truth, scores, options) - run.averagePrecision)).toBeLessThan(1e-12);
  });
});

it("agrees where the radix sort takes over, ties and all", () => {
  const { truth, scores, rocAuc: auc, averagePrecision: ap } = golden.large;
  expect(rocAuc(truth, scores)).toBeCloseTo(auc, 12);
  expect(averagePrecision(truth, scores)).toBeCloseTo(ap, 12);
});

describe("rocCurve and precisionRecallCurve", () => {
  it("default to scikit-learn's dropIntermediate: on for ROC, off for precision-recall", () => {
    const truth = [0, 0, 0, 1, 1, 1];
    const scores = [1, 2, 3, 4, 5, 6];
    expect(rocCurve(truth, scores).thresholds).toEqual(Float64Array.of(Number.POSITIVE_INFINITY, 6, 4, 1));
    expect(precisionRecallCurve(truth, scores).thresholds).toHaveLength(6);
  });

  it("take typed arrays, string labels and matrices of two classes", () => {
    const labels = ["ham", "spam", "spam", "ham"];
    const scores = Float32Array.of(0.25, 0.75, 0.5, 0.125);
    const proba = new Matrix(4, 2, Float64Array.from([...scores].flatMap((p) => [1 - p, p])));
    const expected = rocCurve([0, 1, 1, 0], scores);
    expect(rocCurve(labels, scores, { positive: "spam" })).toEqual(expected);
    expect(rocCurve(labels, proba)).toEqual(expected);
    expect(rocCurve(labels, proba, { positive: "ham" }).thresholds[1]).toBe(0.875);
    expect(rocCurve(labels, new Matrix(4, 1, Float64Array.from(scores)), { positive: "spam" })).toEqual(
      expected,
    );
  });

  it.each([
    ["unequal lengths", [0, 1], [0.5], {}, /same length, received 2 and 1/],
    ["no rows", [], [], {}, /at least 1 row, received 0/],
    ["NaN scores", [0, 1], [0.5, Number.NaN], {}, /scores must be finite, received NaN at row 1/],
    ["infinite scores", [0, 1], [0.5, Number.POSITIVE_INFINITY], {}, /finite, received Infinity at row 1/],
    ["NaN labels", [0, Number.NaN], [1, 2], {}, /labels must be numbers or strings, received NaN at row 1/],
    ["one class", [1, 1], [1, 2], {}, /at least one negative row/],
    ["other labels", [1, 2], [1, 2], {}, /positive must be given .* received 2 at row 1/],
    ["string labels", ["a", "b"], [1, 2], {}, /positive must be given .* received "a" at row 0/],
    ["three labels", [0, 1, -1], [1, 2, 3], {}, /positive must be given .* received -1 at row 2/],
    ["a foreign positive", [0, 1], [1, 2], { positive: 7 }, /one of the labels 0, 1, received 7/],
    ["a positive of another type", [0, 0], [1, 2], { positive: "0" }, /one of the labels 0, received "0"/],
    ["short weights", [0, 1], [1, 2], { weights: [1] }, /weights must have 2 values, received 1/],
    ["negative weights", [0, 1], [1, 2], { weights: [1, -1] }, />= 0, received -1 at row 1/],
    ["zero weights", [0, 1], [1, 2], { weights: [0, 0] }, /must not all be zero/],
    ["a class of weight 0", [0, 1], [1, 2], { weights: [1, 0] }, /at least one positive row/],
  ])("refuse %s", (_, truth, scores, options, message) => {
    expect(() => rocCurve(truth, scores, options)).toThrow(DataError);
    expect(() => rocCurve(truth, scores, options)).toThrow(message);
  });

  it("refuse a matrix whose columns can't be named", () => {
    const three = new Matrix(2, 3, Float64Array.of(0.2, 0.3, 0.5, 0.2, 0.3, 0.5));
    expect(() => rocCurve([0, 1], three)).toThrow(/one column for each class \(0, 1\), received 3 columns/);
    expect(() => rocCurve([0, 1], three, { classes: [0, 1, 2] })).toThrow(
      /positive must be given for 3 classes/,
    );
    expect(rocCurve([0, 1], three, { classes: [0, 1, 2], positive: 1 }).thresholds).toHaveLength(2);
  });

  it("need a positive row for precision and recall, but no negative one", () => {
    expect(() => precisionRecallCurve([0, 0], [1, 2])).toThrow(/at least one positive row/);
    expect(precisionRecallCurve([1, 1], [1, 2]).precision).toEqual(Float64Array.of(1, 1, 1));
  });
});
