import { fc, it as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { averagePrecision } from "./average-precision.js";

// Agreement with scikit-learn is tested with the curves.
describe("averagePrecision", () => {
  it("is 1 for a perfect ranking and the base rate where all tie", () => {
    expect(averagePrecision([0, 1, 0, 1], [1, 3, 2, 4])).toBe(1);
    expect(averagePrecision([0, 1, 0, 0], [7, 7, 7, 7])).toBe(0.25);
  });

  it("refuses a truth without positives", () => {
    expect(() => averagePrecision([0, 0], [1, 2])).toThrow(
      /averagePrecision: there must be at least one positive row \(positive is 1\), received none/,
    );
  });

  property.prop([
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    }),
  ])("counts a weight of n as n rows, in any order of the rows", (rows) => {
    fc.pre(rows.some(([hit]) => hit));
    const truth = rows.map(([hit]) => (hit ? 1 : 0));
    const scores = rows.map(([, score]) => score);
    const repeated = rows.flatMap((row) => Array.from({ length: row[2] }, () => row)).reverse();
    const weighted = averagePrecision(truth, scores, { weights: rows.map(([, , weight]) => weight) });
    const plain = averagePrecision(
      repeated.map(([hit]) => (hit ? 1 : 0)),
      repeated.map(([, score]) => score),
    );
    expect(weighted).toBeCloseTo(plain, 12);
  });
});
