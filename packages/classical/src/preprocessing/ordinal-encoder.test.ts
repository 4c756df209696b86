import {
  ArtifactError,
  categorical,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  ParamError,
  Registry,
  TensorReader,
} from "@strata-ml/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrdinalEncoder, type OrdinalEncoderModel, ordinalEncoderCodec } from "./ordinal-encoder.js";

describe("OrdinalEncoder", () => {
  it("orders codes as categories, keeps missing values, and gives the values back", async () => {
    const value = fc.option(fc.string({ maxLength: 3 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 30 }), async (values) => {
        const data = fromColumns({ c: categorical(values) });
        const model = await new OrdinalEncoder().fit(data);
        const out = model.transform(data);
        const codes = out.column("c", "numeric").values;
        values.forEach((a, i) => {
          expect(Number.isNaN(codes[i])).toBe(a === null);
          values.forEach((b, j) => {
            if (a !== null && b !== null) expect(codes[i] < codes[j]).toBe(a < b);
          });
        });
        const { codes: back, categories } = model.inverseTransform(out).column("c", "categorical");
        expect(Array.from(back, (code) => (code < 0 ? null : categories[code]))).toEqual(values);
      }),
    );
  });

  it("keeps other roles, names and row order", async () => {
    const data = fromColumns({ c: ["b", "a"], y: [1, 0], g: ["p", "q"] }, { target: "y", group: "g" });
    const out = (await new OrdinalEncoder().fit(data)).transform(data.take([1, 0]));
    expect(out.namesOf("feature")).toEqual(["c"]);
    expect(out.column("c")).toEqual({ kind: "numeric", values: Float64Array.of(0, 1) });
    expect(out.roleOf("g")).toBe("group");
    expect(out.target).toEqual({ kind: "numeric", values: Float64Array.of(0, 1) });
  });

  it("refuses unknown and missing values unseen in fit, and takes them by 'useEncodedValue'", async () => {
    const data = fromColumns({ c: ["a", "b"] });
    const other = fromColumns({ c: categorical([null, "z", "b"]) });
    const strict = await new OrdinalEncoder().fit(data);
    expect(() => strict.transform(other)).toThrow(
      "OrdinalEncoder: column 'c' must hold one of its 2 categories, received a missing value at row 0",
    );
    const open = await new OrdinalEncoder({ handleUnknown: "useEncodedValue", unknownValue: -1 }).fit(data);
    expect(open.transform(other).column("c", "numeric").values).toEqual(Float64Array.of(-1, -1, 1));
  });

  it("refuses params that contradict each other or the data", async () => {
    expect(() => new OrdinalEncoder({ unknownValue: -1 })).toThrow(
      "OrdinalEncoder: unknownValue must be null unless handleUnknown is 'useEncodedValue', received -1",
    );
    expect(() => new OrdinalEncoder({ encodedMissingValue: 0.5 })).toThrow(ParamError);
    const data = fromColumns({ c: categorical(["a", null, "b"]) });
    await expect(
      new OrdinalEncoder({ handleUnknown: "useEncodedValue", unknownValue: 1 }).fit(data),
    ).rejects.toThrow(
      "OrdinalEncoder: unknownValue must differ from the codes 0..1 of column 'c', received 1",
    );
    await expect(new OrdinalEncoder({ encodedMissingValue: 0 }).fit(data)).rejects.toThrow(
      "encodedMissingValue must differ from the codes 0..1",
    );
    const full = fromColumns({ c: ["a", "b"] });
    await expect(new OrdinalEncoder({ encodedMissingValue: 0 }).fit(full)).resolves.toBeDefined();
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = fromColumns({ c: categorical(["x", null, "y", "x"]), n: [1, 2, 2, 7] });
    const model = await new OrdinalEncoder({ maxCategories: 2 }).fit(data);
    const registry = new Registry([ordinalEncoderCodec]);
    const copy = await decodeArtifact(await encodeArtifact(model, registry), registry);
    const again = (copy as OrdinalEncoderModel).transform(data);
    for (const name of ["c", "n"]) expect(again.column(name)).toEqual(model.transform(data).column(name));
    expect(() =>
      ordinalEncoderCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: [
          { categories: ["x", null], infrequent: [1] },
          { categories: [1], infrequent: [] },
        ],
        tensors: new TensorReader("test", new Map()),
        children: {},
      }),
    ).toThrow(ArtifactError);
  });
});
