import { readFileSync } from "node:fs";
import {
  type ClassWeight,
  categorical,
  csrFeatures,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  type ProgressEvent,
  ParamError,
  Registry,
  sparse,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { LogisticRegression, logisticRegressionCodec } from "./logistic-regression.js";

interface Golden {
  features: Record<string, number[][]>;
  targets: Record<string, number[]>;
  weights: number[];
  logistic: {
    name: string;
    data: string;
    target: string;
    weighted: boolean;
    params: {
      C?: number;
      penalty?: null;
      fitIntercept?: boolean;
      classWeight?: ClassWeight;
    };
    coef: number[][];
    intercept: number[];
    probabilities: number[][];
    decisions: number[][];
    labels: number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/linear.json", import.meta.url), "utf8"),
) as Golden;

/** The rows as one CSR column. */
function csr(rows: readonly (readonly number[])[]) {
  const { offsets, indices, values } = csrFeatures("csr", fromColumns({ x: dense(rows) }));
  return sparse({ offsets, indices, values, width: rows[0].length });
}

const dense = (rows: readonly (readonly number[])[]) =>
  tensor(Float64Array.from(rows.flat()), [rows[0].length]);

function dataset(data: string, target: string, weighted: boolean): LabelledDataset {
  const rows = golden.features[data];
  const x = data === "sparse" ? csr(rows) : dense(rows);
  const y = golden.targets[target];
  return weighted
    ? fromColumns({ x, y, w: golden.weights.slice(0, rows.length) }, { target: "y", weight: "w" })
    : fromColumns({ x, y }, { target: "y" });
}

const tight = { tol: 1e-11 };

describe("LogisticRegression agrees with scikit-learn", () => {
  it.each(golden.logistic)("$name", async (expected) => {
    const data = dataset(expected.data, expected.target, expected.weighted);
    const model = await new LogisticRegression({ ...expected.params, ...tight }).fit(data);
    expect(model.converged).toBe(true);
    assertClose(model.coef.data, expected.coef.flat(), { absolute: 1e-8, relative: 1e-8, label: "coef" });
    assertClose(model.intercept, expected.intercept, { absolute: 1e-8, relative: 1e-8, label: "intercept" });
    const some = data.slice(0, 12);
    assertClose(model.predictProba(some).data, expected.probabilities.flat(), { absolute: 1e-9 });
    assertClose(model.decisionFunction(some).data, expected.decisions.flat(), { absolute: 1e-7 });
    expect(model.predict(data)).toEqual(expected.labels);
  });

  it("comes close to them with default params", async () => {
    for (const expected of golden.logistic) {
      const data = dataset(expected.data, expected.target, expected.weighted);
      const model = await new LogisticRegression(expected.params).fit(data);
      expect(model.converged).toBe(true);
      assertClose(model.predictProba(data.slice(0, 12)).data, expected.probabilities.flat(), {
        absolute: 1e-4,
        label: expected.name,
      });
    }
  });
});

describe("LogisticRegression", () => {
  const data = dataset("dense", "y4", true);

  it("gives the same model for sparse and for dense columns of the same numbers", async () => {
    const rows = golden.features["sparse"];
    const y = golden.targets["ys3"];
    const estimator = new LogisticRegression(tight);
    const fromDense = await estimator.fit(fromColumns({ x: dense(rows), y }, { target: "y" }));
    const fromSparse = await estimator.fit(fromColumns({ x: csr(rows), y }, { target: "y" }));
    assertClose(fromSparse.coef.data, fromDense.coef.data, { absolute: 1e-9 });
  });

  it("treats a weight as that many copies of the row, and a weight of 0 as its absence", async () => {
    const x = [0.3, -1, 2, 0.5, 1.5, -0.2];
    const y = [0, 0, 1, 1, 0, 1];
    const w = [1, 2, 0, 3, 1, 1];
    const copies = w.flatMap((count, i) => Array.from({ length: count }, () => i));
    const weighted = await new LogisticRegression(tight).fit(
      fromColumns({ x, y, w }, { target: "y", weight: "w" }),
    );
    const repeated = await new LogisticRegression(tight).fit(
      fromColumns({ x: copies.map((i) => x[i]), y: copies.map((i) => y[i]) }, { target: "y" }),
    );
    assertClose(weighted.coef.data, repeated.coef.data, { absolute: 1e-9 });
    assertClose(weighted.intercept, repeated.intercept, { absolute: 1e-9 });
  });

  it("doubling every weight is doubling C", async () => {
    const double = data.with({ w: golden.weights.map((w) => 2 * w) });
    const a = await new LogisticRegression({ C: 0.5, ...tight }).fit(double);
    const b = await new LogisticRegression({ C: 1, ...tight }).fit(data);
    assertClose(a.coef.data, b.coef.data, { absolute: 1e-8 });
  });

  it("converges in few iterations on features of any scale, far from zero and collinear", async () => {
    const rows = golden.features["dense"];
    const raw = fromColumns(
      {
        tiny: rows.map((row) => row[0] * 1e-7),
        huge: rows.map((row) => row[1] * 1e7),
        far: rows.map((row) => 1e6 + row[2]),
        constant: rows.map(() => 3),
        again: rows.map((row) => row[1] * 1e7 - 5),
        y: golden.targets["y2"],
      },
      { target: "y" },
    );
    const model = await new LogisticRegression({ penalty: null }).fit(raw);
    expect(model.converged).toBe(true);
    expect(model.nIter).toBeLessThan(20);
    const standard = fromColumns(
      {
        a: rows.map((row) => row[0]),
        b: rows.map((row) => row[1]),
        c: rows.map((row) => row[2]),
        y: golden.targets["y2"],
      },
      { target: "y" },
    );
    const plain = await new LogisticRegression({ penalty: null }).fit(standard);
    assertClose(model.predictProba(raw).data, plain.predictProba(standard).data, { absolute: 1e-5 });
  });

  it("keeps both tails of the probabilities and stays finite where classes are separable", async () => {
    const separable = fromColumns({ x: [-9, -1, 1, 9], y: [0, 0, 1, 1] }, { target: "y" });
    const model = await new LogisticRegression({ C: 100 }).fit(separable);
    const [low, high] = model.predictProba(fromColumns({ x: [-30, 30] })).toRows();
    expect(low[1]).toBeGreaterThan(0);
    expect(low[1]).toBeLessThan(1e-30);
    expect(high[0]).toBeCloseTo(low[1], 40);
    expect(model.predictProba(fromColumns({ x: [-1e300, 1e300] })).toRows()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const free = await new LogisticRegression({ penalty: null, maxIter: 200 }).fit(separable);
    expect(free.coef.data.every(Number.isFinite)).toBe(true);
    expect(free.predict(separable)).toEqual([0, 0, 1, 1]);
  });

  it("takes string classes and gives them in ascending order", async () => {
    const named = fromColumns(
      { x: [1, 2, 3, 4, 5, 6], y: categorical(["no", "no", "maybe", "maybe", "yes", "yes"]) },
      { target: "y" },
    );
    const model = await new LogisticRegression({ C: 100, classWeight: { yes: 2 } }).fit(named);
    expect(model.classes).toEqual(["maybe", "no", "yes"]);
    expect(model.predict(fromColumns({ x: [0, 7] }))).toEqual(["no", "yes"]);
  });

  it("ignores the penalty's C where there is none, and warns when it does not converge", async () => {
    const warnings: string[] = [];
    const options = { onWarning: (line: string) => warnings.push(line) };
    const short = await new LogisticRegression({ maxIter: 1 }).fit(data, options);
    expect(short.converged).toBe(false);
    expect(short.nIter).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^LogisticRegression: no convergence after 1 iterations/);
    await new LogisticRegression({ penalty: null, C: 0.001 }).fit(dataset("dense", "y2", false), options);
    expect(warnings).toHaveLength(1);
  });

  it("reports progress that ends and stops on abort", async () => {
    const events: ProgressEvent[] = [];
    const model = await new LogisticRegression().fit(data, { onProgress: (event) => events.push(event) });
    expect(events.length).toBe(model.nIter + 1);
    expect(events.at(-1)).toMatchObject({ stage: "iteration", done: model.nIter, total: model.nIter });
    const losses = events.map(({ metrics }) => metrics!["loss"]);
    losses.slice(1).forEach((loss, i) => expect(loss).toBeLessThanOrEqual(losses[i] * (1 + 1e-12)));
    const controller = new AbortController();
    const stopped = new LogisticRegression().fit(data, {
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });

  it("refuses one class, one weighted class, missing features and an unknown label in classWeight", async () => {
    const fit = (columns: Record<string, number[]>) =>
      new LogisticRegression().fit(fromColumns(columns, { target: "y" }));
    await expect(fit({ x: [1, 2], y: [1, 1] })).rejects.toThrow(/at least 2 classes, received 1/);
    const unweighted = fromColumns(
      { x: [1, 2, 3], y: [0, 1, 1], w: [0, 1, 1] },
      { target: "y", weight: "w" },
    );
    await expect(new LogisticRegression().fit(unweighted)).rejects.toThrow(
      "LogisticRegression: the target must have at least 2 classes with positive weight, received 1",
    );
    await expect(fit({ x: [1, Number.NaN], y: [0, 1] })).rejects.toThrow(DataError);
    await expect(new LogisticRegression({ classWeight: { spam: 2 } }).fit(data)).rejects.toThrow(ParamError);
    expect(() => new LogisticRegression({ C: 0 })).toThrow("LogisticRegression: C must be > 0, received 0");
  });

  it("comes back from an artifact as it was, and not with parts that don't fit", async () => {
    const registry = new Registry([logisticRegressionCodec]);
    for (const target of ["y2", "y4"]) {
      const labelled = dataset("dense", target, false);
      const model = await new LogisticRegression().fit(labelled);
      const back = await decodeArtifact(await encodeArtifact(model, registry), registry);
      expect(back).toEqual(model);
    }
    const model = await new LogisticRegression().fit(dataset("dense", "y4", false));
    const broken = Object.assign(Object.create(Object.getPrototypeOf(model) as object), model, {
      classes: [0, 1, 2],
    }) as typeof model;
    const bytes = await encodeArtifact(broken, registry);
    await expect(decodeArtifact(bytes, registry)).rejects.toThrow(/tensor 'coef' must be 3 x 5/);
  });
});
