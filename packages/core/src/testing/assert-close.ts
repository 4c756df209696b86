import { DataError } from "../errors.js";
import { aNumber, aString, requireOptions } from "../guard.js";

/** Throws, saying where and by how much, unless every |actual - expected| <= absolute + relative * |expected|; NaN equals NaN. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  options: { absolute?: number; relative?: number; label?: string } = {},
): void {
  requireOptions("assertClose", options, { absolute: aNumber, relative: aNumber, label: aString });
  const { absolute = 1e-9, relative = 0, label = "values" } = options;
  if (actual.length !== expected.length) {
    throw new DataError(
      "assertClose",
      `${label} must have ${expected.length} entries, received ${actual.length}`,
    );
  }
  for (let i = 0; i < expected.length; i++) {
    const same = Object.is(actual[i], expected[i]) || actual[i] === expected[i];
    if (!same && !(Math.abs(actual[i] - expected[i]) <= absolute + relative * Math.abs(expected[i]))) {
      throw new DataError(
        "assertClose",
        `${label}[${i}] must be ${expected[i]}, received ${actual[i]} (off by ${Math.abs(actual[i] - expected[i])})`,
      );
    }
  }
}
