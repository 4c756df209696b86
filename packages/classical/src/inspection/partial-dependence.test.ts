import { DataError, fromColumns, NotSupportedError, numeric, ParamError, tensor } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { Ridge } from "../linear/ridge.js";
import { FormulaDetector, FormulaRegressor, signal } from "./fixtures/formula-models.js";
import { golden, modelOf, plain, weighted } from "./fixtures/inspection-golden.js";
import { partialDependence } from "./partial-dependence.js";

describe("scikit-learn's grids, averages and curves", () => {
  test.each(golden.cases)(
    "$model: $features $options",
    async ({ model, features, options, grid, ...wanted }) => {
      const { weighted: weighs, ...rest } = options;
      const found = await partialDependence(modelOf(model), weighs ? weighted : plain, features, {
        ...rest,
        kind: "both",
      });
      found.grid.forEach((axis, i) => {
        expect(axis.length).toBe(grid[i].length);
        axis.forEach((value, p) => {
          if (typeof value === "string") expect(value).toBe(grid[i][p]);
          else expect(Math.abs(value - Number(grid[i][p]))).toBeLessThan(1e-12);
        });
      });
      expect(found.outputs).toEqual({ regression: ["value"], "two classes": [1] }[model] ?? [0, 1, 2]);
      expect(found.average.length).toBe(wanted.average.length);
      wanted.average.forEach((values, k) => {
        expect([found.average[k].rows, found.average[k].columns]).toEqual([
          grid[0].length,
          grid[1]?.length ?? 1,
        ]);
        values.forEach((value, p) => expect(Math.abs(found.average[k].data[p] - value)).toBeLessThan(1e-9));
        expect([found.individual[k].rows, found.individual[k].columns]).toEqual([plain.rows, values.length]);
        wanted.individual[k].forEach((curve, row) =>
          curve.forEach((value, p) =>
            expect(Math.abs(found.individual[k].at(row, p) - value)).toBeLessThan(1e-9),
          ),
        );
      });
    },
  );
});

