import { fc, test as property } from "@fast-check/vitest";
import { categorical, fromColumns, Random } from "@strata-ml/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { canShareMemory } from "../kernels/platform.js";
import { HistGradientBoostingClassifier } from "./hist-gradient-boosting-classifier.js";
import { HistGradientBoostingRegressor } from "./hist-gradient-boosting-regressor.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("without memory that threads can share", () => {
  test("one thread gives what several give, bit for bit", async () => {
    const random = new Random(1);
    const x = Float64Array.from({ length: 40_000 }, () => random.normal());
    const data = fromColumns({ x, y: Array.from(x, (value) => (value > 0.3 ? 1 : 0)) }, { target: "y" });
    const estimator = new HistGradientBoostingClassifier({ maxIter: 5, earlyStopping: false });
    const shared = await estimator.fit(data);
    vi.stubGlobal("SharedArrayBuffer", undefined);
    expect(canShareMemory()).toBe(false);
    expect((await estimator.fit(data)).boosted).toEqual(shared.boosted);
  });
});

describe("columns that say nothing", () => {
  const x = Float64Array.from({ length: 200 }, (_, i) => i);
  const y = Array.from(x, (value) => (value < 90 ? "low" : "high"));
  const estimator = new HistGradientBoostingClassifier({ maxIter: 10 });

  test("all missing, or one value, change nothing and have no importance", async () => {
    const plain = await estimator.fit(fromColumns({ x, y }, { target: "y" }));
    const hole = new Float64Array(200).fill(Number.NaN);
    const empty = categorical(Array.from(x, () => null));
    const more = fromColumns({ hole, x, empty, one: hole.map(() => 7), y }, { target: "y" });
    const model = await estimator.fit(more);
    expect([...model.featureImportances]).toEqual([0, 1, 0, 0]);
    expect(model.predictProba(more)).toEqual(plain.predictProba(more.select(["x"])));
  });

  test("more than 65,536 categories are taken, the rarest together", async () => {
    const random = new Random(2);
    const names = Array.from({ length: 70_000 }, (_, i) => `c${i % 67_000}`);
    names.fill("common", 0, 20_000);
    const noise = Float64Array.from(names, () => random.normal());
    const label = Array.from(names, (name, i) => (name === "common" || noise[i] > 1 ? 1 : 0));
    const data = fromColumns({ name: categorical(names), noise, label }, { target: "label" });
    const model = await new HistGradientBoostingClassifier({ maxIter: 10, earlyStopping: false }).fit(data);
    const right = model.predict(data).filter((predicted, i) => predicted === label[i]).length;
    expect(right / names.length).toBeGreaterThan(0.99);
  });
});

describe("targets that can't be learnt are refused", () => {
  const fitOn = (y: ArrayLike<number>) =>
    new HistGradientBoostingRegressor().fit(
      fromColumns({ x: [1, 2, 3], y: Float64Array.from(y) }, { target: "y" }),
    );
  test.each([Number.NaN, Number.POSITIVE_INFINITY])("%d", async (bad) => {
    await expect(fitOn([1, bad, 3])).rejects.toThrow(
      /^HistGradientBoostingRegressor: .* received (NaN|Infinity)/,
    );
  });
  test("one class", async () => {
    const data = fromColumns({ x: [1, 2], y: ["a", "a"] }, { target: "y" });
    await expect(new HistGradientBoostingClassifier().fit(data)).rejects.toThrow("classes");
  });
});

const table = fc
  .array(
    fc.tuple(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
    ),
    {
      minLength: 20,
      maxLength: 60,
    },
  )
  .filter((rows) => new Set(rows.map(([, , y]) => y)).size > 1);
const params = { maxIter: 5, minSamplesLeaf: 1, maxLeafNodes: 6, earlyStopping: false } as const;

property.prop([fc.integer(), fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 })], { numRuns: 20 })(
  "columns in another order have their importances in that order",
  async (seed, order) => {
    const random = new Random(seed);
    // In small leaves two features often part the rows alike, and the first of them would win.
    const draw = (): Float64Array => Float64Array.from({ length: 300 }, () => random.normal());
    const columns = { a: draw(), b: draw(), c: draw() };
    const y = draw().map((noise, i) => columns.a[i] + columns.b[i] * columns.c[i] + noise);
    const fit = (names: readonly string[]) =>
      new HistGradientBoostingRegressor({ ...params, minSamplesLeaf: 12 }).fit(
        fromColumns([...names.map((name) => [name, columns[name as "a"]] as const), ["y", y]], {
          target: "y",
        }),
      );
    const [one, other] = [await fit(["a", "b", "c"]), await fit(order)];
    order.forEach((name, j) =>
      expect(other.featureImportances[j]).toBeCloseTo(one.featureImportances["abc".indexOf(name)], 9),
    );
  },
);

property.prop([table], { numRuns: 20 })("a row twice is a row of weight 2", async (rows) => {
  const twice = rows.flatMap((row, i) => (i % 3 === 0 ? [row, row] : [row]));
  const columns = (all: typeof rows) => ({
    a: Float64Array.from(all, ([a]) => a),
    b: Float64Array.from(all, ([, b]) => b),
    y: Float64Array.from(all, ([, , y]) => y),
  });
  const estimator = new HistGradientBoostingRegressor(params);
  const doubled = await estimator.fit(fromColumns(columns(twice), { target: "y" }));
  const w = Float64Array.from(rows, (_, i) => (i % 3 === 0 ? 2 : 1));
  const weighted = await estimator.fit(fromColumns({ ...columns(rows), w }, { target: "y", weight: "w" }));
  const test = fromColumns({ a: [-9, -3, 0, 4, 9], b: [9, -2, 0, 3, -9] });
  const expected = doubled.predict(test);
  weighted.predict(test).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8));
});
