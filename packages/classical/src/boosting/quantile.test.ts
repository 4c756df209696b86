import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { weightedMedian, weightedQuantiles } from "./quantile.js";

test("quantiles of five values, with and without weights", () => {
  const values = Float64Array.of(1, 2, 3, 4, 10);
  expect([...weightedQuantiles(values, undefined, [0.1, 0.2, 0.5, 0.8, 0.99])]).toEqual([1, 1.5, 3, 7, 10]);
  expect([...weightedQuantiles(values, Float64Array.of(1, 1, 1, 1, 4), [0.25, 0.5, 0.6])]).toEqual([
    2.5, 7, 10,
  ]);
});

const whole = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 4 })), {
  minLength: 1,
  maxLength: 30,
});

test.prop([whole])("a weight of 3 is as three values", (pairs) => {
  const values = Float64Array.from(pairs, ([value]) => value);
  const weights = Float64Array.from(pairs, ([, weight]) => weight);
  const repeated = Float64Array.from(pairs.flatMap(([value, weight]) => Array<number>(weight).fill(value)));
  expect(weightedMedian(values, weights)).toBe(weightedMedian(repeated, undefined));
});

test.prop([whole])("the median has no more than half of the weight on either side", (pairs) => {
  const weights = Float64Array.from(pairs, ([, weight]) => weight);
  const median = weightedMedian(
    Float64Array.from(pairs, ([value]) => value),
    weights,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = (keep: (value: number) => boolean): number =>
    pairs.reduce((sum, [value, weight]) => sum + (keep(value) ? weight : 0), 0) / total;
  expect(share((value) => value < median)).toBeLessThanOrEqual(0.5);
  expect(share((value) => value > median)).toBeLessThanOrEqual(0.5);
});
