import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { expect } from "vitest";
import { lowerBound } from "./lower-bound.js";
import { sortedValues } from "./sorted-values.js";
import { ThresholdTable } from "./threshold-table.js";

const same = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

/** NaN with its sign bit set, as some arithmetic gives it. */
const negativeNaN = new Float64Array(Uint32Array.of(1, 0xfff80000).buffer)[0];

test.prop(
  [fc.integer({ min: 2000, max: 6000 }), fc.nat(), fc.constantFrom("normal", "few", "wide", "negative")],
  {
    numRuns: 20,
  },
)("many values come in the platform's order, NaN left out", (count, seed, kind) => {
  const random = new Random(seed);
  const draw = {
    normal: () => random.normal(),
    few: () => random.integer(7) - 3,
    wide: () => random.normal() * 10 ** (random.integer(600) - 300),
    negative: () => -random.uniform(),
  }[kind];
  const special = [Number.NaN, negativeNaN, 0, -0, Number.MAX_VALUE, -Number.MIN_VALUE];
  const values = Float64Array.from({ length: count }, (_, i) =>
    i % 50 === 0 ? random.choice(special) : draw(),
  );
  const before = values.slice();
  const expected = values.filter((value) => !Number.isNaN(value)).sort();
  expect(same(sortedValues(values), expected)).toBe(true);
  expect(same(values, before)).toBe(true);
});

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -20, max: 20 }),
  fc.double({ min: 1, max: 1.001, noNaN: true }),
);

test.prop([fc.uniqueArray(number, { maxLength: 60 }), fc.array(number, { minLength: 1 })])(
  "a table finds the bin that a search among all thresholds finds",
  (some, values) => {
    const thresholds = Float64Array.from(some).sort();
    const table = new ThresholdTable(thresholds);
    for (const value of [...values, ...thresholds])
      expect(table.binOf(value)).toBe(lowerBound(thresholds, value));
  },
);
