import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { ParamError } from "../errors.js";
import { precisionAtK, recallAtK } from "./precision-at-k.js";

const { truth, scores, runs } = golden.topK;

describe("precisionAtK and recallAtK", () => {
  it.each(runs)("are the mean over all orders of the ties, k = $k", ({ k, precision, recall }) => {
    expect(precisionAtK(truth, scores, k)).toBeCloseTo(precision, 12);
    expect(recallAtK(truth, scores, k)).toBeCloseTo(recall, 12);
  });

  it("count a weight of 2 as two rows", () => {
    const weights = truth.map((_, row) => (row % 2 === 0 ? 2 : 1));
    const rows = truth.flatMap((_, row) => Array.from({ length: weights[row] }, () => row));
    const plain = precisionAtK(
      rows.map((row) => truth[row]),
      rows.map((row) => scores[row]),
      12,
    );
    expect(precisionAtK(truth, scores, 12, { weights })).toBeCloseTo(plain, 12);
  });

  it("need positives for recall only", () => {
    expect(precisionAtK([0, 0], [1, 2], 1)).toBe(0);
    expect(() => recallAtK([0, 0], [1, 2], 1)).toThrow(/at least one positive row/);
  });

  it.each([0, -1, 61, Number.NaN])("refuse k = %d of 60 rows", (k) => {
    expect(() => precisionAtK(truth, scores, k)).toThrow(ParamError);
    expect(() => recallAtK(truth, scores, k)).toThrow(/k must be above 0 and at most 60/);
  });
});
