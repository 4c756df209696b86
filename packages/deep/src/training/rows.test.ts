import * as fc from "fast-check";
import { Random } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { BestWeights } from "./best-weights.js";
import { EpochSampler } from "./epoch-sampler.js";
import { validationSplit } from "./validation-split.js";

const codes = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 60 });

describe("EpochSampler", () => {
  test("takes every row once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer(), (rows, seed) => {
        const order = new EpochSampler(rows).rowsOf(new Random(seed));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
      }),
    );
  });

  test("takes all rows of small classes and at most so many of the largest, each once", () => {
    fc.assert(
      fc.property(codes, fc.double({ min: 0.1, max: 5, noNaN: true }), (labels, ratio) => {
        const sampler = new EpochSampler(labels.length, { codes: Int32Array.from(labels), count: 3, ratio });
        const rows = [...sampler.rowsOf(new Random(1))];
        expect(rows.length).toBe(sampler.size);
        expect(new Set(rows).size).toBe(rows.length);
        const counts = [0, 1, 2].map((code) => labels.filter((label) => label === code).length);
        const major = counts.indexOf(Math.max(...counts));
        const others = labels.length - counts[major];
        const taken = rows.filter((row) => labels[row] === major).length;
        expect(rows.length - taken).toBe(others);
        expect(taken).toBe(Math.min(counts[major], Math.max(1, Math.round(ratio * others))));
        expect(sampler.rate).toBeCloseTo(taken / counts[major], 12);
        expect(sampler.majority).toBe(taken < counts[major] ? major : undefined);
      }),
    );
  });

  test("draws other rows in each epoch, the same ones from the same random numbers", () => {
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 1));
    const sampler = new EpochSampler(100, { codes: labels, count: 2, ratio: 1 });
    const [first, again, next] = [1, 1, 2].map((seed) => sampler.rowsOf(new Random(seed)));
    expect(again).toEqual(first);
    expect(next).not.toEqual(first);
  });
});

describe("validationSplit", () => {
  test("parts the rows, the same share of each class, and leaves each class in training", () => {
    fc.assert(
      fc.property(codes, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (labels, fraction) => {
        const split = validationSplit(labels.length, fraction, new Random(3), Int32Array.from(labels));
        if (split === undefined) {
          for (const code of labels)
            expect(Math.round(labels.filter((label) => label === code).length * fraction)).toBeLessThan(2);
          return;
        }
        const all = [...split.train, ...split.validation].sort((a, b) => a - b);
        expect(all).toEqual(labels.map((_, i) => i));
        for (const code of new Set(labels)) {
          const rows = labels.filter((label) => label === code).length;
          const held = [...split.validation].filter((row) => labels[row] === code).length;
          expect(held).toBe(Math.min(rows - 1, Math.round(rows * fraction)));
        }
      }),
    );
  });
});

describe("BestWeights", () => {
  test("ends after so many epochs without a lower loss, with the best ones", () => {
    const best = new BestWeights(2);
    const ended = [3, 2, 2.5, 1, 4, 1].map((loss) => best.offer(loss, Float32Array.of(loss)));
    expect(ended).toEqual([false, false, false, false, false, true]);
    expect(best.weights).toEqual(Float32Array.of(1));
  });

  test("without patience it keeps nothing", () => {
    const best = new BestWeights(null);
    expect(best.offer(1, Float32Array.of(1))).toBe(false);
    expect(best.weights).toBeUndefined();
  });
});
