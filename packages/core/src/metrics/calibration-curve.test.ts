import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { assertClose } from "../testing/assert-close.js";
import { calibrationCurve } from "./calibration-curve.js";

const { truth, proba, runs } = golden.calibration;

describe("calibrationCurve", () => {
  it.each(runs)("equals scikit-learn's, $strategy with $nBins bins", (run) => {
    const strategy = run.strategy === "quantile" ? "quantile" : "uniform";
    const curve = calibrationCurve(truth, proba, { strategy, nBins: run.nBins });
    assertClose(curve.probTrue, run.probTrue, { absolute: 1e-12 });
    assertClose(curve.probPredicted, run.probPredicted, { absolute: 1e-12 });
    expect(curve.binWeight.reduce((a, b) => a + b)).toBe(truth.length);
  });

  it("counts a weight of 2 as two rows", () => {
    const weights = truth.map((_, row) => (row % 2 === 0 ? 2 : 1));
    const rows = truth.flatMap((_, row) => Array.from({ length: weights[row] }, () => row));
    const repeated = calibrationCurve(
      rows.map((row) => truth[row]),
      rows.map((row) => proba[row]),
    );
    const weighted = calibrationCurve(truth, proba, { weights });
    assertClose(weighted.probTrue, repeated.probTrue, { absolute: 1e-12 });
    assertClose(weighted.probPredicted, repeated.probPredicted, { absolute: 1e-12 });
    assertClose(weighted.binWeight, repeated.binWeight);
  });

  it("leaves empty bins out and puts an edge into the bin below, 0 into the first", () => {
    const curve = calibrationCurve([0, 1, 0, 1], [0, 0.25, 0.5, 1], { nBins: 4 });
    expect(curve).toEqual({
      probTrue: Float64Array.of(0.5, 0, 1),
      probPredicted: Float64Array.of(0.125, 0.5, 1),
      binWeight: Float64Array.of(2, 1, 1),
    });
  });

  it("refuses what it can't bin", () => {
    expect(() => calibrationCurve([0, 1], [0, 1.1])).toThrow(/in 0..1, received 1.1 at row 1/);
    expect(() => calibrationCurve([0, 1], [0, 1], { nBins: 0 })).toThrow(/nBins must be .* received 0/);
    expect(() => calibrationCurve([0, 1], [0])).toThrow(/same length/);
  });
});
