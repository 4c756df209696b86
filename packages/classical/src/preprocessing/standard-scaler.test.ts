import {
  ArtifactError,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  numeric,
  Registry,
  TensorReader,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StandardScaler, StandardScalerModel, standardScalerCodec } from "./standard-scaler.js";

/** Not so small that their squares underflow. */
const number = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000);

describe("StandardScaler", () => {
  it("brings any features to mean 0 and variance 1, and back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 2, maxLength: 40 }), async (x) => {
        const data = fromColumns({ x });
        const model = await new StandardScaler().fit(data);
        const out = model.transform(data);
        const values = Float64Array.from(out.column("x", "numeric").values);
        const mean = values.reduce((sum, value) => sum + value, 0) / x.length;
        const variance = values.reduce((sum, value) => sum + value * value, 0) / x.length;
        expect(Math.abs(mean)).toBeLessThan(1e-6);
        // A constant feature is only centred.
        if (model.scale[0] !== 1) expect(Math.abs(variance - 1)).toBeLessThan(1e-6);
        assertClose(model.inverseTransform(out).column("x", "numeric").values, x, {
          absolute: 1e-9,
          relative: 1e-9,
        });
      }),
    );
  });

  it("takes a whole weight for that many rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(number, fc.integer({ min: 0, max: 4 })), { minLength: 2, maxLength: 20 }),
        async (rows) => {
          fc.pre(rows.some(([, weight]) => weight > 0));
          const weighted = fromColumns(
            { x: rows.map(([x]) => x), w: rows.map(([, weight]) => weight) },
            { weight: "w" },
          );
          const repeated = fromColumns({
            x: rows.flatMap(([x, weight]) => Array.from({ length: weight }, () => x)),
          });
          const [a, b] = [await new StandardScaler().fit(weighted), await new StandardScaler().fit(repeated)];
          assertClose(a.mean, b.mean, { absolute: 1e-9, relative: 1e-12 });
          assertClose(a.scale, b.scale, { absolute: 1e-6, relative: 1e-9 });
        },
      ),
    );
  });

  it("keeps other roles, float width, block shape and missing values", async () => {
    const data = fromColumns(
      {
        f: numeric(Float32Array.of(1, 2, Number.NaN)),
        block: tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2], ["a", "b"]),
        y: [0, 1, 0],
        id: ["p", "q", "r"],
      },
      { target: "y", id: "id" },
    );
    const out = (await new StandardScaler().fit(data)).transform(data);
    expect(out.column("f", "numeric").values).toEqual(Float32Array.of(-1, 1, Number.NaN));
    expect(out.column("block", "tensor").names).toEqual(["a", "b"]);
    expect(out.column("y")).toEqual(data.column("y"));
    expect(out.roleOf("id")).toBe("id");
    expect(out.roleOf("y")).toBe("target");
  });

  it("names the column and row of an infinite value, in fit and in transform", async () => {
    const bad = fromColumns({ x: [1, Number.POSITIVE_INFINITY] });
    await expect(new StandardScaler().fit(bad)).rejects.toThrow(
      "StandardScaler: column 'x' must be finite or missing, received Infinity at row 1",
    );
    const model = await new StandardScaler().fit(fromColumns({ x: [1, 2] }));
    expect(() => model.transform(bad)).toThrow(
      "StandardScaler: column 'x' must be finite or missing, received Infinity at row 1",
    );
    await expect(new StandardScaler().fit(fromColumns({ x: ["a"] }))).rejects.toThrow(DataError);
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = fromColumns({ x: [1, 2, 4], y: [0, 0, 1] });
    const model = await new StandardScaler().fit(data);
    const registry = new Registry([standardScalerCodec]);
    const copy = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect(copy).toBeInstanceOf(StandardScalerModel);
    expect((copy as StandardScalerModel).transform(data).column("x")).toEqual(
      model.transform(data).column("x"),
    );
    const short = new Map(
      Object.entries({ mean: model.mean, scale: Float64Array.of(1) }).map(([name, values]) => [
        name,
        { data: values, shape: [values.length] },
      ]),
    );
    expect(() =>
      standardScalerCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: null,
        tensors: new TensorReader("test", short),
        children: {},
      }),
    ).toThrow(ArtifactError);
  });
});
