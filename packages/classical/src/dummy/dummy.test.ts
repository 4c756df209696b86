import { readFileSync } from "node:fs";
import {
  categorical,
  type Column,
  concatDatasets,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  Registry,
  sequence,
  sparse,
  tensor,
  text,
  timestamp,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DummyClassifier, dummyClassifierCodec } from "./dummy-classifier.js";
import { DummyRegressor, dummyRegressorCodec } from "./dummy-regressor.js";
import { rowUniforms } from "./row-uniforms.js";

type ClassifierParams = NonNullable<ConstructorParameters<typeof DummyClassifier>[0]>;
type RegressorParams = NonNullable<ConstructorParameters<typeof DummyRegressor>[0]>;

interface Golden {
  labels: number[];
  y: number[];
  weights: number[];
  classifier: {
    params: ClassifierParams;
    weighted: boolean;
    prior: number[];
    probabilities: number[] | null;
    prediction: number | null;
  }[];
  regressor: { params: RegressorParams; weighted: boolean; value: number }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/dummy.json", import.meta.url), "utf8"),
) as Golden;

const x = golden.y.map((_, i) => i);
const labelled = (target: number[], weighted: boolean) =>
  weighted
    ? fromColumns({ x, target, w: golden.weights }, { target: "target", weight: "w" })
    : fromColumns({ x, target }, { target: "target" });

describe("DummyClassifier", () => {
  it.each(golden.classifier)("agrees with scikit-learn: $params, weighted $weighted", async (expected) => {
    const data = labelled(golden.labels, expected.weighted);
    const model = await new DummyClassifier(expected.params).fit(data);
    assertClose(model.prior, expected.prior, { absolute: 1e-15 });
    const probabilities = model.predictProba(data);
    if (expected.probabilities !== null)
      for (const row of probabilities.toRows()) assertClose(row, expected.probabilities, { absolute: 1e-15 });
    if (expected.prediction !== null)
      expect(model.predict(data)).toEqual(golden.labels.map(() => expected.prediction));
  });

  it.each(["stratified", "uniform"] as const)("draws %s classes by frequency", async (strategy) => {
    const n = 30_000;
    const rows = Float64Array.from({ length: n }, (_, i) => i * 0.37);
    const target = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 7 : i % 10 < 4 ? 3 : 5));
    const data = fromColumns({ x: rows, target }, { target: "target" });
    const model = await new DummyClassifier({ strategy }).fit(data);
    const drawn = model.predict(data);
    const shares = [3, 5, 7].map((label) => drawn.filter((value) => value === label).length / n);
    assertClose(shares, strategy === "stratified" ? [0.3, 0.6, 0.1] : [1 / 3, 1 / 3, 1 / 3], {
      absolute: 0.012,
    });
    const other = await new DummyClassifier({ strategy, seed: 1 }).fit(data);
    expect(other.predict(data)).not.toEqual(drawn);
    const { data: p } = model.predictProba(data);
    if (strategy === "stratified")
      drawn.forEach((label, i) => expect(p[3 * i + [3, 5, 7].indexOf(label as number)]).toBe(1));
    else expect(p.every((value) => value === 1 / 3)).toBe(true);
    // The same alone and in another order as in the batch.
    const some = [29_999, 4, 17];
    expect(model.predict(data.take(some))).toEqual(some.map((i) => drawn[i]));
    expect(model.predict(data.slice(17, 18))).toEqual([drawn[17]]);
  });

  it("never draws a class of weight 0, and takes one class", async () => {
    const data = fromColumns(
      { x, y: golden.labels, w: golden.labels.map((label) => (label === 2 ? 0 : 1)) },
      { target: "y", weight: "w" },
    );
    const model = await new DummyClassifier({ strategy: "stratified" }).fit(data);
    expect(new Set(model.predict(data))).toEqual(new Set([0, 1]));
    const single = await new DummyClassifier().fit(fromColumns({ x: [1], y: ["spam"] }, { target: "y" }));
    expect(single.predict(fromColumns({ x: [5] }))).toEqual(["spam"]);
    expect(single.predictProba(fromColumns({ x: [5] })).toRows()).toEqual([[1]]);
  });

  it("refuses a constant that is no class, absent, or given to another strategy", async () => {
    const data = labelled(golden.labels, false);
    await expect(new DummyClassifier({ strategy: "constant", constant: "1" }).fit(data)).rejects.toThrow(
      'DummyClassifier: constant must be one of the classes (0, 1, 2), received "1"',
    );
    expect(() => new DummyClassifier({ strategy: "constant" })).toThrow(
      "DummyClassifier: constant must be given with strategy 'constant', and only then, received undefined",
    );
    expect(() => new DummyClassifier({ constant: 1 })).toThrow(/only then, received 1/);
  });

  it("comes back from an artifact as it was, and not with a prior that is none", async () => {
    const registry = new Registry([dummyClassifierCodec, dummyRegressorCodec]);
    const data = labelled(golden.labels, true);
    for (const estimator of [
      new DummyClassifier({ strategy: "stratified", seed: 3 }),
      new DummyRegressor(),
    ]) {
      const model = await estimator.fit(data);
      const back = await decodeArtifact(await encodeArtifact(model, registry), registry);
      expect(back).toEqual(model);
    }
    const model = await new DummyClassifier().fit(data);
    for (const prior of [
      Float64Array.of(0.5, 0.5),
      Float64Array.of(1, -1, 1),
      Float64Array.of(Number.NaN, 0, 1),
    ]) {
      const broken = Object.assign(Object.create(Object.getPrototypeOf(model) as object), model, {
        prior,
      }) as typeof model;
      await expect(
        encodeArtifact(broken, registry).then((file) => decodeArtifact(file, registry)),
      ).rejects.toThrow(/prior/);
    }
  });
});

