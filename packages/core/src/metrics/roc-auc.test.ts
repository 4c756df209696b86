import { fc, it as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import golden from "../../golden/metrics.json" with { type: "json" };
import { Matrix } from "../matrix.js";
import { rocAuc } from "./roc-auc.js";

const { truth, proba, weights, ...expected } = golden.multiclassRanking;
const matrix = Matrix.fromRows(proba);

describe("rocAuc of several classes", () => {
  it.each(["macro", "weighted"] as const)("equals scikit-learn's, %s", (average) => {
    const ovr = rocAuc(truth, matrix, { multiclass: "ovr", average });
    expect(ovr).toBeCloseTo(expected[`ovr_${average}`], 12);
    const weighted = rocAuc(truth, matrix, { multiclass: "ovr", average, weights });
    expect(weighted).toBeCloseTo(expected[`ovr_${average}_weighted`], 12);
    const ovo = rocAuc(truth, matrix, { multiclass: "ovo", average });
    expect(ovo).toBeCloseTo(expected[`ovo_${average}`], 12);
  });

  it.each(["ovr", "ovo"] as const)("counts a weight of 2 as two rows, %s", (multiclass) => {
    const doubled = truth.map((_, row) => (row % 3 === 0 ? 2 : 1));
    const rows = truth.flatMap((_, row) => Array.from({ length: doubled[row] }, () => row));
    for (const average of ["macro", "weighted"] as const) {
      const repeated = rocAuc(
        rows.map((row) => truth[row]),
        Matrix.fromRows(rows.map((row) => proba[row])),
        { multiclass, average },
      );
      expect(rocAuc(truth, matrix, { multiclass, average, weights: doubled })).toBeCloseTo(repeated, 12);
    }
  });

  it("does not depend on the names of the classes", () => {
    const names = truth.map((label) => "abcd"[label]);
    expect(rocAuc(names, matrix, { multiclass: "ovr" })).toBe(rocAuc(truth, matrix, { multiclass: "ovr" }));
  });

  it("refuses what it can't score, saying why", () => {
    expect(() => rocAuc(truth, matrix)).toThrow(/multiclass must be "ovr" or "ovo" for 4 classes/);
    expect(() => rocAuc([0, 1], [0, 1], { multiclass: "ovr" })).toThrow(
      /must be a Matrix, received an array/,
    );
    expect(() => rocAuc([0, 1], new Matrix(2, 3), { multiclass: "ovr" })).toThrow(/give classes/);
    expect(() => rocAuc([0, 1], new Matrix(2, 3), { multiclass: "ovr", classes: [0, 1, 2] })).toThrow(
      /every class must have a row, received none of 2/,
    );
    expect(() => rocAuc([0, 5], new Matrix(2, 2), { multiclass: "ovr", classes: [0, 1] })).toThrow(
      /among the classes 0, 1, received 5 at row 1/,
    );
  });
});

const binary = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => ({
    truth: rows.map(([hit]) => (hit ? 1 : 0)),
    scores: rows.map(([, score]) => score),
    weights: rows.map(([, , weight]) => weight),
  }))
  .filter(({ truth, weights }) =>
    [0, 1].every((label) => truth.some((t, i) => t === label && weights[i] > 0)),
  );

describe("rocAuc of two classes", () => {
  property.prop([binary])(
    "is the weight of pairs in the right order, ties half",
    ({ truth, scores, weights }) => {
      let right = 0;
      let pairs = 0;
      for (let i = 0; i < truth.length; i++) {
        for (let j = 0; j < truth.length; j++) {
          if (truth[i] !== 1 || truth[j] !== 0) continue;
          const pair = weights[i] * weights[j];
          pairs += pair;
          right += pair * (scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0);
        }
      }
      expect(rocAuc(truth, scores, { weights })).toBeCloseTo(right / pairs, 12);
    },
  );

  property.prop([binary])(
    "turns into its complement when scores or classes are turned",
    ({ truth, scores, weights }) => {
      const area = rocAuc(truth, scores, { weights });
      const turned = scores.map((score) => -score);
      expect(rocAuc(truth, turned, { weights })).toBeCloseTo(1 - area, 12);
      expect(rocAuc(truth, scores, { weights, positive: 0 })).toBeCloseTo(1 - area, 12);
    },
  );
});
