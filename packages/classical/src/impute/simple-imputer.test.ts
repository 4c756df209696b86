import {
  ArtifactError,
  categorical,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  numeric,
  ParamError,
  Registry,
  TensorReader,
  tensor,
  text,
} from "@strata-ml/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SimpleImputer, type SimpleImputerModel, simpleImputerCodec } from "./simple-imputer.js";

const quiet = { onWarning: (): void => undefined };
const gap = Number.NaN;

describe("SimpleImputer", () => {
  it("leaves no missing value and no other value changed", async () => {
    const cell = fc.option(fc.integer({ min: -5, max: 5 }), { nil: null });
    const word = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, word), { minLength: 1, maxLength: 25 }),
        fc.constantFrom("mostFrequent" as const, "constant" as const),
        async (rows, strategy) => {
          const data = fromColumns({
            x: numeric(rows.map(([x]) => x)),
            c: categorical(rows.map(([, c]) => c)),
          });
          const model = await new SimpleImputer({ strategy, keepEmptyFeatures: true }).fit(data, quiet);
          const out = model.transform(data);
          const { values } = out.column("x", "numeric");
          const { codes, categories } = out.column("c", "categorical");
          rows.forEach(([x, c], i) => {
            expect(Number.isNaN(values[i])).toBe(false);
            if (x !== null) expect(values[i]).toBe(x);
            expect(codes[i]).toBeGreaterThanOrEqual(0);
            if (c !== null) expect(categories[codes[i]]).toBe(c);
          });
        },
      ),
    );
  });

  it("fills tensors element by element, drops empty elements, keeps names and float width", async () => {
    const block = tensor(Float32Array.of(1, gap, gap, 3, gap, 5, gap, gap, 7), [3], ["a", "b", "c"]);
    const data = fromColumns({ block });
    const warnings: string[] = [];
    const model = await new SimpleImputer({ addIndicator: true }).fit(data, {
      onWarning: (line) => warnings.push(line),
    });
    const out = model.transform(data);
    expect(out.column("block")).toEqual({
      kind: "tensor",
      values: Float32Array.of(1, 6, 3, 5, 2, 7),
      shape: [2],
      names: ["a", "c"],
    });
    expect(out.column("missingIndicator_block", "tensor")).toEqual({
      kind: "tensor",
      values: Float64Array.of(0, 1, 1, 0, 1, 0, 1, 1, 0),
      shape: [3],
      names: ["missingIndicator_a", "missingIndicator_b", "missingIndicator_c"],
    });
    expect(warnings).toEqual([
      "SimpleImputer: what has no value in any row of these features is dropped: 'block'",
    ]);
    const image = fromColumns({ image: tensor(Float64Array.of(1, gap, 3, 4), [2, 1]) });
    await expect(new SimpleImputer().fit(image.slice(0, 1), quiet)).rejects.toThrow(
      "SimpleImputer: each element of column 'image' must have a value in some row, received none at 1",
    );
    const whole = (await new SimpleImputer().fit(image)).transform(image).column("image", "tensor");
    expect(whole).toEqual(tensor(Float64Array.of(1, 4, 3, 4), [2, 1]));
  });

  it("fills by value into another dictionary, which grows where it must", async () => {
    const train = fromColumns({ c: categorical(["y", "x", "x", null]) });
    const model = await new SimpleImputer({ strategy: "mostFrequent" }).fit(train);
    const other = fromColumns({ c: categorical([null, "z"], ["z"]) });
    expect(model.transform(other).column("c")).toEqual({
      kind: "categorical",
      codes: Int32Array.of(1, 0),
      categories: ["z", "x"],
    });
  });

  it("fills text, numbers and categories with the constant, each in its own way", async () => {
    const data = fromColumns({ t: text(["a", null]), n: [1, gap], c: categorical(["q", null]) });
    const plain = (await new SimpleImputer({ strategy: "constant" }).fit(data)).transform(data);
    expect(plain.column("t", "text").values).toEqual(["a", "missing_value"]);
    expect(plain.column("n", "numeric").values).toEqual(Float64Array.of(1, 0));
    expect(plain.column("c", "categorical").categories).toEqual(["q", "missing_value"]);
    const seven = (await new SimpleImputer({ strategy: "constant", fillValue: 7 }).fit(data)).transform(data);
    expect(seven.column("t", "text").values).toEqual(["a", "7"]);
    expect(seven.column("n", "numeric").values).toEqual(Float64Array.of(1, 7));
    await expect(new SimpleImputer({ strategy: "constant", fillValue: "-" }).fit(data)).rejects.toThrow(
      `SimpleImputer: fillValue must be a number for column 'n', received "-"`,
    );
  });

  it("adds indicators of names that are free, and keeps other roles", async () => {
    const data = fromColumns(
      { x: [1, gap], missingIndicator_x: [gap, 2], full: [1, 2], c: [gap, gap], y: [gap, 1] },
      { target: "y" },
    );
    const model = await new SimpleImputer({ addIndicator: true, strategy: "median" }).fit(data, quiet);
    const out = model.transform(data);
    expect(out.namesOf("feature")).toEqual([
      "x",
      "missingIndicator_x",
      "full",
      "missingIndicator_x_2",
      "missingIndicator_missingIndicator_x",
      "missingIndicator_c",
    ]);
    expect(out.column("missingIndicator_x_2", "numeric").values).toEqual(Float64Array.of(0, 1));
    expect(out.column("y", "numeric").values).toEqual(Float64Array.of(gap, 1));
    // Missing values in a feature that had none in fit are filled, without an indicator.
    const later = model.transform(data.with({ full: [gap, 4] }));
    expect(later.column("full", "numeric").values).toEqual(Float64Array.of(1.5, 4));
    expect(later.names).toEqual(out.names);
  });

  it("refuses kinds that its strategy can't fill, infinite values and useless params", async () => {
    const c = fromColumns({ c: ["a", "b"] });
    await expect(new SimpleImputer().fit(c)).rejects.toThrow(
      "SimpleImputer: features must be numeric, tensor, received categorical column 'c'",
    );
    const t = fromColumns({ t: text(["a"]) });
    await expect(new SimpleImputer({ strategy: "mostFrequent" }).fit(t)).rejects.toThrow(
      "received text column 't'",
    );
    const x = fromColumns({ x: [1, 2] });
    await expect(new SimpleImputer().fit(x.take([]))).rejects.toThrow("at least 1 row");
    const model = await new SimpleImputer().fit(x);
    expect(() => model.transform(fromColumns({ x: [1, Number.NEGATIVE_INFINITY] }))).toThrow(
      "SimpleImputer: column 'x' must be finite or missing, received -Infinity at row 1",
    );
    expect(() => new SimpleImputer({ fillValue: 1 })).toThrow(
      "SimpleImputer: fillValue must be null unless strategy is 'constant', received 1",
    );
    expect(() => new SimpleImputer({ strategy: "modal" as "mean" })).toThrow(ParamError);
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = fromColumns({ x: [1, gap, 1], empty: [gap, gap, gap], c: categorical(["q", null, "q"]) });
    const model = await new SimpleImputer({ strategy: "mostFrequent", addIndicator: true }).fit(data, quiet);
    const registry = new Registry([simpleImputerCodec]);
    const copy = (await decodeArtifact(
      await encodeArtifact(model, registry),
      registry,
    )) as SimpleImputerModel;
    const out = model.transform(data);
    expect(copy.transform(data).names).toEqual(out.names);
    for (const name of out.names) expect(copy.transform(data).column(name)).toEqual(out.column(name));
    const { state } = simpleImputerCodec.encode(model);
    const decode = (changed: typeof state, fills: number[]) =>
      simpleImputerCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: changed,
        tensors: new TensorReader(
          "test",
          new Map([["fills", { data: Float64Array.from(fills), shape: [fills.length] }]]),
        ),
        children: {},
      });
    expect(() => decode(state, [1, gap])).not.toThrow();
    expect(() => decode(state, [1])).toThrow(ArtifactError);
    expect(() => decode(state.slice(1), [1, gap])).toThrow(ArtifactError);
    expect(() => decode([{ fill: "a", missing: [] }, ...state.slice(1)], [1, gap])).toThrow(
      "the fill of column 'x' must fit it",
    );
    expect(() => decode([{ fill: null, missing: [1] }, ...state.slice(1)], [1, gap])).toThrow(ArtifactError);
  });
});
