import { DataError, fromColumns, ParamError, type Scorer, tensor } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { DecisionTreeRegressor } from "../tree/decision-tree-regressor.js";
import { FormulaDetector } from "./fixtures/formula-models.js";
import { golden, modelOf, plain, weighted } from "./fixtures/inspection-golden.js";
import { permutationImportance } from "./permutation-importance.js";

const repeats = 200;
const theirRepeats = 400;

describe("distributed as scikit-learn's", () => {
  test.each(golden.importances)(
    "$model by $scoring",
    async ({ model, scoring, weighted: weighs, y, ...wanted }) => {
      const data = (weighs ? weighted : plain).with({ y }, { target: "y" });
      const found = await permutationImportance(modelOf(model), data, { scoring, nRepeats: repeats });
      expect(Math.abs(found.baseline - wanted.baseline)).toBeLessThan(1e-9);
      expect(found.features).toEqual(["a", "b", "colour"]);
      wanted.mean.forEach((mean, f) => {
        const error = 4.5 * wanted.sd[f] * Math.sqrt(1 / repeats + 1 / theirRepeats);
        expect(Math.abs(found.mean[f] - mean)).toBeLessThan(error);
        const spread = 4.5 * Math.sqrt(((wanted.kurtosis[f] - 1) / 4) * (1 / repeats + 1 / theirRepeats));
        expect(Math.abs(found.sd[f] / wanted.sd[f] - 1)).toBeLessThan(spread);
      });
    },
  );
});

describe("permutationImportance", () => {
  const data = plain.with({ y: golden.importances[0].y }, { target: "y" });
  const model = modelOf("regression");

  test("mean and spread are of the repeats, which the seed alone decides", async () => {
    const found = await permutationImportance(model, data, { nRepeats: 4, seed: 2 });
    const again = await permutationImportance(model, data, { nRepeats: 4, seed: 2 });
    const other = await permutationImportance(model, data, { nRepeats: 4, seed: 3 });
    expect(again).toEqual(found);
    expect(other.importances).not.toEqual(found.importances);
    found.features.forEach((_, f) => {
      const row = [...found.importances.row(f)];
      const mean = row.reduce((a, b) => a + b) / 4;
      expect(found.mean[f]).toBeCloseTo(mean, 12);
      expect(found.sd[f]).toBeCloseTo(Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / 4), 12);
    });
  });

  test("a feature that the model ignores has none, and blocks are permuted as one", async () => {
    const y = golden.a.map((value) => 3 * value);
    const block = tensor(Float64Array.from(golden.a.flatMap((value, i) => [value, golden.b[i]])), [2]);
    const rows = fromColumns({ block, noise: golden.b, y }, { target: "y" });
    const tree = await new DecisionTreeRegressor({ maxDepth: 4 }).fit(rows);
    const { features, mean, importances } = await permutationImportance(tree, rows);
    expect(features).toEqual(["block", "noise"]);
    expect(mean[0]).toBeGreaterThan(0.5);
    expect(importances.row(1).every((value) => Object.is(value, 0))).toBe(true);
  });

  test("a loss of one's own counts the other way round", async () => {
    const loss: Scorer = {
      name: "loss",
      needs: "predict",
      greaterIsBetter: false,
      score: (truth, predicted) =>
        Array.from(predicted as Float64Array).reduce((sum, p, i) => sum + (p - Number(truth[i])) ** 2, 0),
    };
    const { mean } = await permutationImportance(model, data, { scoring: loss });
    expect(mean[0]).toBeGreaterThan(0);
  });

  test("fewer rows, a share or a count of them, are drawn and scored", async () => {
    const counted: number[] = [];
    const scorer: Scorer = {
      name: "rows",
      needs: "predict",
      greaterIsBetter: true,
      score: (truth) => counted.push(truth.length),
    };
    await permutationImportance(model, data, { scoring: scorer, nRepeats: 1, maxSamples: 0.25 });
    await permutationImportance(model, data, { scoring: scorer, nRepeats: 1, maxSamples: 7 });
    expect(counted).toEqual([120, 30, 30, 30, 120, 7, 7, 7]);
  });

  test("refuses what it can't do", async () => {
    const detector = new FormulaDetector(plain.featureSchema);
    await expect(permutationImportance(detector, data)).rejects.toThrow(
      "permutationImportance: scoring must be given for a outlierDetector, received none",
    );
    await expect(permutationImportance(model, data, { maxSamples: 121 })).rejects.toThrow(
      "permutationImportance: maxSamples must be at most the 120 rows, received 121",
    );
    await expect(permutationImportance(model, data, { nRepeats: 0 })).rejects.toThrow(ParamError);
    await expect(permutationImportance(model, data.drop(["a"]))).rejects.toThrow(DataError);
    await expect(permutationImportance(model, data.slice(0, 0))).rejects.toThrow(DataError);
  });

  test("reports every permutation, and an abort ends it", async () => {
    const seen: number[] = [];
    const controller = new AbortController();
    await permutationImportance(model, data, {
      nRepeats: 2,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(seen.map((share) => Math.round(share * 6))).toEqual([1, 2, 3, 4, 5, 6]);
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(
      permutationImportance(model, data, { signal: controller.signal, onProgress }),
    ).rejects.toThrow("enough");
  });
});
