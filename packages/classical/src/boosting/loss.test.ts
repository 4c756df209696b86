import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { BinaryLogLoss, MultinomialLogLoss, sigmoid } from "./log-losses.js";
import type { Loss } from "./loss.js";
import {
  AbsoluteErrorLoss,
  GammaLoss,
  PoissonLoss,
  QuantileLoss,
  SquaredErrorLoss,
  TweedieLoss,
} from "./regression-losses.js";

const cases: { name: string; loss: Loss; target: fc.Arbitrary<number>; newton: boolean }[] = [
  {
    name: "squared error",
    loss: new SquaredErrorLoss(),
    target: fc.integer({ min: -5, max: 5 }),
    newton: true,
  },
  {
    name: "absolute error",
    loss: new AbsoluteErrorLoss(),
    target: fc.integer({ min: -5, max: 5 }),
    newton: false,
  },
  { name: "poisson", loss: new PoissonLoss(), target: fc.integer({ min: 0, max: 6 }), newton: true },
  { name: "gamma", loss: new GammaLoss(), target: fc.integer({ min: 1, max: 6 }), newton: true },
  { name: "tweedie", loss: new TweedieLoss(1.4), target: fc.integer({ min: 0, max: 6 }), newton: true },
  { name: "quantile", loss: new QuantileLoss(0.3), target: fc.integer({ min: -5, max: 5 }), newton: false },
  {
    name: "binary log loss",
    loss: new BinaryLogLoss(),
    target: fc.integer({ min: 0, max: 1 }),
    newton: true,
  },
  {
    name: "multinomial log loss",
    loss: new MultinomialLogLoss(3),
    target: fc.integer({ min: 0, max: 2 }),
    newton: true,
  },
];

const step = 1e-4;

describe.each(cases)("$name", ({ loss, target, newton }) => {
  /** Of a few rows: targets, scores and weights. */
  const rows = fc.array(
    fc.tuple(
      target,
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: loss.trees, maxLength: loss.trees }),
      fc.integer({ min: 1, max: 5 }),
    ),
    { minLength: 1, maxLength: 12 },
  );

  test.prop([rows, fc.boolean()])("derivatives are those of the mean loss", (all, weighted) => {
    const y = Float64Array.from(all, ([value]) => value);
    const raw = Array.from({ length: loss.trees }, (_, k) =>
      Float64Array.from(all, ([, scores]) => scores[k]),
    );
    const weights = weighted ? Float64Array.from(all, ([, , weight]) => weight) : undefined;
    const out = raw.map(() => new Float32Array(2 * y.length));
    const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? y.length;
    const here = loss.derivatives(y, raw, weights, out);
    expect(here).toBeCloseTo(loss.mean(y, raw, weights), 10);
    for (let k = 0; k < loss.trees; k++) {
      const score = raw[k][0];
      const at = (shifted: number): number => {
        raw[k][0] = shifted;
        const mean = loss.mean(y, raw, weights);
        raw[k][0] = score;
        return mean * total;
      };
      // The corner of the absolute error has no derivative.
      if (!newton && Math.abs(score - y[0]) < 2 * step) continue;
      expect(out[k][0]).toBeCloseTo((at(score + step) - at(score - step)) / (2 * step), 3);
      if (newton)
        expect(out[k][1]).toBeCloseTo((at(score + step) - 2 * at(score) + at(score - step)) / step ** 2, 2);
    }
  });

  test.prop([rows])("no constant scores are better than the baseline", (all) => {
    const y = Float64Array.from(all, ([value]) => value);
    const weights = Float64Array.from(all, ([, , weight]) => weight);
    const baseline = loss.baseline(y, weights);
    const mean = (shift: number, k: number): number => {
      const raw = Array.from(baseline, (score, j) =>
        new Float64Array(y.length).fill(score + (j === k ? shift : 0)),
      );
      return loss.mean(y, raw, weights);
    };
    for (let k = 0; k < loss.trees; k++)
      // Targets that are all 0 have their best score at minus infinity: it ends at a mean of 1e-16 or so.
      for (const shift of [-0.1, 0.1]) expect(mean(shift, k)).toBeGreaterThanOrEqual(mean(0, k) - 1e-8);
  });
});

test("log loss stays finite and exact at scores far from 0", () => {
  const y = Float64Array.of(0, 1, 0, 1);
  const raw = [Float64Array.of(800, -800, -800, 800)];
  const out = [new Float32Array(8)];
  expect(new BinaryLogLoss().derivatives(y, raw, undefined, out)).toBe(400);
  expect([...out[0]]).toEqual([1, 0, -1, 0, 0, 0, -0, 0]);
  expect(sigmoid(-40)).toBeCloseTo(Math.exp(-40), 30);
  expect(1 - sigmoid(800)).toBe(0);
});
