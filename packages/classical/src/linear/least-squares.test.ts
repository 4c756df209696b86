import { readFileSync } from "node:fs";
import {
  csrFeatures,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  type ProgressEvent,
  Random,
  Registry,
  sparse,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinearRegression, linearRegressionCodec } from "./linear-regression.js";
import { Ridge, ridgeCodec } from "./ridge.js";

interface Golden {
  features: Record<string, number[][]>;
  targets: Record<string, number[]>;
  weights: number[];
  leastSquares: {
    name: string;
    kind: "ridge" | "ols";
    data: string;
    target: string;
    weighted: boolean;
    params: { alpha?: number; fitIntercept?: boolean };
    coef: number[];
    intercept: number;
    predictions: number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/linear.json", import.meta.url), "utf8"),
) as Golden;

const dense = (rows: readonly (readonly number[])[]) =>
  tensor(Float64Array.from(rows.flat()), [rows[0].length]);

/** The rows as one CSR column. */
function csr(rows: readonly (readonly number[])[]) {
  const { offsets, indices, values } = csrFeatures("csr", fromColumns({ x: dense(rows) }));
  return sparse({ offsets, indices, values, width: rows[0].length });
}

function dataset(
  rows: readonly (readonly number[])[],
  y: number[],
  { isSparse = false, weights }: { isSparse?: boolean; weights?: number[] } = {},
): LabelledDataset {
  const x = isSparse ? csr(rows) : dense(rows);
  return weights === undefined
    ? fromColumns({ x, y }, { target: "y" })
    : fromColumns({ x, y, w: weights.slice(0, y.length) }, { target: "y", weight: "w" });
}

const estimatorOf = (kind: "ridge" | "ols", params: object): Ridge | LinearRegression =>
  kind === "ridge" ? new Ridge(params) : new LinearRegression(params);

describe("Ridge and LinearRegression agree with scikit-learn", () => {
  it.each(golden.leastSquares)("$name", async (expected) => {
    const rows = golden.features[expected.data];
    const data = dataset(rows, golden.targets[expected.target], {
      isSparse: expected.data === "sparse",
      ...(expected.weighted && { weights: golden.weights }),
    });
    const model = await estimatorOf(expected.kind, expected.params).fit(data);
    assertClose(model.coef, expected.coef, { absolute: 1e-10, relative: 1e-10, label: "coef" });
    assertClose([model.intercept], [expected.intercept], { absolute: 1e-9, relative: 1e-10 });
    assertClose(model.predict(data.slice(0, 12)), expected.predictions, { absolute: 1e-9, relative: 1e-10 });
  });
});

describe("Ridge", () => {
  const random = new Random(3);
  const matrix = (n: number, p: number): number[][] =>
    Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));

