import { readFileSync } from "node:fs";
import { type Dataset, fromColumns, Matrix, numeric, sparse, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { PCA } from "./pca.js";
import { TruncatedSVD } from "./truncated-svd.js";

interface Expected {
  readonly components: number[][];
  readonly explainedVariance: number[];
  readonly explainedVarianceRatio: number[];
  readonly singularValues: number[];
  readonly transformed: number[][];
}
interface ExpectedPca extends Expected {
  readonly mean: number[];
  readonly noiseVariance: number;
  readonly inverse: number[][];
}
interface Made {
  readonly seed: number;
  readonly rows: number;
  readonly columns: number;
  readonly scales: number[];
  readonly noise: number;
  /** Of the factors, where they are rounded so that sums are exact. */
  readonly bits?: number;
}
interface Golden {
  readonly tall: number[][];
  readonly wide: number[][];
  readonly graded: number[][];
  readonly sparse: {
    readonly offsets: number[];
    readonly indices: number[];
    readonly values: number[];
    readonly rows: number;
    readonly width: number;
  };
  readonly made: Record<string, Made>;
  readonly pca: Record<string, ExpectedPca>;
  readonly svd: Record<string, Expected>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/decomposition.json", import.meta.url), "utf8"),
) as Golden;

/** Park and Miller's generator, as the script that made the golden values has it. */
function uniform(seed: number, count: number): Float64Array {
  let state = seed;
  return new Float64Array(count).map(() => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5);
}

function lowRank({ seed, rows, columns, scales, noise, bits }: Made): Matrix {
  const k = scales.length;
  const factor = (start: number, count: number): Float64Array =>
    uniform(start, count).map((value) =>
      bits === undefined ? value : Math.floor(value * 2 ** bits) / 2 ** bits,
    );
  const u = factor(seed, rows * k);
  const v = factor(seed + 1, columns * k);
  const e = factor(seed + 2, rows * columns);
  return new Matrix(
    rows,
    columns,
    e.map((value, at) => {
      const i = Math.floor(at / columns);
      return scales.reduce(
        (sum, scale, c) => sum + u[i * k + c] * scale * v[c * columns + (at % columns)],
        noise * value,
      );
    }),
  );
}

const dataOf = (x: Matrix): Dataset => fromColumns({ x: tensor(x.data, [x.columns]) });
const inputs: Record<string, Dataset> = {
  tall: dataOf(Matrix.fromRows(golden.tall)),
  wide: dataOf(Matrix.fromRows(golden.wide)),
  graded: dataOf(Matrix.fromRows(golden.graded)),
  sparse: fromColumns({
    x: sparse({
      offsets: Int32Array.from(golden.sparse.offsets),
      indices: Int32Array.from(golden.sparse.indices),
      values: Float64Array.from(golden.sparse.values),
      width: golden.sparse.width,
    }),
  }),
  ...Object.fromEntries(Object.entries(golden.made).map(([name, made]) => [name, dataOf(lowRank(made))])),
};

type PcaParams = NonNullable<ConstructorParameters<typeof PCA>[0]>;
const pcaCases: Record<string, [string, PcaParams]> = {
  tall: ["tall", {}],
  "tall 2 whitened": ["tall", { nComponents: 2, whiten: true }],
  "tall full": ["tall", { nComponents: 3, svdSolver: "full" }],
  "tall part": ["tall", { nComponents: 0.9 }],
  wide: ["wide", { nComponents: 6 }],
  "wide part": ["wide", { nComponents: 0.7, whiten: true }],
  "wide covariance": ["wide", { nComponents: 3, svdSolver: "covarianceEigh" }],
  tallLarge: ["tallLarge", { nComponents: 4, svdSolver: "covarianceEigh" }],
  wideLarge: ["wideLarge", { nComponents: 4, svdSolver: "full" }],
  graded: ["graded", { nComponents: 4, svdSolver: "full" }],
  gradedLarge: ["gradedLarge", { nComponents: 4, svdSolver: "full" }],
};

describe("PCA equals scikit-learn's", () => {
  it("covers every case of the golden file", () => {
    expect(Object.keys(pcaCases).sort()).toEqual(Object.keys(golden.pca).sort());
  });

  it.each(Object.entries(pcaCases))("%s", async (name, [input, params]) => {
    const expected = golden.pca[name];
    const data = inputs[input];
    const model = await new PCA(params).fit(data);
    const close = { absolute: 1e-10, relative: 1e-10 };
    expect(model.components.rows).toBe(expected.components.length);
    assertClose(model.mean, expected.mean, close);
    assertClose(model.components.data, expected.components.flat(), close);
    assertClose(model.explainedVariance, expected.explainedVariance, close);
    assertClose(model.explainedVarianceRatio, expected.explainedVarianceRatio, close);
    assertClose(model.singularValues, expected.singularValues, close);
    assertClose([model.noiseVariance], [expected.noiseVariance], close);
    const transformed = model.transform(data);
    const block = transformed.column("pca", "tensor");
    expect(block.names).toEqual(expected.components.map((_, c) => `pca${c}`));
    const flat = expected.transformed.flat();
    assertClose(block.values.subarray(0, flat.length), flat, { absolute: 1e-9, relative: 1e-9 });
    const inverse = model.inverseTransform(transformed).column("x", "tensor").values;
    const wanted = expected.inverse.flat();
    assertClose(inverse.subarray(0, wanted.length), wanted, { absolute: 1e-9, relative: 1e-9 });
  });
});

type SvdParams = NonNullable<ConstructorParameters<typeof TruncatedSVD>[0]>;
const svdCases: [string, SvdParams, number][] = [
  ["sparse", { nComponents: 6, algorithm: "exact" }, 1e-9],
  ["tall", { nComponents: 3, algorithm: "exact" }, 1e-9],
  ["tall", { nComponents: 3 }, 1e-9],
  ["separated", { nComponents: 4, algorithm: "exact" }, 1e-9],
  ["separated", { nComponents: 4, nIter: 7 }, 1e-6],
  ["separatedWide", { nComponents: 4, algorithm: "exact" }, 1e-9],
  ["separatedWide", { nComponents: 4, nIter: 7, seed: 3 }, 1e-6],
  ["graded", { nComponents: 4, algorithm: "exact" }, 1e-9],
  ["gradedLarge", { nComponents: 4, algorithm: "exact" }, 1e-9],
];

describe("TruncatedSVD equals scikit-learn's", () => {
  it("covers every case of the golden file", () => {
    expect([...new Set(svdCases.map(([name]) => name))].sort()).toEqual(Object.keys(golden.svd).sort());
  });

  it.each(svdCases)("%s %j to %d", async (name, params, error) => {
    const expected = golden.svd[name];
    const model = await new TruncatedSVD(params).fit(inputs[name]);
    const close = { absolute: error, relative: error };
    assertClose(model.singularValues, expected.singularValues, close);
    assertClose(model.components.data, expected.components.flat(), close);
    assertClose(model.explainedVariance, expected.explainedVariance, close);
    assertClose(model.explainedVarianceRatio, expected.explainedVarianceRatio, close);
    const block = model.transform(inputs[name]).column("svd", "tensor");
    const flat = expected.transformed.flat();
    assertClose(block.values.subarray(0, flat.length), flat, { absolute: error * 100, relative: error });
  });

  it("comes close to the sparse factors by 'randomized' too", async () => {
    const expected = golden.svd.sparse;
    const model = await new TruncatedSVD({ nComponents: 6, nIter: 30 }).fit(inputs.sparse);
    assertClose(model.singularValues, expected.singularValues, { absolute: 1e-6 });
    assertClose(model.components.data, expected.components.flat(), { absolute: 1e-4 });
  });

  it("takes dense and sparse columns together", async () => {
    const { offsets, indices, values, width, rows } = golden.sparse;
    const dense = new Matrix(rows, width);
    for (let i = 0; i < rows; i++)
      for (let p = offsets[i]; p < offsets[i + 1]; p++) dense.data[i * width + indices[p]] = values[p];
    const extra = numeric(Array.from({ length: rows }, (_, i) => Math.sin(i)));
    const mixed = await new TruncatedSVD({ algorithm: "exact" }).fit(inputs.sparse.with({ extra }));
    const same = await new TruncatedSVD({ algorithm: "exact" }).fit(dataOf(dense).with({ extra }));
    assertClose(mixed.components.data, same.components.data, { absolute: 1e-10 });
    assertClose(mixed.explainedVarianceRatio, same.explainedVarianceRatio, { absolute: 1e-12 });
  });
});
