import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { evenCuts, TailThresholds } from "./tail-thresholds.js";

const tails = new TailThresholds();
const tailThresholds = tails.of.bind(tails);

const ascending = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();
/** How many of the values lie in each bin. */
function counts(values: Float64Array, thresholds: Float64Array): number[] {
  const out = Array.from({ length: thresholds.length + 1 }, () => 0);
  for (const value of values) out[thresholds.filter((threshold) => threshold < value).length]++;
  return out;
}

test("three quarters of the bins are even, and each tail is divided into an eighth of them", () => {
  const values = ascending(Array.from({ length: 60_000 }, (_, i) => i));
  const sizes = counts(values, tailThresholds(values, undefined, 64));
  expect(sizes).toHaveLength(64);
  // 48 bins in the middle over all but a 24th of the rows; 8 at each end over a 48th.
  for (const size of sizes.slice(0, 8)) expect(size).toBeCloseTo(60_000 / 48 / 8, -1);
  for (const size of sizes.slice(8, 56)) expect(size).toBeCloseTo((60_000 * 46) / 48 / 48, -1);
  for (const size of sizes.slice(56)) expect(size).toBeCloseTo(60_000 / 48 / 8, -1);
});

test("a frequent value has a bin of its own, and the others share the rest", () => {
  const values = ascending([
    ...Array<number>(9000).fill(0),
    ...Array.from({ length: 1000 }, (_, i) => 1 + i),
  ]);
  const thresholds = tailThresholds(values, undefined, 21);
  expect(thresholds[0]).toBe(0.5);
  expect(thresholds).toHaveLength(20);
  const sizes = counts(values, thresholds).slice(1);
  expect(Math.max(...sizes)).toBeLessThan(200);
});

test("parts just as large as they may be are neither above the limit nor below it by turns", () => {
  const sizes = Float64Array.from([4, 4, 4, 1, 1, 6, 2], (count) => count / 22);
  expect(evenCuts(sizes, 5)).toEqual([0, 1, 2, 5]);
});

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 200 });

test.prop([values, fc.integer({ min: 2, max: 12 })])(
  "thresholds ascend, are fewer than the bins, and lie between neighbouring values",
  (some, maxBins) => {
    const sorted = ascending(some);
    fc.pre(new Set(sorted).size > maxBins);
    const thresholds = [...tailThresholds(sorted, undefined, maxBins)];
    expect(thresholds.length).toBeLessThan(maxBins);
    expect(thresholds.length).toBeGreaterThan(0);
    expect(thresholds).toEqual([...new Set(thresholds)].sort((a, b) => a - b));
    const distinct = [...new Set(sorted)];
    const middles = new Set(distinct.slice(1).map((value, i) => (distinct[i] + value) / 2));
    for (const threshold of thresholds) expect(middles).toContain(threshold);
  },
);

test.prop([values, fc.integer({ min: 2, max: 12 })])(
  "a value twice is a value of weight 2",
  (some, maxBins) => {
    const sorted = ascending(some);
    fc.pre(new Set(sorted).size > maxBins);
    const twice = ascending([...some, ...some.filter((value) => value % 2 === 0)]);
    const weights = sorted.map((value) => (value % 2 === 0 ? 2 : 1));
    expect([...tailThresholds(sorted, weights, maxBins)]).toEqual([
      ...tailThresholds(twice, undefined, maxBins),
    ]);
  },
);
