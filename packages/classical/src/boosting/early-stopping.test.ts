import { fc, test } from "@fast-check/vitest";
import { fromColumns, Random } from "@strata-ml/core";
import { expect } from "vitest";
import { holdOut, shouldStop } from "./early-stopping.js";

test("stops once none of the last losses is lower than the one before them", () => {
  expect(shouldStop([3, 2, 2, 2], 3, 0)).toBe(false); // 2 and 2 and 2 after 3
  expect(shouldStop([3, 2, 2, 2, 2], 3, 0)).toBe(true);
  expect(shouldStop([3, 2, 2, 1.99, 2], 3, 0)).toBe(false);
  expect(shouldStop([3, 2, 2, 1.99, 2], 3, 0.05)).toBe(true); // less than the tolerance better
  expect(shouldStop([1, 2, 3], 3, 0)).toBe(false); // too few to judge
  expect(shouldStop([1, 2, 3, 4], 3, 0)).toBe(true);
});

const rowsOf = (count: number): ReturnType<typeof fromColumns> => fromColumns({ x: new Float64Array(count) });

test.prop([
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 80 }),
  fc.constantFrom(0.1, 0.25, 0.5, 0.9),
  fc.boolean(),
  fc.nat(),
])("every row is on one side, and each class gives its share", (labels, share, stratify, seed) => {
  const codes = Int32Array.from(labels);
  const { train, validation } = holdOut(
    rowsOf(labels.length),
    share,
    stratify ? codes : undefined,
    new Random(seed),
  );
  expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  expect(validation.length).toBe(Math.min(labels.length - 1, Math.ceil(share * labels.length)));
  if (!stratify) return;
  for (const k of new Set(labels)) {
    const inClass = labels.filter((label) => label === k).length;
    const held = validation.filter((row) => labels[row] === k).length;
    expect(Math.abs(held - (inClass * validation.length) / labels.length)).toBeLessThan(1);
  }
});

test("the seed chooses the rows", () => {
  const held = (seed: number): string =>
    holdOut(rowsOf(50), 0.2, undefined, new Random(seed)).validation.join();
  expect(held(1)).toBe(held(1));
  expect(held(1)).not.toBe(held(2));
});
