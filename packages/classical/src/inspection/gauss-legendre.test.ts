import { expect, test } from "vitest";
import { gaussLegendre } from "./gauss-legendre.js";

test.each([1, 2, 3, 8, 21, 64])("%i points integrate polynomials of degree < twice as many", (count) => {
  const { points, weights } = gaussLegendre(count);
  expect(points.every((point) => point > 0 && point < 1)).toBe(true);
  for (let degree = 0; degree < 2 * count; degree++) {
    let sum = 0;
    points.forEach((point, i) => (sum += weights[i] * point ** degree));
    expect(Math.abs(sum - 1 / (degree + 1))).toBeLessThan(1e-14);
  }
  let beyond = 0;
  points.forEach((point, i) => (beyond += weights[i] * point ** (2 * count)));
  if (count < 4) expect(Math.abs(beyond - 1 / (2 * count + 1))).toBeGreaterThan(1e-6);
});