describe("DummyRegressor", () => {
  it.each(golden.regressor)("agrees with scikit-learn: $params, weighted $weighted", async (expected) => {
    const data = labelled(golden.y, expected.weighted);
    const model = await new DummyRegressor(expected.params).fit(data);
    expect(model.predict(data)).toHaveLength(golden.y.length);
    assertClose(model.predict(data.slice(0, 2)), [expected.value, expected.value], { absolute: 1e-15 });
  });

  it("treats a weight as that many copies of the row, where it does not interpolate", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 4 })), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (rows, quantile) => {
          fc.pre(rows.some(([, w]) => w > 0));
          const y = rows.map(([value]) => value);
          const w = rows.map(([, weight]) => weight);
          const weighted = await new DummyRegressor({ strategy: "quantile", quantile }).fit(
            fromColumns({ x: y, y, w }, { target: "y", weight: "w" }),
          );
          const copies = rows
            .flatMap(([value, count]) => Array.from({ length: count }, () => value))
            .sort((a, b) => a - b);
          const least = copies.findIndex((_, i) => i + 1 >= quantile * copies.length);
          expect(weighted.value).toBe(copies[Math.max(0, least)]);
        },
      ),
    );
  });

  it("refuses a quantile or constant that is absent or given to another strategy", () => {
    expect(() => new DummyRegressor({ strategy: "quantile" })).toThrow(/quantile must be given/);
    expect(() => new DummyRegressor({ quantile: 0.5 })).toThrow(/only then, received 0.5/);
    expect(() => new DummyRegressor({ strategy: "constant" })).toThrow(/constant must be given/);
    expect(() => new DummyRegressor({ strategy: "quantile", quantile: 1.1 })).toThrow(
      "DummyRegressor: quantile must be <= 1, received 1.1",
    );
  });
});

it("weighs no rows as rows of weight 1: the median lies halfway between two", async () => {
  const rows = fromColumns(
    { x, y: [...golden.y.keys()], w: golden.y.map(() => 1) },
    { target: "y", weight: "w" },
  );
  const model = await new DummyRegressor({ strategy: "median" }).fit(rows);
  expect(model.value).toBe((golden.y.length - 1) / 2);
});

describe("rowUniforms", () => {
  const columns: Record<string, Column> = {
    number: { kind: "numeric", values: Float64Array.of(1, 2, Number.NaN, 0, 5) },
    category: categorical(["a", "b", null, "c", "a"]),
    note: text(["one", null, "two", "", "one"]),
    at: timestamp([0, 1, 2, null, 4]),
    vector: tensor(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [2]),
    words: sparse({
      offsets: Int32Array.of(0, 1, 2, 2, 4, 4),
      indices: Int32Array.of(0, 1, 0, 1),
      values: Float64Array.of(1, 2, 3, 4),
      width: 2,
    }),
    history: sequence([[[1]], [], [[2], [3]], [[0]], [[1]]], ["amount"]),
  };
  const data = fromColumns(columns);

  it.each(Object.keys(columns))("depends on the %s column", (name) => {
    const before = rowUniforms(data, 0);
    const swapped = rowUniforms(
      fromColumns({ ...columns, [name]: data.take([1, 0, 2, 3, 4]).column(name) }),
      0,
    );
    expect(swapped[0]).not.toBe(before[0]);
    expect(swapped[1]).not.toBe(before[1]);
    expect(swapped.slice(2)).toEqual(before.slice(2));
  });

  it("does not depend on place, batch, float width, the sign of zero or the order of categories", () => {
    const all = rowUniforms(data, 3);
    expect(rowUniforms(data.take([4, 2]), 3)).toEqual(Float64Array.of(all[4], all[2]));
    const joined: Dataset = concatDatasets([data, data]);
    expect(rowUniforms(joined, 3)).toEqual(Float64Array.from([...all, ...all]));
    const same = fromColumns({
      ...columns,
      number: { kind: "numeric", values: Float32Array.of(1, 2, Number.NaN, -0, 5) },
      category: categorical(["a", "b", null, "c", "a"], ["c", "b", "a", "unused"]),
    });
    expect(rowUniforms(same, 3)).toEqual(all);
    expect(rowUniforms(data, 4)).not.toEqual(all);
    const { number, vector, words, ...others } = columns;
    const block = fromColumns({
      block: tensor(
        Float64Array.from([
          1,
          1,
          2,
          1,
          0,
          2,
          3,
          4,
          0,
          2,
          Number.NaN,
          5,
          6,
          0,
          0,
          0,
          7,
          8,
          3,
          4,
          5,
          9,
          10,
          0,
          0,
        ]),
        [5],
      ),
      ...others,
    });
    expect(rowUniforms(block, 3)).toEqual(rowUniforms(fromColumns({ number, vector, words, ...others }), 3));
  });

  it("is uniform", () => {
    const n = 50_000;
    const values = rowUniforms(fromColumns({ x: Float64Array.from({ length: n }, (_, i) => i) }), 0);
    const counts = new Float64Array(50);
    for (const u of values) counts[Math.floor(u * 50)]++;
    const chi = counts.reduce((sum, count) => sum + (count - n / 50) ** 2 / (n / 50), 0);
    // 49 degrees of freedom: 99.9% lie below 85.4.
    expect(chi).toBeLessThan(85.4);
    expect(new Set(values).size).toBe(n);
  });
});
