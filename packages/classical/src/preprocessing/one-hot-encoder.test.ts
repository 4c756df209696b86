import {
  ArtifactError,
  categorical,
  DataError,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  ParamError,
  Registry,
  TensorReader,
} from "@strata-ml/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OneHotEncoder, type OneHotEncoderModel, oneHotEncoderCodec } from "./one-hot-encoder.js";

const color = fc.option(fc.constantFrom("red", "green", "blue", ""), { nil: null });
const step = fc.option(fc.constantFrom(-1, 0, 2.5), { nil: null });
const table = fc.array(fc.tuple(color, step), { minLength: 1, maxLength: 30 });

const dataOf = (rows: readonly (readonly [string | null, number | null])[], dictionary?: string[]) =>
  fromColumns({
    color: categorical(
      rows.map(([value]) => value),
      dictionary,
    ),
    step: rows.map(([, value]) => value),
  });

describe("OneHotEncoder", () => {
  it("gives each row one output of each feature, and the values back", async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.boolean(),
        fc.constantFrom(null, "first", "ifBinary"),
        async (rows, sparse, drop) => {
          const data = dataOf(rows);
          const model = await new OneHotEncoder({ sparse, drop: drop as null }).fit(data);
          const out = model.transform(data);
          if (sparse && drop === null) {
            const { offsets, values } = out.column("oneHot", "sparse");
            expect([...offsets]).toEqual(rows.map((_, i) => 2 * i).concat(2 * rows.length));
            expect(values.every((value) => value === 1)).toBe(true);
          }
          const back = model.inverseTransform(out);
          const { codes, categories } = back.column("color", "categorical");
          expect(Array.from(codes, (code) => (code < 0 ? null : categories[code]))).toEqual(
            rows.map(([c]) => c),
          );
          const steps = Array.from(back.column("step", "numeric").values, (v) =>
            Number.isNaN(v) ? null : v,
          );
          expect(steps).toEqual(rows.map(([, value]) => value));
        },
      ),
    );
  });

  it("matches categories by value, whatever the dictionary", async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const data = dataOf(rows);
        const other = dataOf(rows, ["blue", "", "unused", "red", "green"]);
        const model = await new OneHotEncoder().fit(data);
        expect(model.transform(other).column("oneHot")).toEqual(model.transform(data).column("oneHot"));
        const again = await new OneHotEncoder().fit(other);
        expect(again.names).toEqual(model.names);
      }),
    );
  });

  it("names outputs by feature and category, each its own name", async () => {
    const data = fromColumns({
      a: categorical(["b_c", null, "missing"]),
      a_b: categorical(["c", "c", "d"]),
      n: [1, -0, 0],
    });
    const model = await new OneHotEncoder({ sparse: false }).fit(data);
    expect(model.names).toEqual(["a_b_c", "a_missing", "a_missing_2", "a_b_c_2", "a_b_d", "n_0", "n_1"]);
    expect(model.transform(data).namesOf("feature")).toEqual(model.names);
    const rare = await new OneHotEncoder({ minFrequency: 2 }).fit(data);
    expect(rare.names).toEqual(["a_infrequent", "a_b_c", "a_b_infrequent", "n_0", "n_infrequent"]);
  });

  it("gives back the infrequent group by its name, and an unknown value as missing", async () => {
    const data = fromColumns({ c: categorical(["a", "a", "b", "c"]), n: [1, 1, 2, 3] });
    const model = await new OneHotEncoder({ minFrequency: 2, handleUnknown: "ignore" }).fit(data);
    const other = fromColumns({ c: categorical(["c", "z", "a"]), n: [2, 9, 1] });
    const back = model.inverseTransform(model.transform(other));
    const { codes, categories } = back.column("c", "categorical");
    expect(Array.from(codes, (code) => categories[code])).toEqual(["infrequent", undefined, "a"]);
    expect(back.column("n", "numeric").values).toEqual(Float64Array.of(Number.NaN, Number.NaN, 1));
    const strict = await new OneHotEncoder({ sparse: false }).fit(data);
    const zeros = strict.transform(data).with({ c_a: [0, 0, 0, 0] });
    expect(() => strict.inverseTransform(zeros)).toThrow(
      "OneHotEncoder: one output of feature 'c' must be positive in each row, received none at row 0",
    );
  });

  it("keeps other roles and row order", async () => {
    const data = fromColumns({ c: ["x", "y"], y: [1, 0], w: [1, 2] }, { target: "y", weight: "w" });
    const out = (await new OneHotEncoder().fit(data)).transform(data.take([1, 0]));
    expect(out.target).toEqual({ kind: "numeric", values: Float64Array.of(0, 1) });
    expect(out.column("oneHot", "sparse").indices).toEqual(Int32Array.of(1, 0));
    expect(out.roleOf("w")).toBe("weight");
    const clash = fromColumns({ c: ["x"], oneHot: [1] }, { target: "oneHot" });
    const model = await new OneHotEncoder().fit(clash);
    expect(() => model.transform(clash)).toThrow("feature 'oneHot' must differ");
  });

  it("refuses unknown categories, naming column, value and row", async () => {
    const model = await new OneHotEncoder().fit(fromColumns({ c: ["x", "y"], n: [1, 2] }));
    expect(() => model.transform(fromColumns({ c: ["x", "z"], n: [1, 1] }))).toThrow(
      `OneHotEncoder: column 'c' must hold one of its 2 categories, received "z" at row 1`,
    );
    expect(() => model.transform(fromColumns({ c: ["x", null], n: [1, 1] }))).toThrow(
      "a missing value at row 1",
    );
    expect(() => model.transform(fromColumns({ c: ["x"], n: [3] }))).toThrow("received 3 at row 0");
    expect(() => model.transform(fromColumns({ c: ["x"], n: [Number.NaN] }))).toThrow("a missing value");
  });

  it("refuses data and params that it can't take", async () => {
    const data = fromColumns({ c: ["x", "y"], n: [1, 2] });
    const fit = (input: ConstructorParameters<typeof OneHotEncoder>[0], on: Dataset = data) =>
      new OneHotEncoder(input).fit(on);
    await expect(fit({}, data.take([]))).rejects.toThrow("at least 1 row");
    await expect(fit({}, fromColumns({ n: [Number.POSITIVE_INFINITY] }))).rejects.toThrow(
      "OneHotEncoder: column 'n' must be finite or missing, received Infinity at row 0",
    );
    await expect(fit({ categories: { q: ["x"] } })).rejects.toThrow(
      `OneHotEncoder: categories must name features ('c', 'n'), received "q"`,
    );
    await expect(fit({ categories: { n: ["x"] } })).rejects.toThrow(ParamError);
    await expect(fit({ categories: { c: ["x"] } })).rejects.toThrow(DataError);
    expect(() => new OneHotEncoder({ categories: { c: ["x", "x"] } })).toThrow("differ from each other");
    expect(() => new OneHotEncoder({ categories: { c: [null, "x"] } })).toThrow("last");
    expect(() => new OneHotEncoder({ minFrequency: 1.5 })).toThrow(
      "OneHotEncoder: minFrequency must be a whole number of rows or a fraction < 1, received 1.5",
    );
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = fromColumns({ c: ["x", null, "y", "x"], n: [1, 2, 2, 7] });
    const model = await new OneHotEncoder({ minFrequency: 2, drop: "ifBinary" }).fit(data);
    const registry = new Registry([oneHotEncoderCodec]);
    const copy = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((copy as OneHotEncoderModel).transform(data).column("oneHot")).toEqual(
      model.transform(data).column("oneHot"),
    );
    const decode = (state: Parameters<typeof oneHotEncoderCodec.decode>[0]["state"]) =>
      oneHotEncoderCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state,
        tensors: new TensorReader("test", new Map()),
        children: {},
      });
    const c = { categories: ["x", "y"], infrequent: [] };
    const n = { categories: [1, 2], infrequent: [1] };
    expect(() => decode([c, n])).not.toThrow();
    expect(() => decode([c])).toThrow(ArtifactError);
    expect(() => decode([n, c])).toThrow("the categories of column 'c' must fit it");
    expect(() => decode([c, { ...n, infrequent: [2] }])).toThrow(ArtifactError);
    expect(() => decode([c, { ...n, infrequent: [1, 0] }])).toThrow(ArtifactError);
    expect(() => oneHotEncoderCodec.state.parse([{ categories: ["x", "x"], infrequent: [] }])).toThrow();
  });
});
