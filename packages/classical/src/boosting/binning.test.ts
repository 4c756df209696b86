import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { binRows, walkRows } from "./walk-rows.js";
import { type FeatureBins, fitBins, MISSING_BIN } from "./binning.js";
import type { CategoricalFeature, NumericFeature } from "./feature-columns.js";

const { bins: golden } = JSON.parse(
  readFileSync(new URL("../../golden/boosting.json", import.meta.url), "utf8"),
) as { bins: Record<"values" | "weights" | "thresholds" | "weighted", number[]> };

const numeric = (values: ArrayLike<number>): NumericFeature => ({
  kind: "numeric",
  values: Float64Array.from(values),
  offset: 0,
  stride: 1,
});
const thresholdsOf = (bins: FeatureBins): Float64Array =>
  bins.kind === "numeric" ? bins.thresholds : new Float64Array(0);
const fit = (values: ArrayLike<number>, weights: Float64Array | undefined, maxBins: number): Float64Array =>
  thresholdsOf(fitBins([numeric(values)], weights, values.length, maxBins, new Random(0))[0]);

test("thresholds of more values than bins are scikit-learn's, with and without weights", () => {
  assertClose(fit(golden.values, undefined, 32), golden.thresholds, { absolute: 1e-12 });
  const kept = golden.weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
  const values = kept.map((i) => golden.values[i]);
  const weights = Float64Array.from(kept, (i) => golden.weights[i]);
  assertClose(fit(values, weights, 32), golden.weighted, { absolute: 1e-12 });
});

test("few values have thresholds half way between them; one value and none have no threshold", () => {
  expect([...fit([3, 1, Number.NaN, 2, 1], undefined, 255)]).toEqual([1.5, 2.5]);
  expect([...fit([7, 7, Number.NaN], undefined, 255)]).toEqual([]);
  expect([...fit([Number.NaN, Number.NaN], undefined, 255)]).toEqual([]);
});

test.prop([
  fc.array(fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
  }),
  fc.integer({ min: 2, max: 12 }),
])(
  "a value lies between the thresholds of its bin, and there are no more bins than asked for",
  (values, maxBins) => {
    const columns = [numeric(values)];
    const fitted = fitBins(columns, undefined, values.length, maxBins, new Random(0));
    const thresholds = thresholdsOf(fitted[0]);
    expect(fitted[0].count).toBe(thresholds.length + 1);
    expect(fitted[0].count).toBeLessThanOrEqual(maxBins);
    const { bins, columns: byFeature, counts } = binRows(columns, fitted, values.length);
    expect(bins).toEqual(byFeature[0]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) expect(bins[i]).toBe(MISSING_BIN);
      else {
        if (bins[i] > 0) expect(value).toBeGreaterThan(thresholds[bins[i] - 1]);
        if (bins[i] < thresholds.length) expect(value).toBeLessThanOrEqual(thresholds[bins[i]]);
      }
    });
  },
);

test("more rows than the sample are binned by rows drawn, by weight where there are weights", () => {
  const rows = 250_000;
  const values = Float64Array.from({ length: rows }, (_, i) => i);
  const quartiles = fit(values, undefined, 4);
  assertClose(quartiles, [62_500, 125_000, 187_500], { relative: 0.02 });
  expect(fit(values, undefined, 4)).toEqual(quartiles);
  // All weight on the last fifth.
  const weights = Float64Array.from({ length: rows }, (_, i) => (i < 200_000 ? 0.001 : 10));
  assertClose(fit(values, weights, 4), [212_500, 225_000, 237_500], { relative: 0.02 });
});

const categories = Array.from({ length: 300 }, (_, c) => `c${String(c).padStart(3, "0")}`);
const column = (codes: readonly number[]): CategoricalFeature => ({
  kind: "categorical",
  codes: Int32Array.from(codes),
  categories,
});

test("categories are binned by name; one that no row has counts as missing", () => {
  const feature = column([7, 2, -1, 2, 5]);
  const fitted = fitBins([feature], undefined, 5, 255, new Random(0));
  expect(fitted[0].count).toBe(3);
  expect([...binRows([feature], fitted, 5).bins]).toEqual([2, 0, MISSING_BIN, 0, 1]);
  const bins = fitted[0].kind === "categorical" ? fitted[0].bins : new Uint8Array(0);
  const seen = column([5, 9, -1, -2]);
  expect([...walkRows([seen], new Map([[0, bins]]), 4)]).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
});

test("categories beyond the bins share the last one, the rarest of them", () => {
  // Category c occurs 300 - c times, so the highest numbers are the rarest.
  const codes = categories.flatMap((_, c) => Array<number>(300 - c).fill(c));
  const feature = column(codes);
  const fitted = fitBins([feature], undefined, codes.length, 100, new Random(0))[0];
  expect(fitted.count).toBe(100);
  const bins = fitted.kind === "categorical" ? [...fitted.bins] : [];
  expect(bins.slice(0, 99)).toEqual(Array.from({ length: 99 }, (_, c) => c));
  expect(new Set(bins.slice(99))).toEqual(new Set([99]));
});
