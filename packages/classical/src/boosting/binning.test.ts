import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { KernelTeam } from "../kernels/team.js";
import { binFeatures, binningBytes } from "./bin-features.js";
import { type Binning, type FeatureBins, MISSING_BIN } from "./binning.js";
import type { CategoricalFeature, FeatureColumn, NumericFeature } from "./feature-columns.js";
import { walkRows } from "./walk-rows.js";

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
interface Binned {
  readonly featureBins: FeatureBins[];
  /** Bins row by row. */
  readonly byRow: Uint8Array;
  readonly byColumn: Uint8Array;
}

async function bin(
  columns: readonly FeatureColumn[],
  weights: Float64Array | undefined,
  rows: number,
  maxBins: number,
  threads = 1,
  binning: Binning = "quantile",
): Promise<Binned> {
  const { kept, passing } = binningBytes(rows, columns.length, threads);
  const team = await KernelTeam.start(kept + passing, threads);
  const { featureBins, data } = binFeatures(team, columns, weights, rows, maxBins, binning, new Random(0));
  const size = rows * columns.length;
  const [byRow, byColumn] = [data.bins, data.columns].map((at) => team.u8.slice(at, at + size));
  team.close();
  return { featureBins, byRow, byColumn };
}
const fit = async (
  values: ArrayLike<number>,
  weights: Float64Array | undefined,
  maxBins: number,
): Promise<Float64Array> =>
  thresholdsOf((await bin([numeric(values)], weights, values.length, maxBins)).featureBins[0]);

test("thresholds of more values than bins are scikit-learn's, with and without weights", async () => {
  assertClose(await fit(golden.values, undefined, 32), golden.thresholds, { absolute: 1e-12 });
  const kept = golden.weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
  const values = kept.map((i) => golden.values[i]);
  const weights = Float64Array.from(kept, (i) => golden.weights[i]);
  assertClose(await fit(values, weights, 32), golden.weighted, { absolute: 1e-12 });
});

test("few values have thresholds half way between them; one value and none have no threshold", async () => {
  expect([...(await fit([3, 1, Number.NaN, 2, 1], undefined, 255))]).toEqual([1.5, 2.5]);
  expect([...(await fit([7, 7, Number.NaN], undefined, 255))]).toEqual([]);
  expect([...(await fit([Number.NaN, Number.NaN], undefined, 255))]).toEqual([]);
});

test.prop([
  fc.array(fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
  }),
  fc.integer({ min: 2, max: 12 }),
  fc.constantFrom<Binning>("quantile", "tails"),
])(
  "a value lies between the thresholds of its bin, and there are no more bins than asked for",
  async (values, maxBins, binning) => {
    const {
      featureBins: fitted,
      byRow: bins,
      byColumn,
    } = await bin([numeric(values)], undefined, values.length, maxBins, 1, binning);
    const thresholds = thresholdsOf(fitted[0]);
    expect(fitted[0].count).toBe(thresholds.length + 1);
    expect(fitted[0].count).toBeLessThanOrEqual(maxBins);
    expect(bins).toEqual(byColumn);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) expect(bins[i]).toBe(MISSING_BIN);
      else {
        if (bins[i] > 0) expect(value).toBeGreaterThan(thresholds[bins[i] - 1]);
        if (bins[i] < thresholds.length) expect(value).toBeLessThanOrEqual(thresholds[bins[i]]);
      }
    });
  },
);

test("more rows than the sample are binned by rows drawn, by weight where there are weights", async () => {
  const rows = 250_000;
  const values = Float64Array.from({ length: rows }, (_, i) => i);
  const quartiles = await fit(values, undefined, 4);
  assertClose(quartiles, [62_500, 125_000, 187_500], { relative: 0.02 });
  expect(await fit(values, undefined, 4)).toEqual(quartiles);
  // All weight on the last fifth.
  const weights = Float64Array.from({ length: rows }, (_, i) => (i < 200_000 ? 0.001 : 10));
  assertClose(await fit(values, weights, 4), [212_500, 225_000, 237_500], { relative: 0.02 });
});

const categories = Array.from({ length: 300 }, (_, c) => `c${String(c).padStart(3, "0")}`);
const column = (codes: readonly number[]): CategoricalFeature => ({
  kind: "categorical",
  codes: Int32Array.from(codes),
  categories,
});

test("categories are binned by name; one that no row has counts as missing", async () => {
  const feature = column([7, 2, -1, 2, 5]);
  const { featureBins: fitted, byRow } = await bin([feature], undefined, 5, 255);
  expect(fitted[0].count).toBe(3);
  expect([...byRow]).toEqual([2, 0, MISSING_BIN, 0, 1]);
  const places = fitted[0].kind === "categorical" ? fitted[0].places : new Int32Array(0);
  const seen = column([5, 9, -1, -2]);
  const walked = new Float64Array(4);
  walkRows([seen], new Map([[0, places]]), 0, 4, walked);
  expect([...walked]).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
});

test("of more categories than bins each has a place of its own, and some share a bin", async () => {
  const codes = categories.map((_, c) => 299 - c);
  const [fitted] = (await bin([column(codes)], undefined, codes.length, 100)).featureBins;
  expect(fitted.count).toBe(100);
  expect(fitted.kind === "categorical" && [...fitted.places]).toEqual(codes.map((_, c) => c));
  expect(fitted.kind === "categorical" && fitted.shared).toHaveLength(300);
});

test("columns of several kinds are binned alike by 1, 2 and 4 threads", async () => {
  const random = new Random(2);
  const rows = 3001;
  const draw = (holes: boolean): Float64Array =>
    Float64Array.from({ length: rows }, () =>
      holes && random.uniform() < 0.2 ? Number.NaN : random.normal(),
    );
  const columns: FeatureColumn[] = [
    numeric(draw(false)),
    column(Array.from({ length: rows }, () => random.integer(8) - 1)),
    numeric(draw(true)),
    {
      kind: "numeric",
      values: Float64Array.from({ length: 3 * rows }, () => random.integer(900)),
      offset: 1,
      stride: 3,
    },
  ];
  const [one, two, four] = await Promise.all(
    [1, 2, 4].map((threads) => bin(columns, undefined, rows, 255, threads)),
  );
  expect(two).toEqual(one);
  expect(four).toEqual(one);
  columns.forEach((_, f) => {
    for (let i = 0; i < rows; i += 100)
      expect(one.byRow[i * columns.length + f]).toBe(one.byColumn[f * rows + i]);
  });
});
