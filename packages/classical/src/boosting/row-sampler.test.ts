import { Random } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { RowSampler } from "./row-sampler.js";

const rows = 1000;
const pairs = (): Float32Array[] => {
  const random = new Random(3);
  return [0, 1].map(() => Float32Array.from({ length: 2 * rows }, () => random.normal()));
};
const plain = { subsample: 1, goss: null, learningRate: 0.1 };

test("all rows where nothing is drawn", () => {
  expect(new RowSampler(rows, plain, new Random(0)).draw(1, pairs())).toBeUndefined();
});

test("a share of the rows, others from iteration to iteration, each part in ascending order", () => {
  const sampler = new RowSampler(rows, { ...plain, subsample: 0.3 }, new Random(0));
  const counts = new Int32Array(rows);
  for (let iteration = 1; iteration <= 400; iteration++) {
    const { order, count } = sampler.draw(iteration, pairs())!;
    expect(count).toBe(300);
    const [inside, outside] = [order.subarray(0, count), order.subarray(count)];
    for (const part of [inside, outside]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(rows);
    for (const row of inside) counts[row]++;
  }
  // 400 draws at .3: 120, give or take 9.
  expect(Math.min(...counts)).toBeGreaterThan(120 - 45);
  expect(Math.max(...counts)).toBeLessThan(120 + 45);
});

describe("by gradients", () => {
  const goss = { topRate: 0.2, otherRate: 0.1 };

  test("no row is left out before the first 1 / learningRate iterations", () => {
    const sampler = new RowSampler(rows, { ...plain, goss }, new Random(0));
    expect(sampler.draw(10, pairs())).toBeUndefined();
    expect(sampler.draw(11, pairs())?.count).toBe(300);
  });

  test("keeps all rows of large gradients, and lets those drawn of the rest stand for it", () => {
    const sampler = new RowSampler(rows, { ...plain, goss }, new Random(0));
    const before = pairs();
    const size = (row: number): number => Math.abs(before[0][2 * row]) + Math.abs(before[1][2 * row]);
    const bySize = [...Array(rows).keys()].sort((a, b) => size(b) - size(a));
    const after = pairs();
    const { order, count } = sampler.draw(11, after)!;
    const drawn = new Set(order.subarray(0, count));
    for (const row of bySize.slice(0, 200)) {
      expect(drawn).toContain(row);
      expect(after[0][2 * row]).toBe(before[0][2 * row]);
    }
    for (const row of bySize.slice(200)) {
      const factor = drawn.has(row) ? 8 : 1;
      for (const k of [0, 1])
        for (const at of [2 * row, 2 * row + 1]) expect(after[k][at]).toBeCloseTo(factor * before[k][at], 5);
    }
  });

  test("of equal gradients the first rows are kept", () => {
    const sampler = new RowSampler(10, { ...plain, goss: { topRate: 0.5, otherRate: 0.1 } }, new Random(0));
    const { order, count } = sampler.draw(11, [new Float32Array(20).fill(1)])!;
    expect(count).toBe(6);
    expect([...order.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
  });
});
