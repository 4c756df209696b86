import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { describe, expect } from "vitest";
import { type BinSplit, type SplitFeature, unbounded } from "./bin-split.js";
import { MISSING_BIN } from "./binning.js";
import { type BinnedRow, binnedTable, tables } from "./fixtures/binned-table.js";
import { Histograms } from "./histogram.js";
import { type SplitOptions, Splitter } from "./splitter.js";

const plain: SplitOptions = {
  minSamplesLeaf: 1,
  minHessianLeaf: 1e-3,
  minGain: 0,
  l1Regularization: 0,
  l2Regularization: 0,
  maxSplitCategories: null,
  maxFeatures: 1,
};

const category = (count: number): SplitFeature => ({
  kind: "categorical",
  count,
  sharesLast: false,
  missing: false,
  monotone: 0,
});

/** The best split of all rows as one node of value 0. */
async function bestSplit(
  rows: readonly BinnedRow[],
  features: readonly SplitFeature[],
  options: typeof plain,
  wide: boolean,
): Promise<BinSplit | undefined> {
  const { team, data, quanta, units } = await binnedTable(rows, wide);
  const histograms = new Histograms(team, data, wide, 1);
  const histogram = histograms.take();
  histograms.fill(histogram, 0, 0, rows.length, quanta, 0);
  team.u8.fill(255, team.mark()); // what memory held before must not matter
  const splitter = new Splitter(team, features, options);
  const [best] = splitter.best(
    [{ histogram, count: rows.length, value: 0, bounds: unbounded, allowed: undefined }],
    units,
    options.minSamplesLeaf,
  );
  team.close();
  return best;
}

const sum = (rows: readonly BinnedRow[], at: 1 | 2): number =>
  rows.reduce((total, row) => total + row[at] / 4, 0);

test.prop([tables, fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1.5), fc.boolean()], { numRuns: 150 })(
  "the best numeric split is the best of all ways to cut, with missing values on either side",
  async (given, minSamplesLeaf, l2, wide) => {
    // Packed histograms estimate rows by hessians, which is exact where all are the same.
    const rows = wide ? given : given.map(([bins, gradient]): BinnedRow => [bins, gradient, 4]);
    const features = Array.from(rows[0][0], (_, f) => ({
      kind: "numeric" as const,
      count: 6,
      sharesLast: false,
      missing: rows.some(([bins]) => bins[f] === MISSING_BIN),
      monotone: 0,
    }));
    const best = await bestSplit(rows, features, { ...plain, minSamplesLeaf, l2Regularization: l2 }, wide);
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
    else {
      expect(Math.abs((best?.gain ?? 0) - expected)).toBeLessThan(1e-9 * expected);
      const left = rows.filter(([bins]) => {
        const bin = bins[best?.feature ?? 0];
        return bin === MISSING_BIN ? best?.missingLeft : bin <= (best?.bin ?? 0);
      });
      expect([best?.leftGradient, best?.leftHessian]).toEqual([sum(left, 1), sum(left, 2)]);
      expect((best?.leftGradient ?? 0) + (best?.rightGradient ?? 0)).toBe(sum(rows, 1));
    }
  },
);

test.each([false, true])(
  "categories are cut in the order of their values, rare ones go right (wide: %s)",
  async (wide) => {
    // Values of the categories: 0 high, 1 low, 2 high, 3 low; 4 is lower still, but of one row.
    const gradientOf = [-4, 4, -3, 5, 8];
    const rows = gradientOf.flatMap((gradient, bin) =>
      Array.from({ length: bin === 4 ? 1 : 20 }, (): BinnedRow => [[bin], gradient, 4]),
    );
    const best = await bestSplit(rows, [category(5)], plain, wide);
    expect(best?.bin).toBe(-1);
    expect([0, 1, 2, 3, 4].filter((bin) => ((best?.leftBins?.[0] ?? 0) >> bin) & 1)).toEqual([0, 2]);
    expect(best?.leftHessian).toBe(40);
  },
);

test("as many categories as there are bins are ordered, and the best cut of all is found", async () => {
  const random = new Random(5);
  const means = Array.from({ length: 255 }, () => random.integer(17) - 8);
  const rows = means.flatMap((mean, bin) => Array.from({ length: 12 }, (): BinnedRow => [[bin], mean, 4]));
  const best = await bestSplit(rows, [category(255)], plain, true);
  const order = [...means.keys()].sort((a, b) => means[a] - means[b]);
  let expected = 0;
  for (let cut = 1; cut < 255; cut++) {
    const isLeft = new Set(order.slice(0, cut));
    const sides = [true, false].map((side) => rows.filter(([[bin]]) => isLeft.has(bin) === side));
    expected = Math.max(
      expected,
      sides.reduce((total, side) => total + sum(side, 1) ** 2 / sum(side, 2), 0),
    );
  }
  expect(best?.gain).toBeCloseTo(expected, 6);
});

describe("a split of categories", () => {
  // Values 6, 5, .., -5, -6.
  const rows = Array.from({ length: 13 }, (_, bin) =>
    Array.from({ length: 20 }, (): BinnedRow => [[bin], bin - 6, 4]),
  ).flat();
  const left = (best: BinSplit | undefined): number[] =>
    Array.from({ length: 13 }, (_, bin) => bin).filter((bin) => ((best?.leftBins?.[0] ?? 0) >> bin) & 1);

  test("sets no more of them apart than the limit", async () => {
    expect(left(await bestSplit(rows, [category(13)], plain, true))).toEqual([0, 1, 2, 3, 4, 5]);
    const two = await bestSplit(rows, [category(13)], { ...plain, maxSplitCategories: 2 }, true);
    expect([
      [0, 1],
      [11, 12],
    ]).toContainEqual(left(two));
  });

  test("never sends the bin left that categories share", async () => {
    const shared = await bestSplit(rows, [{ ...category(13), sharesLast: true }], plain, true);
    expect(left(shared)).not.toContain(12);
    const pair = rows
      .filter(([[bin]]) => bin > 10)
      .map(([[bin], ...rest]): BinnedRow => [[bin - 11], ...rest]);
    const own = await bestSplit(pair, [{ ...category(2), sharesLast: true }], plain, true);
    expect(left(own)).toEqual([0]);
  });
});
