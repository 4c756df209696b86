import {
  ArtifactError,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  Random,
  Registry,
  sparse,
  TensorReader,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TruncatedSVD, type TruncatedSVDModel, truncatedSvdCodec } from "./truncated-svd.js";

/** Rows of random numbers, a third of them not 0, as a sparse block and as a dense one. */
function sample(rows: number, width: number, seed: number) {
  const random = new Random(seed);
  const dense = new Float64Array(rows * width).map(() => (random.uniform() < 0.33 ? random.normal() : 0));
  const offsets = Int32Array.of(0, ...Array.from({ length: rows }, () => 0));
  const indices: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) if (dense[i * width + j] !== 0) indices.push(j);
    offsets[i + 1] = indices.length;
  }
  const values = dense.filter((value) => value !== 0);
  return {
    sparse: fromColumns({ x: sparse({ offsets, indices: Int32Array.from(indices), values, width }) }),
    dense: fromColumns({ x: tensor(dense, [width]) }),
  };
}

const shapes = [fc.integer({ min: 2, max: 14 }), fc.integer({ min: 2, max: 14 }), fc.integer()] as const;

describe("TruncatedSVD", () => {
  it("has orthonormal components and outputs as long as its singular values, sparse as dense", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...shapes,
        fc.constantFrom("randomized" as const, "exact" as const),
        async (rows, width, seed, algorithm) => {
          const data = sample(rows, width, seed);
          const nComponents = Math.min(rows, width, 4);
          const model = await new TruncatedSVD({ nComponents, algorithm }).fit(data.sparse);
          const { components, singularValues } = model;
          for (let a = 0; a < nComponents; a++) {
            for (let b = 0; b <= a; b++) {
              const product = components
                .row(a)
                .reduce((sum, value, j) => sum + value * components.at(b, j), 0);
              assertClose([product], [a === b ? 1 : 0], { absolute: 1e-10 });
            }
          }
          const out = model.transform(data.sparse).column("svd", "tensor").values;
          for (let c = 0; c < nComponents; c++) {
            let squares = 0;
            for (let i = 0; i < rows; i++) squares += out[i * nComponents + c] ** 2;
            assertClose([Math.sqrt(squares)], [singularValues[c]], { absolute: 1e-8 });
            if (c > 0) expect(singularValues[c]).toBeLessThanOrEqual(singularValues[c - 1]);
          }
          const dense = await new TruncatedSVD({ nComponents, algorithm }).fit(data.dense);
          assertClose(dense.singularValues, singularValues, { absolute: 1e-8 });
          assertClose(dense.explainedVarianceRatio, model.explainedVarianceRatio, { absolute: 1e-6 });
        },
      ),
    );
  });

  it("explains all of the variance with all components", async () => {
    const data = sample(12, 5, 2);
    const model = await new TruncatedSVD({ nComponents: 5 }).fit(data.sparse);
    const sum = model.explainedVarianceRatio.reduce((total, value) => total + value, 0);
    assertClose([sum], [1], { absolute: 1e-12 });
  });

  it.each(["randomized", "exact"] as const)(
    "takes as many components as there are and says so, by %s",
    async (algorithm) => {
      const { sparse: data } = sample(20, 6, 5);
      const warnings: string[] = [];
      const onWarning = (line: string): number => warnings.push(line);
      const estimator = new TruncatedSVD({ nComponents: 100, algorithm });
      const model = await estimator.fit(data, { onWarning });
      expect(warnings).toEqual(["TruncatedSVD: nComponents is 100, but 20 rows of 6 features have only 6"]);
      const whole = await new TruncatedSVD({ nComponents: 6, algorithm }).fit(data, { onWarning });
      expect(warnings).toHaveLength(1);
      expect(model.components).toEqual(whole.components);
      expect(model.transform(data).column("svd", "tensor").shape).toEqual([6]);
      const few = await estimator.fit(data.slice(0, 3), { onWarning });
      expect(few.singularValues).toHaveLength(3);
      const registry = new Registry([truncatedSvdCodec]);
      const copy = (await decodeArtifact(await encodeArtifact(few, registry), registry)) as TruncatedSVDModel;
      expect(copy.transform(data).column("svd")).toEqual(few.transform(data).column("svd"));
    },
  );

  it("repeats with a seed, and finds the same by another", async () => {
    const { sparse: data } = sample(40, 25, 3);
    const fit = (seed: number) => new TruncatedSVD({ nComponents: 3, nIter: 40, seed }).fit(data);
    const [a, b, other] = [await fit(1), await fit(1), await fit(2)];
    expect(a.components.data).toEqual(b.components.data);
    assertClose(other.singularValues, a.singularValues, { absolute: 1e-9 });
    expect(other.components.data).not.toEqual(a.components.data);
  });

  it("takes features without any value but 0", async () => {
    for (const algorithm of ["randomized", "exact"] as const) {
      const model = await new TruncatedSVD({ algorithm }).fit(fromColumns({ x: [0, 0, 0], y: [0, 0, 0] }));
      expect([...model.singularValues]).toEqual([0, 0]);
      expect([...model.explainedVarianceRatio]).toEqual([0, 0]);
    }
  });

  it("keeps other roles, and transforms data without a target, row by row", async () => {
    const data = sample(20, 6, 5).sparse.with({ y: new Float64Array(20) }, { target: "y" });
    const model = await new TruncatedSVD().fit(data);
    const out = model.transform(data);
    expect(out.names).toEqual(["y", "svd"]);
    expect(out.column("svd", "tensor").names).toEqual(["svd0", "svd1"]);
    const row = model.transform(data.drop(["y"]).slice(7, 8)).column("svd", "tensor");
    expect(row.values).toEqual(out.column("svd", "tensor").values.slice(14, 16));
  });

  it("refuses data that it can't take", async () => {
    const { dense } = sample(3, 5, 1);
    expect(() => new TruncatedSVD({ nComponents: 0 })).toThrow(
      "TruncatedSVD: nComponents must be >= 1, received 0",
    );
    const none = { offsets: Int32Array.of(0, 0), indices: new Int32Array(0), values: new Float64Array(0) };
    await expect(new TruncatedSVD().fit(fromColumns({ x: sparse({ ...none, width: 0 }) }))).rejects.toThrow(
      "TruncatedSVD: the features must hold at least one number a row, received none",
    );
    await expect(new TruncatedSVD().fit(dense.take([]))).rejects.toThrow("at least 1 row");
    await expect(new TruncatedSVD().fit(fromColumns({ x: [1, null], y: [1, 2] }))).rejects.toThrow(DataError);
    await expect(new TruncatedSVD().fit(fromColumns({ c: ["a", "b"] }))).rejects.toThrow(
      "categorical column 'c'",
    );
  });

  it("stops at once when aborted", async () => {
    const { sparse: data } = sample(40, 25, 3);
    for (const algorithm of ["randomized", "exact"] as const) {
      const controller = new AbortController();
      const onProgress = (): void => controller.abort(new Error("enough"));
      const fit = new TruncatedSVD({ algorithm }).fit(data, { signal: controller.signal, onProgress });
      await expect(fit).rejects.toThrow("enough");
    }
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const { sparse: data } = sample(20, 6, 5);
    const model = await new TruncatedSVD().fit(data);
    const registry = new Registry([truncatedSvdCodec]);
    const copy = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as TruncatedSVDModel;
    expect(copy.transform(data).column("svd")).toEqual(model.transform(data).column("svd"));
    expect(copy.explainedVarianceRatio).toEqual(model.explainedVarianceRatio);
    const decode = (columns: number, rows = 2) =>
      truncatedSvdCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: null,
        tensors: new TensorReader(
          "test",
          new Map<string, { data: Float64Array; shape: number[] }>([
            ["components", { data: new Float64Array(rows * columns), shape: [rows, columns] }],
            ["singularValues", { data: new Float64Array(2), shape: [2] }],
            ["explainedVariance", { data: new Float64Array(2), shape: [2] }],
            ["explainedVarianceRatio", { data: new Float64Array(2), shape: [2] }],
          ]),
        ),
        children: {},
      });
    expect(() => decode(6)).not.toThrow();
    expect(() => decode(5)).toThrow(ArtifactError);
    expect(() => decode(6, 3)).toThrow(ArtifactError);
  });
});
