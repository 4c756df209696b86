import {
  ArtifactError,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  ParamError,
  Random,
  Registry,
  TensorReader,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PCA, type PCAModel, pcaCodec } from "./pca.js";

/** Random rows with correlated columns, as two numeric columns and a block. */
function sample(rows: number, width: number, seed: number) {
  const random = new Random(seed);
  const values = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const shared = random.normal();
    for (let j = 0; j < width; j++) values[i * width + j] = 5 + j * shared + random.normal();
  }
  const a = new Float64Array(rows).map(() => random.normal());
  return fromColumns({
    block: tensor(values, [width]),
    a,
    b: a.map((value, i) => value + values[i * width]),
  });
}

describe("PCA", () => {
  it("gives uncorrelated outputs of falling variance, and the features back from all of them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom("full" as const, "covarianceEigh" as const),
        fc.boolean(),
        fc.integer(),
        async (rows, width, svdSolver, whiten, seed) => {
          const data = sample(rows, width, seed);
          const model = await new PCA({ svdSolver, whiten }).fit(data);
          const out = model.transform(data);
          const { values, shape } = out.column("pca", "tensor");
          const [k] = shape;
          expect(k).toBe(Math.min(rows, width + 2));
          for (let c = 0; c < k; c++) {
            for (let d = 0; d < c; d++) {
              let product = 0;
              for (let i = 0; i < rows; i++) product += values[i * k + c] * values[i * k + d];
              const scale = whiten ? 1 : model.explainedVariance[0];
              // Axes without variance can't be whitened: their outputs are rounding over rounding.
              if (!whiten || model.explainedVariance[c] > 1e-8)
                expect(Math.abs(product)).toBeLessThan(1e-6 * rows * scale);
            }
            if (c > 0) expect(model.explainedVariance[c]).toBeLessThanOrEqual(model.explainedVariance[c - 1]);
          }
          assertClose(
            model.explainedVarianceRatio.length > 0
              ? [model.explainedVarianceRatio.reduce((x, y) => x + y, 0)]
              : [],
            [1],
            { absolute: 1e-9 },
          );
          const back = model.inverseTransform(out);
          for (const name of ["a", "b"])
            assertClose(back.column(name, "numeric").values, data.column(name, "numeric").values, {
              absolute: 1e-6,
            });
          expect(back.column("block", "tensor").shape).toEqual([width]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("finds the same axes by both solvers, large means and all", async () => {
    const data = sample(60, 4, 3);
    const far = data.with({ a: data.column("a", "numeric").values.map((value) => value + 1e6) });
    const full = await new PCA({ svdSolver: "full" }).fit(far);
    const cov = await new PCA({ svdSolver: "covarianceEigh" }).fit(far);
    assertClose(cov.explainedVariance.subarray(0, 5), full.explainedVariance.subarray(0, 5), {
      relative: 1e-9,
    });
    assertClose(cov.components.data.subarray(0, 24), full.components.data.subarray(0, 24), {
      absolute: 1e-7,
    });
  });

  it("takes a part of the variance that all components together just don't exceed", async () => {
    const data = fromColumns({ x: [1, 2, 3], y: [0, 0, 0] });
    const model = await new PCA({ nComponents: 0.999999 }).fit(data);
    expect(model.components.rows).toBe(1);
    const constant = await new PCA({ nComponents: 0.5 }).fit(fromColumns({ x: [2, 2], y: [1, 1] }));
    expect([...constant.explainedVarianceRatio].every((value) => value === 0)).toBe(true);
  });

  it("keeps other roles, and transforms data without a target, row by row", async () => {
    const data = sample(30, 3, 1).with({ y: new Float64Array(30) }, { target: "y" });
    const model = await new PCA({ nComponents: 2 }).fit(data);
    const out = model.transform(data);
    expect(out.names).toEqual(["y", "pca"]);
    const row = model.transform(data.drop(["y"]).slice(7, 8)).column("pca", "tensor");
    assertClose(row.values, out.column("pca", "tensor").values.subarray(14, 16), { absolute: 0 });
    const empty = model.transform(data.take([])).column("pca", "tensor");
    expect(empty.values.length).toBe(0);
    expect(model.inverseTransform(model.transform(data.take([]))).column("a", "numeric").values.length).toBe(
      0,
    );
  });

  it("refuses data and params that it can't take", async () => {
    const data = sample(3, 3, 1);
    await expect(new PCA().fit(data.take([0]))).rejects.toThrow("PCA: the dataset must have at least 2 rows");
    await expect(new PCA({ nComponents: 4 }).fit(data)).rejects.toThrow(
      "PCA: nComponents must be at most the number of rows and of features (3 and 5), received 4",
    );
    await expect(new PCA().fit(fromColumns({ x: [1, null] }))).rejects.toThrow(DataError);
    await expect(new PCA().fit(fromColumns({ c: ["a", "b"] }))).rejects.toThrow(
      "received categorical column 'c'",
    );
    expect(() => new PCA({ nComponents: 1.5 })).toThrow(ParamError);
    const model = await new PCA({ nComponents: 2 }).fit(data);
    expect(() => model.inverseTransform(fromColumns({ pca: tensor(Float64Array.of(1, 2, 3), [3]) }))).toThrow(
      "PCA: column 'pca' must be of shape 2, received 3",
    );
  });

  it("stops at once when aborted", async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error("enough"));
    const fit = new PCA().fit(sample(500, 4, 1), { signal: controller.signal, onProgress });
    await expect(fit).rejects.toThrow("enough");
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = sample(25, 3, 2);
    const model = await new PCA({ nComponents: 2, whiten: true }).fit(data);
    const registry = new Registry([pcaCodec]);
    const copy = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as PCAModel;
    expect(copy.transform(data).column("pca")).toEqual(model.transform(data).column("pca"));
    expect(copy.noiseVariance).toBe(model.noiseVariance);
    const { tensors = {} } = pcaCodec.encode(model);
    const decode = (features = model.features, changed: Record<string, Float64Array> = {}) =>
      pcaCodec.decode({
        estimator: model.estimator,
        features,
        state: { noiseVariance: 1 },
        tensors: new TensorReader(
          "test",
          new Map(
            Object.entries(tensors).map(([name, held]) => {
              if (name in changed) return [name, { data: changed[name], shape: [changed[name].length] }];
              return "columns" in held
                ? [name, { data: held.data, shape: [held.rows, held.columns] }]
                : [name, { data: held as Float64Array, shape: [(held as Float64Array).length] }];
            }),
          ),
        ),
        children: {},
      });
    expect(() => decode()).not.toThrow();
    expect(() => decode(model.features.slice(1))).toThrow(ArtifactError);
    expect(() => decode([{ name: "t", role: "feature", kind: "text" }])).toThrow(ArtifactError);
    expect(() => decode(model.features, { mean: Float64Array.of(1) })).toThrow(ArtifactError);
    expect(() => decode(model.features, { explainedVariance: Float64Array.of(1) })).toThrow(ArtifactError);
    const huge = [{ name: "t", role: "feature", kind: "tensor", shape: [1e15] }] as const;
    expect(() => decode(huge)).toThrow(ArtifactError);
  });
});
