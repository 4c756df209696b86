import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  Registry,
  tensor,
  text,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { StandardScaler, standardScalerCodec } from "../preprocessing/standard-scaler.js";
import { ColumnTransformer, columnTransformerCodec } from "./column-transformer.js";
import { FeatureUnion, featureUnionCodec } from "./feature-union.js";

const registry = new Registry([columnTransformerCodec, featureUnionCodec, standardScalerCodec]);

const data = fromColumns(
  {
    amount: [1, 2, 3],
    age: [10, 20, 60],
    country: ["NL", "DE", "NL"],
    note: text(["a", null, "c"]),
    block: tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2], ["u", "v"]),
    key: ["x", "y", "z"],
    y: [0, 1, 0],
  },
  { target: "y", id: "key" },
);
const features = (out: Dataset) => out.namesOf("feature");

describe("ColumnTransformer", () => {
  test("sends columns by name, kind and pattern, and drops the rest", async () => {
    const transformer = new ColumnTransformer({
      transformers: [
        ["named", new StandardScaler(), ["age"]],
        ["kinds", new StandardScaler(), { kinds: ["tensor"] }],
        ["pattern", new StandardScaler({ withStd: false }), { pattern: "^am" }],
        ["nothing", new StandardScaler(), { kinds: ["sparse"] }],
      ],
    });
    const out = (await transformer.fit(data)).transform(data);
    expect(features(out)).toEqual(["named.age", "kinds.block", "pattern.amount"]);
    expect(out.column("pattern.amount", "numeric").values).toEqual(Float64Array.of(-1, 0, 1));
    expect(out.column("kinds.block", "tensor").names).toEqual(["kinds.u", "kinds.v"]);
    expect(out.roleOf("key")).toBe("id");
    expect(out.isLabelled()).toBe(true);
  });

  test("passes the rest through under its own name", async () => {
    const transformer = new ColumnTransformer({
      transformers: [["scale", new StandardScaler(), ["age"]]],
      remainder: "passthrough",
      verboseFeatureNames: false,
    });
    const out = (await transformer.fit(data)).transform(data.drop(["y"]));
    expect(features(out)).toEqual(["age", "amount", "country", "note", "block"]);
  });

  test("takes features and transformers called as what every object inherits", async () => {
    const odd = fromColumns({
      toString: [1, 3],
      ["__proto__"]: [2, 4],
      constructor: [5, 9],
      plain: ["a", "b"],
    });
    const transformer = new ColumnTransformer({
      transformers: [
        ["valueOf", new StandardScaler(), { kinds: ["numeric"] }],
        ["constructor", new StandardScaler(), { kinds: ["tensor"] }],
      ],
      verboseFeatureNames: false,
      remainder: "passthrough",
    });
    const model = await transformer.fit(odd);
    const out = model.transform(odd);
    expect(features(out)).toEqual(["toString", "__proto__", "constructor", "plain"]);
    for (const name of features(out).slice(0, 3))
      expect(out.column(name, "numeric").values).toEqual(Float64Array.of(-1, 1));
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(again.transform(odd).column("__proto__")).toEqual(out.column("__proto__"));
    expect(Object.keys(again.models)).toEqual(["valueOf"]);
  });

  test("names what is wrong", async () => {
    const make = (columns: readonly string[]) =>
      new ColumnTransformer({ transformers: [["scale", new StandardScaler(), columns]] });
    await expect(make(["agee"]).fit(data)).rejects.toThrow(
      "ColumnTransformer: the columns of 'scale' must be features of the dataset, missing 'agee'",
    );
    await expect(make(["y"]).fit(data)).rejects.toThrow("missing 'y'");
    const model = await make(["age"]).fit(data);
    expect(() => model.transform(data.drop(["age"]))).toThrow(
      "the columns seen in fit must be there, missing 'age'",
    );
    const twice = new ColumnTransformer({
      transformers: [
        ["a", new StandardScaler(), ["age"]],
        ["b", new StandardScaler(), ["age"]],
      ],
      verboseFeatureNames: false,
    });
    const fitted = await twice.fit(data);
    expect(() => fitted.transform(data)).toThrow(`received "age" twice (set verboseFeatureNames)`);
    const bad = { transformers: [["a", new StandardScaler(), { pattern: "(" }]] } as const;
    expect(() => new ColumnTransformer(bad)).toThrow("must be a regular expression");
  });

  test("comes back from an artifact", async () => {
    const union = new FeatureUnion({
      transformers: [
        ["s", new StandardScaler()],
        ["c", new StandardScaler({ withStd: false })],
      ],
    });
    const transformer = new ColumnTransformer({ transformers: [["both", union, ["age", "amount"]]] });
    const model = await transformer.fit(data);
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    const out = again.transform(data);
    expect(features(out)).toEqual(["both.s.age", "both.s.amount", "both.c.age", "both.c.amount"]);
    for (const name of features(out)) expect(out.column(name)).toEqual(model.transform(data).column(name));
  });
});

describe("FeatureUnion", () => {
  test("puts outputs side by side, the same through fitTransform", async () => {
    const union = new FeatureUnion({
      transformers: [
        ["s", new StandardScaler()],
        ["c", new StandardScaler({ withStd: false })],
      ],
    });
    const numbers = data.selectFeatures(["age", "amount"]);
    const { model, data: out } = await union.fitTransform(numbers);
    expect(features(out)).toEqual(["s.age", "s.amount", "c.age", "c.amount"]);
    const later = await model.transform(numbers);
    for (const name of features(out)) expect(later.column(name)).toEqual(out.column(name));
  });
});
