import { describe, expect, it } from "vitest";
import { ParamError } from "../errors.js";
import { Random } from "../random.js";
import { accuracy } from "./accuracy.js";
import { averagePrecision } from "./average-precision.js";
import { meanAbsoluteError } from "./regression.js";
import { pairedBootstrap } from "./paired-bootstrap.js";
import { rocAuc } from "./roc-auc.js";

function scored(rows: number, rate: number, strengthA: number, strengthB: number, seed = 3) {
  const random = new Random(seed);
  const truth = Uint8Array.from({ length: rows }, () => (random.uniform() < rate ? 1 : 0));
  const noise = Float64Array.from(truth, () => random.normal());
  const score = (strength: number) =>
    Float64Array.from(truth, (label, row) =>
      Math.round(4 * (noise[row] + strength * label + 0.5 * random.normal())),
    );
  return { truth, a: score(strengthA), b: score(strengthB) };
}

const slow = { averagePrecision, rocAuc };

describe("pairedBootstrap", () => {
  it.each(["averagePrecision", "rocAuc"] as const)(
    "draws the same from a name as from the metric itself: %s",
    async (name) => {
      const { truth, a, b } = scored(300, 0.1, 2, 1);
      const weights = Float64Array.from(truth, (_, row) => row % 4);
      const options = { nResamples: 50, seed: 5, weights };
      const quick = await pairedBootstrap(truth, a, b, { ...options, metric: name });
      const plain = await pairedBootstrap(truth, a, b, {
        ...options,
        stratified: true,
        metric: (labels, scores, given) => slow[name](labels, scores, given),
      });
      for (const key of ["scoreA", "scoreB", "difference", "lower", "upper", "pValue"] as const)
        expect(quick[key]).toBeCloseTo(plain[key], 10);
      expect(quick.scoreA).toBeCloseTo(slow[name](truth, a, { weights }), 12);
      expect(quick.difference).toBe(quick.scoreA - quick.scoreB);
    },
  );

  it("finds a difference that is there, and none between equals", async () => {
    const real = scored(2000, 0.1, 2.5, 1);
    const found = await pairedBootstrap(real.truth, real.a, real.b, { metric: "averagePrecision" });
    expect(found.lower).toBeGreaterThan(0);
    expect(found.pValue).toBeLessThan(0.01);
    const same = await pairedBootstrap(real.truth, real.a, real.a, { metric: "rocAuc" });
    expect(same).toMatchObject({ difference: 0, lower: 0, upper: 0, pValue: 1 });
  });

  it("covers: 95% intervals of models of equal worth leave 0 out about one time in 20", async () => {
    let missed = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { truth, a, b } = scored(200, 0.3, 1, 1, seed);
      const { lower, upper } = await pairedBootstrap(truth, a, b, {
        metric: "rocAuc",
        nResamples: 200,
        seed,
      });
      if (lower > 0 || upper < 0) missed++;
    }
    expect(missed).toBeGreaterThan(1);
    expect(missed).toBeLessThan(24);
  });

  it("repeats by seed", async () => {
    const { truth, a, b } = scored(200, 0.2, 1, 0.5);
    const run = (seed: number) => pairedBootstrap(truth, a, b, { metric: "rocAuc", nResamples: 30, seed });
    expect(await run(1)).toEqual(await run(1));
    expect((await run(1)).lower).not.toBe((await run(2)).lower);
  });

  it("never loses a rare class, stratified or not", async () => {
    const truth = Uint8Array.from({ length: 200 }, (_, row) => (row === 7 ? 1 : 0));
    const a = Float64Array.from(truth, (label, row) => label * 150 + row);
    const b = Float64Array.from(truth, (_, row) => row);
    for (const stratified of [true, false]) {
      const { difference, lower } = await pairedBootstrap(truth, a, b, {
        metric: "averagePrecision",
        stratified,
      });
      expect(difference).toBeGreaterThan(0);
      expect(lower).not.toBeNaN();
    }
  });

  it("takes any metric, labels and regression included", async () => {
    const labels = ["x", "y", "x", "y", "x", "y"];
    const right = await pairedBootstrap(labels, labels, labels.toReversed(), {
      metric: accuracy,
      nResamples: 40,
    });
    expect(right).toMatchObject({ scoreA: 1, scoreB: 0, lower: 1, upper: 1 });
    const truth = Float64Array.from({ length: 50 }, (_, row) => row);
    const { difference, upper } = await pairedBootstrap(
      truth,
      truth.map((value) => value + 1),
      truth.map((value) => value + (value % 5)),
      { metric: (y, output, options) => meanAbsoluteError(y as ArrayLike<number>, output, options) },
    );
    expect(difference).toBeCloseTo(-1, 12);
    expect(upper).toBeLessThan(0);
  });

  it("reports progress and stops when aborted", async () => {
    const { truth, a, b } = scored(100, 0.3, 1, 1);
    const done: number[] = [];
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = pairedBootstrap(truth, a, b, {
      metric: "rocAuc",
      signal: controller.signal,
      onProgress: (event) => {
        done.push(event.done);
        if (event.done === 10) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("refuses what it can't compare", async () => {
    const options = { metric: "rocAuc" } as const;
    await expect(pairedBootstrap([0, 1], [1, 2], [1], options)).rejects.toThrow(/same length/);
    await expect(pairedBootstrap([1, 1], [1, 2], [1, 2], options)).rejects.toThrow(/at least one negative/);
    await expect(pairedBootstrap([0, 1], [1, 2], [1, 2], { ...options, nResamples: 0 })).rejects.toThrow(
      ParamError,
    );
    await expect(pairedBootstrap([0, 1], [1, 2], [1, 2], { ...options, confidence: 95 })).rejects.toThrow(
      /confidence must be above 0 and below 1, received 95/,
    );
    await expect(pairedBootstrap([0, 1], [1, 2], [1, 2], { metric: "auc" as "rocAuc" })).rejects.toThrow(
      /metric must be "averagePrecision", "rocAuc" or a function, received "auc"/,
    );
  });
});
