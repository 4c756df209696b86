import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from "./regression.js";

describe.each(golden.regression)("against scikit-learn, $name", ({ truth, predicted, runs }) => {
  it.each(runs)("run %#", ({ weights, ...expected }) => {
    const options = weights === null ? {} : { weights };
    expect(r2Score(truth, predicted, options)).toBeCloseTo(expected.r2, 12);
    expect(meanAbsoluteError(truth, predicted, options)).toBeCloseTo(expected.mae, 12);
    expect(meanSquaredError(truth, predicted, options)).toBeCloseTo(expected.mse, 12);
    expect(rootMeanSquaredError(truth, predicted, options)).toBeCloseTo(expected.rmse, 12);
    expect(medianAbsoluteError(truth, predicted, options)).toBeCloseTo(expected.medae, 12);
  });
});

describe("regression metrics", () => {
  it("take typed arrays", () => {
    expect(meanSquaredError(Float32Array.of(1, 2), Int32Array.of(1, 4))).toBe(2);
  });

  it.each([r2Score, meanAbsoluteError, meanSquaredError, rootMeanSquaredError, medianAbsoluteError])(
    "refuse what can't be compared: %o",
    (metric) => {
      expect(() => metric([1, 2], [1])).toThrow(`${metric.name}: truth and output must have the same length`);
      expect(() => metric([1, 2], [1, Number.NaN])).toThrow(
        /predictions must be finite, received NaN at row 1/,
      );
      expect(() => metric([Number.POSITIVE_INFINITY, 2], [1, 2])).toThrow(/the truth must be finite/);
      expect(() => metric([1, 2], [1, 2], { weights: [1, -2] })).toThrow(/received -2 at row 1/);
    },
  );

  it("need two rows for r2Score", () => {
    expect(() => r2Score([1], [1])).toThrow(/at least 2 rows, received 1/);
  });
});
