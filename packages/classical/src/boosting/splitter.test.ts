import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { expect } from "vitest";
import { MISSING_BIN } from "./binning.js";
import {
  type BinnedRows,
  BINS,
  fillHistogram,
  fillRoot,
  type Histogram,
  subtractHistogram,
} from "./histogram.js";
import { Splitter } from "./splitter.js";

const empty = (features: number): Histogram => ({
  sums: new Float64Array(2 * features * BINS),
  counts: new Int32Array(features * BINS),
});

/** Rows of bins by feature, gradient and hessian in whole quarters, so that sums are exact in any order. */
const tables = fc.integer({ min: 1, max: 9 }).chain((features) =>
  fc.array(
    fc.tuple(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(MISSING_BIN)), {
        minLength: features,
        maxLength: features,
      }),
      fc.integer({ min: -8, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
    ),
    { minLength: 2, maxLength: 40 },
  ),
);
type Row = [number[], number, number];

function binned(rows: readonly Row[]): { data: BinnedRows; derivatives: Float32Array } {
  const features = rows[0][0].length;
  const counts = new Int32Array(features * BINS);
  for (const [bins] of rows) bins.forEach((bin, f) => counts[f * BINS + bin]++);
  return {
    data: {
      bins: Uint8Array.from(rows.flatMap(([bins]) => bins)),
      columns: Array.from({ length: features }, (_, f) => Uint8Array.from(rows, ([bins]) => bins[f])),
      features,
      counts,
    },
    derivatives: Float32Array.from(rows.flatMap(([, gradient, hessian]) => [gradient / 4, hessian / 4])),
  };
}

/** The plain way: one slot at a time. */
function slow(rows: readonly Row[]): Histogram {
  const out = empty(rows[0]?.[0].length ?? 1);
  for (const [bins, gradient, hessian] of rows) {
    bins.forEach((bin, f) => {
      out.sums[2 * (f * BINS + bin)] += gradient / 4;
      out.sums[2 * (f * BINS + bin) + 1] += hessian / 4;
      out.counts[f * BINS + bin]++;
    });
  }
  return out;
}

/** Whether two histograms are the same; quicker on thousands of slots than a matcher that shows them. */
const same = (a: Histogram, b: Histogram): boolean =>
  a.sums.every((sum, i) => sum === b.sums[i]) && a.counts.every((count, i) => count === b.counts[i]);

test.prop([tables, fc.nat()])("histograms of all rows, of some, and of the rest", (rows, at) => {
  const { data, derivatives } = binned(rows);
  const whole = empty(data.features);
  whole.sums.fill(7); // what it held before must not matter
  fillRoot(whole, data, derivatives);
  expect(same(whole, slow(rows))).toBe(true);
  const order = new Random(at).permutation(rows.length);
  const some = 1 + (at % (rows.length - 1));
  const part = empty(data.features);
  part.sums.fill(7);
  fillHistogram(part, data, order, 0, some, derivatives);
  expect(same(part, slow(Array.from(order.subarray(0, some), (i) => rows[i])))).toBe(true);
  subtractHistogram(whole, part);
  expect(same(whole, slow(Array.from(order.subarray(some), (i) => rows[i])))).toBe(true);
});

test.prop([tables, fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1.5)])(
  "the best numeric split is the best of all ways to cut, with missing values on either side",
  (rows, minSamplesLeaf, l2) => {
    const { data } = binned(rows);
    const features = data.columns.map((column) => ({
      kind: "numeric" as const,
      count: 6,
      missing: column.includes(MISSING_BIN),
    }));
    const sum = (of: readonly Row[], at: 1 | 2): number => of.reduce((total, row) => total + row[at] / 4, 0);
    const splitter = new Splitter(
      features,
      { minSamplesLeaf, l2Regularization: l2, maxFeatures: 1 },
      new Random(0),
    );
    const node = { gradient: sum(rows, 1), hessian: sum(rows, 2), count: rows.length, value: 0 };
    const best = splitter.best(slow(rows), node);
    let expected = 0;
    for (let f = 0; f < features.length; f++) {
      for (let bin = 0; bin < 6; bin++) {
        for (const missingLeft of [false, true]) {
          const left = rows.filter(([bins]) => bins[f] <= bin || (missingLeft && bins[f] === MISSING_BIN));
          const right = rows.filter((row) => !left.includes(row));
          if (left.length < minSamplesLeaf || right.length < minSamplesLeaf) continue;
          const gain = [left, right].reduce(
            (total, side) => total + sum(side, 1) ** 2 / (sum(side, 2) + l2),
            0,
          );
          expected = Math.max(expected, gain);
        }
      }
    }
    if (expected === 0) expect(best).toBeUndefined();
    else expect(Math.abs((best?.gain ?? 0) - expected)).toBeLessThan(1e-9 * expected);
  },
);

test("categories are cut in the order of their values, rare ones go right", () => {
  // Values of the categories: 0 high, 1 low, 2 high, 3 low; 4 is lower still, but of one row.
  const gradientOf = [-4, 4, -3, 5, 8];
  const rows = gradientOf.flatMap((gradient, bin) =>
    Array.from({ length: bin === 4 ? 1 : 20 }, (): Row => [[bin], gradient, 4]),
  );
  const splitter = new Splitter(
    [{ kind: "categorical", count: 5, missing: false }],
    { minSamplesLeaf: 1, l2Regularization: 0, maxFeatures: 1 },
    new Random(0),
  );
  const gradient = rows.reduce((total, row) => total + row[1] / 4, 0);
  const best = splitter.best(slow(rows), { gradient, hessian: rows.length, count: rows.length, value: 0 });
  expect(best?.bin).toBe(-1);
  expect([0, 1, 2, 3, 4].filter((bin) => ((best?.leftBins?.[0] ?? 0) >> bin) & 1)).toEqual([0, 2]);
  expect(best?.leftCount).toBe(40);
});