describe("partialDependence", () => {
  const model = new FormulaRegressor(plain.featureSchema);
  const middle = (value: number): boolean => Math.abs(value) < 0.9;
  const halfZero = plain.with({ a: golden.a.map((value) => (middle(value) ? 0 : value)) });

  test("gives what was asked for alone", async () => {
    const average = await partialDependence(model, plain, "colour");
    expect(average.individual).toBeUndefined();
    expect(average.average.length).toBe(1);
    const individual = await partialDependence(model, plain, ["colour"], { kind: "individual" });
    expect(individual.average).toBeUndefined();
    expect(individual.individual[0].columns).toBe(3);
  });

  test("looks at values of one's own, also such as never occurred", async () => {
    const { grid, average } = await partialDependence(model, plain, ["a", "colour"], {
      customValues: { a: [10, -10], colour: ["red"] },
    });
    expect(grid).toEqual([[10, -10], ["red"]]);
    const mean = (a: number): number => {
      const red = golden.colour.map(() => "red");
      const set = plain.with({ a: new Float64Array(plain.rows).fill(a), colour: red });
      return signal(set).reduce((sum, value) => sum + value, 0) / plain.rows;
    };
    expect(average[0].toRows()).toEqual([[mean(10)], [mean(-10)]]);
    const unseen = await partialDependence(model, plain, "colour", { customValues: { colour: ["violet"] } });
    expect(unseen.average[0].at(0, 0)).toBeNaN();
  });

  test("missing values and absent categories are no grid points", async () => {
    const b = golden.b.map((value) => (value === 0 ? Number.NaN : value));
    const some = plain.with({ b }).filter((row) => golden.colour[row] !== "green");
    const { grid } = await partialDependence(model, some, ["b", "colour"]);
    expect(grid[0]).toEqual(
      [...new Set(b.filter((v, i) => !Number.isNaN(v) && golden.colour[i] !== "green"))].sort(
        (x, y) => x - y,
      ),
    );
    expect(grid[1]).toEqual(["blue", "red"]);
  });

  test("asks what it is told to ask", async () => {
    const detector = new FormulaDetector(plain.featureSchema);
    expect((await partialDependence(detector, plain, "colour")).outputs).toEqual(["value"]);
    await expect(partialDependence(detector, plain, "colour", { response: "predictProba" })).rejects.toThrow(
      NotSupportedError,
    );
    await expect(
      partialDependence(modelOf("two classes"), plain, "a", { response: "predict" }),
    ).rejects.toThrow("partialDependence: the model must have predict");
  });

  test("a linear model's dependence is its line", async () => {
    const data = fromColumns({ x: [1, 2, 3, 4], z: [0, 1, 1, 0], y: [2, 5, 7, 8] }, { target: "y" });
    const ridge = await new Ridge({ alpha: 1e-9 }).fit(data);
    const { grid, average } = await partialDependence(ridge, data, "x");
    const ys = grid[0].map((_, p) => average[0].at(p, 0));
    expect(Math.abs(ys[3] - ys[2] - (ys[1] - ys[0]))).toBeLessThan(1e-9);
    expect(Math.abs(ys[1] - ys[0] - 2)).toBeLessThan(1e-6);
  });

  test.each<[message: string | RegExp, () => Promise<unknown>]>([
    [
      "features must be among those of the model (a, b, colour), received 'c'",
      () => partialDependence(model, plain, "c"),
    ],
    [
      "features must be one or two that differ, received a and a",
      () => partialDependence(model, plain, ["a", "a"]),
    ],
    [
      "gridResolution must be >= 2, received 1",
      () => partialDependence(model, plain, "a", { gridResolution: 1 }),
    ],
    [
      "percentiles must be ascending",
      () => partialDependence(model, plain, "a", { percentiles: [0.9, 0.1] }),
    ],
    [
      "percentiles must lie further apart for feature 'a'",
      () => partialDependence(model, halfZero, "a", { gridResolution: 10, percentiles: [0.4, 0.6] }),
    ],
    [
      "customValues of 'a' must be numbers, received \"x\"",
      () => partialDependence(model, plain, "a", { customValues: { a: ["x"] } }),
    ],
    [
      "customValues of 'a' must be numbers, received none",
      () => partialDependence(model, plain, "a", { customValues: { a: [] } }),
    ],
    [
      "customValues must be of a, received also 'b'",
      () => partialDependence(model, plain, "a", { customValues: { b: [1] } }),
    ],
  ])("refuses: %s", async (message, act) => {
    await expect(act()).rejects.toThrow(message);
    await expect(act()).rejects.toThrow(ParamError);
  });

  test("refuses blocks, columns without a value, and no rows", async () => {
    const block = fromColumns({ a: tensor(Float64Array.of(1, 2, 3, 4), [2]) });
    await expect(partialDependence(new FormulaRegressor(block.featureSchema), block, "a")).rejects.toThrow(
      "partialDependence: feature 'a' must be numeric or categorical, received tensor",
    );
    const empty = plain.with({ a: numeric(new Float64Array(plain.rows).fill(Number.NaN)) });
    await expect(partialDependence(model, empty, "a")).rejects.toThrow(DataError);
    await expect(partialDependence(model, plain.slice(0, 0), "a")).rejects.toThrow(DataError);
  });

  test("reports every point, and an abort ends it", async () => {
    const seen: string[] = [];
    const controller = new AbortController();
    const watched = partialDependence(modelOf("three classes"), plain, "colour", {
      onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`),
    });
    await watched;
    expect(seen).toEqual(["point 1/3", "point 2/3", "point 3/3"]);
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(
      partialDependence(model, plain, "a", { signal: controller.signal, onProgress }),
    ).rejects.toThrow("enough");
  });
});
