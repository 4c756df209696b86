import { readFileSync } from "node:fs";
import { categorical, type Dataset, fromColumns, numeric } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { OneHotEncoder } from "./one-hot-encoder.js";
import { OrdinalEncoder } from "./ordinal-encoder.js";
import { StandardScaler } from "./standard-scaler.js";
import { TargetEncoder } from "./target-encoder.js";

type Cell = number | string | null;
type Numbers = (number | null)[][];
interface Encoded {
  readonly transformed: Numbers;
  readonly new?: Numbers;
  readonly categories: Cell[][];
}
interface Targeted {
  readonly encodings: number[][];
  readonly targetMean: number[];
  readonly transformed: Numbers;
  readonly new: Numbers;
}
interface Golden {
  readonly numbers: Numbers;
  readonly weights: number[];
  readonly text: (string | null)[][];
  readonly codes: (number | null)[];
  readonly newText: (string | null)[][];
  readonly newCodes: (number | null)[];
  readonly scaler: Record<string, { readonly transformed: Numbers }>;
  readonly oneHot: Record<string, Encoded>;
  readonly ordinal: Record<string, Encoded>;
  readonly targets: { readonly binary: number[]; readonly continuous: number[]; readonly multi: string[] };
  readonly target: Record<string, Targeted>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/preprocessing.json", import.meta.url), "utf8"),
) as Golden;

const column = <T>(rows: readonly (readonly T[])[], j: number): T[] => rows.map((row) => row[j]);
const textData = (rows: (string | null)[][], dictionary?: string[]): Dataset =>
  fromColumns({
    color: categorical(column(rows, 0), dictionary),
    size: categorical(column(rows, 1)),
  });
const text = textData(golden.text);
// Another dictionary: categories must be matched by value.
const newText = textData(golden.newText, ["pink", "violet", "red", "black"]);
const codes = fromColumns({ x: golden.codes });
const newCodes = fromColumns({ x: golden.newCodes });

function expectRows(data: Dataset, expected: Numbers): void {
  const columns = data.namesOf("feature").map((name) => data.column(name, "numeric").values);
  expect(columns.length).toBe(expected[0].length);
  columns.forEach((values, j) =>
    assertClose(
      values,
      column(expected, j).map((value) => value ?? Number.NaN),
      { absolute: 1e-10, relative: 1e-10, label: `column ${j}` },
    ),
  );
}

describe("StandardScaler equals scikit-learn's", () => {
  const columns = Object.fromEntries(golden.numbers[0].map((_, j) => [`x${j}`, column(golden.numbers, j)]));
  const data = fromColumns(columns);
  const weighted = fromColumns({ ...columns, w: golden.weights }, { weight: "w" });
  type Params = NonNullable<ConstructorParameters<typeof StandardScaler>[0]>;
  const cases: Record<string, [Dataset, Params]> = {
    default: [data, {}],
    weighted: [weighted, {}],
    "no mean": [data, { withMean: false }],
    "no std": [data, { withStd: false }],
  };
  it.each(Object.entries(golden.scaler))("%s", async (name, expected) => {
    const [input, params] = cases[name];
    expectRows((await new StandardScaler(params).fit(input)).transform(input), expected.transformed);
  });
});

describe("OneHotEncoder equals scikit-learn's", () => {
  type Params = NonNullable<ConstructorParameters<typeof OneHotEncoder>[0]>;
  const given = { color: ["violet", "red", "blue", "green", "black", "unseen", null], size: ["S", "M"] };
  const cases: Record<string, [Dataset, Params, Dataset?]> = {
    default: [text, {}],
    first: [text, { drop: "first" }],
    ifBinary: [text, { drop: "ifBinary" }],
    ignore: [text, { handleUnknown: "ignore" }, newText],
    "ignore first": [text, { handleUnknown: "ignore", drop: "first" }, newText],
    numbers: [codes, { handleUnknown: "ignore" }, newCodes],
    given: [text, { categories: given }],
    "min frequency": [text, { minFrequency: 6, handleUnknown: "infrequent" }, newText],
    "min fraction": [text, { minFrequency: 0.2, handleUnknown: "ignore" }, newText],
    "max categories": [text, { maxCategories: 3, handleUnknown: "infrequent" }, newText],
    "max categories first": [text, { maxCategories: 3, drop: "first" }],
    "max categories numbers": [codes, { maxCategories: 4, handleUnknown: "infrequent" }, newCodes],
    "min and max": [text, { minFrequency: 4, maxCategories: 4 }],
    "min ifBinary": [text, { minFrequency: 19, drop: "ifBinary" }],
  };
  it.each(Object.entries(golden.oneHot))("%s", async (name, expected) => {
    const [data, params, other] = cases[name];
    const model = await new OneHotEncoder({ ...params, sparse: false }).fit(data);
    expect(model.categories.map(({ set }) => set.values)).toEqual(expected.categories);
    expectRows(model.transform(data), expected.transformed);
    if (other !== undefined && expected.new !== undefined) expectRows(model.transform(other), expected.new);
    const block = (await new OneHotEncoder(params).fit(data)).transform(data).column("oneHot", "sparse");
    const dense = new Float64Array(data.rows * block.width);
    for (let i = 0; i < data.rows; i++) {
      for (let p = block.offsets[i]; p < block.offsets[i + 1]; p++)
        dense[i * block.width + block.indices[p]] = block.values[p];
    }
    expect([...dense]).toEqual(expected.transformed.flat());
  });
});

