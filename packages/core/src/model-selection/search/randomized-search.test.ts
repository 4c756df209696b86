import { fc, it as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import golden from "../../../golden/splits.json" with { type: "json" };
import { decodeArtifact, encodeArtifact } from "../../artifact/artifact.js";
import { fromColumns } from "../../dataset/from-columns.js";
import { ParamError } from "../../errors.js";
import { Random } from "../../random.js";
import { MeanRegressor } from "../fixtures/mean-regressor.js";
import { NearestMean } from "../fixtures/nearest-mean.js";
import { fixtureRegistry } from "../fixtures/registry.js";
import { choice, draw, integer, logUniform, uniform } from "./distributions.js";
import { RandomizedSearch } from "./randomized-search.js";

const [a] = golden.x;
const numbers = fromColumns({ row: a.map((_, row) => row), y: a.map((x) => x + 5) }, { target: "y" });
const search = new RandomizedSearch({
  estimator: new MeanRegressor(),
  paramDistributions: { factor: logUniform(0.01, 100), rounds: integer(2, 5), failAbove: choice([null, 50]) },
  scoring: "negMeanSquaredError",
  nIter: 25,
  cv: 3,
});

describe("distributions", () => {
  const bounds = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }), fc.integer());

  property.prop([bounds])("draw within their bounds", ([low, width, seed]) => {
    const random = new Random(seed);
    const high = low + width;
    const positive = Math.abs(low) + 0.5;
    for (let i = 0; i < 20; i++) {
      const number = draw(uniform(low, high), random) as number;
      expect(number >= low && number < high).toBe(true);
      const whole = draw(integer(low, high), random) as number;
      expect(Number.isInteger(whole) && whole >= low && whole <= high).toBe(true);
      const scaled = draw(logUniform(positive, positive + width), random) as number;
      expect(scaled >= positive && scaled < positive + width).toBe(true);
      expect([low, high]).toContain(draw(choice([low, high]), random));
    }
  });

  it("draw as they are called", () => {
    const random = new Random(1);
    const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
    const many = <T>(make: () => T): T[] => Array.from({ length: 4000 }, make);
    expect(mean(many(() => draw(uniform(2, 4), random) as number))).toBeCloseTo(3, 1);
    expect(mean(many(() => Math.log10(draw(logUniform(0.01, 100), random) as number)))).toBeCloseTo(0, 0.5);
    const dice = many(() => draw(integer(1, 6), random) as number);
    expect(new Set(dice).size).toBe(6);
    expect(mean(dice)).toBeCloseTo(3.5, 0.5);
    expect(mean(many(() => draw(choice([0, 1]), random) as number))).toBeCloseTo(0.5, 1);
  });

  it("refuse bounds that make no sense", () => {
    expect(() => uniform(1, 1)).toThrow(ParamError);
    expect(() => uniform(1, 1)).toThrow(/uniform: high must be above low, received 1/);
    expect(() => logUniform(0, 1)).toThrow(/logUniform: low must be > 0, received 0/);
    expect(() => integer(0.5, 2)).toThrow(/integer: low must be a whole number, received 0.5/);
    expect(() => choice([])).toThrow(/choice: values must have a length >= 1/);
    expect(() => uniform(0, Number.POSITIVE_INFINITY)).toThrow(ParamError);
  });
});

describe("RandomizedSearch", () => {
  it("finds the best of what it draws, and repeats by seed", async () => {
    const model = await search.fit(numbers);
    expect(model.results).toHaveLength(25);
    const best = model.results.toSorted((x, y) => y.mean.negMeanSquaredError - x.mean.negMeanSquaredError)[0];
    expect(model.bestParams).toEqual(best.params);
    expect(Math.abs(Math.log(model.bestParams.factor!))).toBeLessThan(0.5);
    expect(search.with({}).candidates).toEqual(search.candidates);
    expect(search.with({ seed: 1 }).candidates).not.toEqual(search.candidates);
  });

  it("draws no combination of lists twice, and all of them where they are few", () => {
    const lists = (nIter: number) =>
      new RandomizedSearch({
        estimator: new NearestMean(),
        paramDistributions: { shrinkage: [0, 0.25, 0.5, 1], metric: choice(["euclidean", "manhattan"]) },
        scoring: "accuracy",
        nIter,
      }).candidates.map((params) => JSON.stringify(params));
    expect(new Set(lists(7)).size).toBe(7);
    expect(lists(7)).not.toEqual(lists(8).slice(0, 7));
    expect(lists(100)).toHaveLength(8);
    expect(new Set(lists(100)).size).toBe(8);
  });

  it("refuses bad params before anything is fitted", () => {
    const make =
      (paramDistributions: object, more: object = {}) =>
      () =>
        new RandomizedSearch({ estimator: new MeanRegressor(), paramDistributions, scoring: "r2", ...more });
    expect(make({ factor: uniform(-3, -2) })).toThrow(
      /RandomizedSearch: candidate { factor: -2\.\d+ }: MeanRegressor: factor must be >= 0/,
    );
    expect(make({ factr: uniform(1, 2) })).toThrow(/there is no param "factr"/);
    expect(make({ factor: { kind: "uniform", low: 2, high: 1 } })).toThrow(ParamError);
    expect(make({ factor: uniform(1, 2) }, { nIter: 0 })).toThrow(/nIter must be >= 1, received 0/);
    expect(make({ factor: uniform(1, 2) }, { nIter: 1e6 })).toThrow(/nIter must be <= 100000/);
  });

  it("survives JSON, a registry and an artifact", async () => {
    const restored = fixtureRegistry.estimator(JSON.parse(JSON.stringify(search))) as typeof search;
    expect(restored.candidates).toEqual(search.candidates);
    expect(restored.toJSON()).toEqual(search.toJSON());
    const model = await search.fit(numbers);
    const file = await encodeArtifact(model, fixtureRegistry);
    const back = (await decodeArtifact(file, fixtureRegistry)) as typeof model;
    expect(back.results).toEqual(model.results);
    expect(back.predict(numbers)).toEqual(model.predict(numbers));
  });
});
