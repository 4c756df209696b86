import {
  ColumnTransformer,
  OneHotEncoder,
  SimpleImputer,
  StandardScaler,
  TfidfVectorizer,
} from "@strata-ml/classical";
import { categorical, decodeArtifact, encodeArtifact, fromColumns, text } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { strataRegistry } from "../registry.js";
import { TensorInput } from "./tensor-input.js";

const data = fromColumns(
  {
    a: [1, 2, 3],
    c: categorical(["x", "y", "x"]),
    note: text(["one", null, "two"]),
    key: [7, 8, 9],
    y: [0, 1, 0],
  },
  { target: "y", id: "key" },
);
const encode = new ColumnTransformer({
  transformers: [
    ["numbers", new StandardScaler({ withStd: false }), ["a"]],
    ["categories", new OneHotEncoder(), ["c"]],
  ],
});

describe("TensorInput", () => {
  test("gives the preprocessed numbers as one tensor, and hands on what the network reads itself", async () => {
    const { model, data: out } = await new TensorInput({ preprocessing: encode }).fitTransform(data);
    expect(out.namesOf("feature")).toEqual(["input", "note"]);
    const block = out.column("input", "tensor");
    expect([...block.values]).toEqual([-1, 1, 0, 0, 0, 1, 1, 1, 0]);
    expect(block.values).toBeInstanceOf(Float32Array);
    expect(block.names).toEqual(["numbers.a", "categories.c_x", "categories.c_y"]);
    expect(out.roleOf("key")).toBe("id");
    expect((await model.transform(data.drop(["y"]))).column("input")).toEqual(block);
  });

  test("hides from the preprocessing what passes by, and from the network what doesn't", async () => {
    const words = new TensorInput({
      preprocessing: new TfidfVectorizer(),
      passthrough: ["categorical"],
      name: "words",
    });
    const out = await (await words.fit(data.selectFeatures(["note", "c"]))).transform(
      data.selectFeatures(["note", "c"]),
    );
    expect(out.namesOf("feature")).toEqual(["words", "c"]);
    expect(out.column("words", "tensor").shape).toEqual([2]);
  });

  test("says what is wrong", async () => {
    expect(() => new TensorInput({ preprocessing: "scale" as never })).toThrow(
      "preprocessing must be an estimator that transforms",
    );
    const strings = new TensorInput({ preprocessing: new SimpleImputer({ strategy: "mostFrequent" }) });
    await expect(strings.fitTransform(data)).rejects.toThrow(
      "TensorInput: features must be numeric, tensor, sparse, received categorical",
    );
    const gaps = new TensorInput({ preprocessing: new StandardScaler() });
    const holes = data.selectFeatures(["a"]).with({ a: [1, Number.NaN, 3] });
    await expect(gaps.fitTransform(holes)).rejects.toThrow(
      "column 'a' must be finite, received NaN at row 1",
    );
  });

  test("comes back from an artifact", async () => {
    const model = await new TensorInput({ preprocessing: encode }).fit(data);
    const again = (await decodeArtifact(
      await encodeArtifact(model, strataRegistry),
      strataRegistry,
    )) as typeof model;
    expect((await again.transform(data)).column("input")).toEqual(
      (await model.transform(data)).column("input"),
    );
  });
});