describe("OrdinalEncoder equals scikit-learn's", () => {
  type Params = NonNullable<ConstructorParameters<typeof OrdinalEncoder>[0]>;
  const unknown = { handleUnknown: "useEncodedValue", unknownValue: -1 } as const;
  const given = { color: ["violet", "red", "blue", "green", "black", null], size: ["S", "M"] };
  const cases: Record<string, [Dataset, Params, Dataset?]> = {
    default: [text, {}],
    unknown: [text, unknown, newText],
    missing: [text, { ...unknown, unknownValue: -2, encodedMissingValue: -1 }, newText],
    numbers: [codes, { handleUnknown: "useEncodedValue" }, newCodes],
    given: [text, { categories: given }],
    "min frequency": [text, { ...unknown, minFrequency: 6 }, newText],
    "max categories numbers": [codes, { ...unknown, maxCategories: 3 }, newCodes],
  };
  it.each(Object.entries(golden.ordinal))("%s", async (name, expected) => {
    const [data, params, other] = cases[name];
    const model = await new OrdinalEncoder(params).fit(data);
    expect(model.categories.map(({ set }) => set.values)).toEqual(expected.categories);
    expectRows(model.transform(data), expected.transformed);
    if (other !== undefined && expected.new !== undefined) expectRows(model.transform(other), expected.new);
  });
});

describe("TargetEncoder equals scikit-learn's", () => {
  type Params = NonNullable<ConstructorParameters<typeof TargetEncoder>[0]>;
  const { binary, continuous, multi } = golden.targets;
  /** NumPy rounds halves to even; no value here is one. */
  const whole = continuous.map(Math.round);
  const cases: Record<string, [number[] | string[], Params]> = {
    "binary auto": [binary, {}],
    "binary 5": [binary, { smooth: 5 }],
    "binary 0": [binary, { smooth: 0 }],
    "continuous auto": [continuous, {}],
    "continuous 2.5": [continuous, { smooth: 2.5 }],
    "multi auto": [multi, {}],
    "multi 3": [multi, { smooth: 3 }],
    "whole numbers as continuous": [whole, { targetType: "continuous" }],
  };
  it.each(Object.entries(golden.target))("%s", async (name, expected) => {
    const [y, params] = cases[name];
    const data = text.with({ y }, { target: "y" }).labelled("test");
    const model = await new TargetEncoder(params).fit(data);
    assertClose(model.targetMean, expected.targetMean, { absolute: 1e-14 });
    const encodings = model.encodings.flat();
    expect(encodings.length).toBe(expected.encodings.length);
    encodings.forEach((encoding, k) => assertClose(encoding, expected.encodings[k], { absolute: 1e-14 }));
    for (const [input, rows] of [
      [data, expected.transformed],
      [newText, expected.new],
    ] as const) {
      const out = model.transform(input);
      if (model.targetType !== "multiclass") expectRows(out, rows);
      else {
        const blocks = ["color", "size"].map((feature) => out.column(feature, "tensor"));
        expect(blocks[0].names).toEqual(["color_hi", "color_lo", "color_mid"]);
        const flat = blocks.map(({ values }) => numeric(values).values);
        rows.forEach((row, i) =>
          assertClose(
            flat.flatMap((values) => [...values.subarray(i * 3, i * 3 + 3)]),
            row.map(Number),
            { absolute: 1e-14 },
          ),
        );
      }
    }
  });
});