  it("leaves a gradient of zero, whatever the shape, weights and storage", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          n: fc.integer({ min: 1, max: 40 }),
          p: fc.integer({ min: 1, max: 12 }),
          alpha: fc.constantFrom(1e-3, 0.5, 20),
          fitIntercept: fc.boolean(),
          isSparse: fc.boolean(),
        }),
        async ({ seed, n, p, alpha, fitIntercept, isSparse }) => {
          const draw = new Random(seed);
          const rows = Array.from({ length: n }, () =>
            Array.from({ length: p }, () => (draw.uniform() < 0.4 ? 0 : 3 + draw.normal())),
          );
          const y = rows.map(() => draw.normal());
          const weights = rows.map(() => 0.1 + draw.uniform());
          const model = await new Ridge({ alpha, fitIntercept }).fit(dataset(rows, y, { isSparse, weights }));
          const rest = rows.map(
            (row, i) =>
              weights[i] * (y[i] - model.intercept - row.reduce((s, x, j) => s + x * model.coef[j], 0)),
          );
          const gradient = model.coef.map(
            (w, j) => rows.reduce((sum, row, i) => sum + rest[i] * row[j], 0) - alpha * w,
          );
          assertClose(gradient, new Float64Array(p), { absolute: 1e-9 * n });
          const sum = rest.reduce((a, b) => a + b, 0);
          if (fitIntercept) expect(Math.abs(sum)).toBeLessThan(1e-9 * n);
          else expect(model.intercept).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("treats a weight as that many copies of the row", async () => {
    const rows = matrix(8, 3);
    const y = rows.map((row) => row[0] - row[2] + random.normal());
    const weights = [1, 0, 2, 3, 1, 1, 0, 2];
    const copies = weights.flatMap((count, i) => Array.from({ length: count }, () => i));
    const weighted = await new Ridge({ alpha: 0.3 }).fit(dataset(rows, y, { weights }));
    const repeated = await new Ridge({ alpha: 0.3 }).fit(
      dataset(
        copies.map((i) => rows[i]),
        copies.map((i) => y[i]),
      ),
    );
    assertClose(weighted.coef, repeated.coef, { absolute: 1e-12 });
    assertClose([weighted.intercept], [repeated.intercept], { absolute: 1e-12 });
  });

  it("is least squares of the smallest norm with alpha 0", async () => {
    const rows = matrix(30, 3).map(([a, b, c]) => [a, b, c, a + b, 2]);
    const y = rows.map((row) => row[0] + 2 * row[1] + random.normal());
    const ridge = await new Ridge({ alpha: 0 }).fit(dataset(rows, y));
    const ols = await new LinearRegression().fit(dataset(rows, y));
    expect(ridge.coef).toEqual(ols.coef);
    expect(ols.coef[4]).toBe(0);
    // The null space is (1, 1, 0, -1): the smallest solution has nothing along it.
    expect(Math.abs(ols.coef[0] + ols.coef[1] - ols.coef[3])).toBeLessThan(1e-12);
  });

  it("keeps full accuracy on polynomial features, where the normal equations lose all digits", async () => {
    const t = Float64Array.from({ length: 60 }, (_, i) => i / 59);
    const rows = Array.from(t, (v) => Array.from({ length: 9 }, (_, k) => v ** (k + 1)));
    const truth = [1, -2, 3, -4, 5, -4, 3, -2, 1];
    const y = rows.map((row) => 7 + row.reduce((sum, value, k) => sum + truth[k] * value, 0));
    const model = await new LinearRegression().fit(dataset(rows, y));
    assertClose(model.coef, truth, { absolute: 1e-6 });
    assertClose(model.predict(dataset(rows, y)), y, { absolute: 1e-12, relative: 1e-12 });
  });

  it("solves thousands of sparse columns without a matrix of columns x columns", async () => {
    const draw = new Random(5);
    const [n, p] = [400, 2500];
    const rows = Array.from({ length: n }, () => {
      const row = Array.from({ length: p }, () => 0);
      for (let k = 0; k < 12; k++) row[draw.integer(p)] = 1 + draw.uniform();
      return row;
    });
    const y = rows.map((row) => row[0] - row[1] + 3 * row[2] + 5 + 0.1 * draw.normal());
    const weights = rows.map(() => 0.5 + draw.uniform());
    const data = dataset(rows, y, { isSparse: true, weights });
    const model = await new Ridge({ alpha: 0.5 }).fit(data);
    const fitted = model.predict(data);
    const rest = fitted.map((value, i) => weights[i] * (y[i] - value));
    expect(Math.abs(rest.reduce((a, b) => a + b, 0))).toBeLessThan(1e-6);
    const gradient = model.coef.map(
      (w, j) => rows.reduce((sum, row, i) => sum + rest[i] * row[j], 0) - 0.5 * w,
    );
    assertClose(gradient, new Float64Array(p), { absolute: 1e-7 });
    // Without a penalty it runs through every row, as there are more columns than rows.
    const free = await new LinearRegression().fit(data);
    assertClose(free.predict(data), y, { absolute: 1e-5 });
  });

  it("fits one row, one column, a constant target and a constant feature", async () => {
    const one = await new Ridge().fit(fromColumns({ x: [2], y: [5] }, { target: "y" }));
    expect(one.predict(fromColumns({ x: [2, 9] }))).toEqual(Float64Array.of(5, 5));
    const flat = await new LinearRegression().fit(
      fromColumns({ x: [1, 2, 3], y: [4, 4, 4] }, { target: "y" }),
    );
    assertClose([...flat.coef, flat.intercept], [0, 4], { absolute: 1e-15 });
    const constant = await new LinearRegression().fit(
      fromColumns({ c: [0.1, 0.1, 0.1], x: [1, 2, 3], y: [1, 2, 3] }, { target: "y" }),
    );
    assertClose([...constant.coef, constant.intercept], [0, 1, 0], { absolute: 1e-14 });
  });

  it("reports progress that ends, stops on abort and refuses what it can't square", async () => {
    const rows = matrix(5000, 3);
    const y = rows.map((row) => row[0]);
    const events: ProgressEvent[] = [];
    await new Ridge().fit(dataset(rows, y), { onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toMatchObject({ stage: "row", done: 5000, total: 5000 });
    const controller = new AbortController();
    const stopped = new Ridge().fit(dataset(rows, y), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    const huge = fromColumns({ x: [1e200, -1e200, 0], y: [1, 2, 3] }, { target: "y" });
    await expect(new Ridge().fit(huge)).rejects.toThrow(DataError);
  });

  it("comes back from an artifact as it was, and not with a coefficient too few", async () => {
    const registry = new Registry([ridgeCodec, linearRegressionCodec]);
    const data = fromColumns({ a: [1, 2, 4], b: [0, 1, 5], y: [1, 3, 2] }, { target: "y" });
    for (const estimator of [new Ridge({ alpha: 2 }), new LinearRegression()]) {
      const model = await estimator.fit(data);
      const back = await decodeArtifact(await encodeArtifact(model, registry), registry);
      expect(back).toEqual(model);
      const short = Object.assign(Object.create(Object.getPrototypeOf(model) as object), model, {
        coef: model.coef.slice(1),
      }) as typeof model;
      await expect(
        encodeArtifact(short, registry).then((file) => decodeArtifact(file, registry)),
      ).rejects.toThrow(/tensor 'coef' must have 2 values, received 1/);
    }
  });
});
