import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DataError } from "../errors.js";
import { categorical, sparse, tensor, text } from "./column-build.js";
import {
  alignFeatures,
  csrFeatures,
  denseFeatures,
  denseNames,
  featureColumns,
  hasSparseFeature,
  recode,
  requireKinds,
  UNKNOWN_CODE,
} from "./features.js";
import type { Dataset, LabelledDataset } from "./dataset.js";
import { fromColumns } from "./from-columns.js";
import { classTarget, numericTarget, requireRows, sampleWeights } from "./target.js";

const nan = Number.NaN;
const bag = sparse({
  offsets: Int32Array.of(0, 2, 2, 3),
  indices: Int32Array.of(0, 2, 1),
  values: Float64Array.of(5, 6, 7),
  width: 3,
});
const mixed = fromColumns(
  {
    a: [1, 0, 3],
    block: tensor(Float32Array.of(1, 2, 0, 4, 5, 6), [2]),
    bag,
    y: [0, 1, 0],
    t: text(["x", "y", "z"]),
  },
  { target: "y", id: "t" },
);

describe("denseFeatures and csrFeatures", () => {
  test("columns stand side by side in order, blocks with their width", () => {
    expect(denseFeatures("Ridge", mixed).toRows()).toEqual([
      [1, 1, 2, 5, 0, 6],
      [0, 0, 4, 0, 0, 0],
      [3, 5, 6, 0, 7, 0],
    ]);
    expect(denseNames(mixed.featureSchema)).toEqual([
      "a",
      "block[0]",
      "block[1]",
      "bag[0]",
      "bag[1]",
      "bag[2]",
    ]);
    const named = tensor(new Float64Array(2), [2], ["p", "q"]);
    expect(denseNames(fromColumns({ named }).schema)).toEqual(["p", "q"]);
    expect([hasSparseFeature(mixed), hasSparseFeature(mixed.drop(["bag"]))]).toEqual([true, false]);
  });

  test("featureColumns are the columns of denseFeatures, without a copy where they are float64", () => {
    const matrix = denseFeatures("Ridge", mixed);
    const columns = featureColumns("Ridge", mixed);
    expect(columns).toEqual(Array.from({ length: matrix.columns }, (_, j) => matrix.column(j)));
    expect(columns[0]).toBe(mixed.column("a", "numeric").values);
    expect(() => featureColumns("Ridge", fromColumns({ x: [1, Number.POSITIVE_INFINITY] }))).toThrow(
      DataError,
    );
    expect(featureColumns("Ridge", fromColumns({ x: [1, nan] }), { missing: true })[0][1]).toBeNaN();
  });

  test("values whose sum is too large are finite all the same", () => {
    const data = fromColumns({ x: [1e308, 1e308, 1e308, 1e308, 1e308] });
    expect(denseFeatures("Ridge", data).at(0, 0)).toBe(1e308);
  });

  const cell = fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 3 }), fc.constant(nan));
  const table = fc.integer({ min: 0, max: 6 }).chain((rows) =>
    fc.record({
      a: fc.array(cell, { minLength: rows, maxLength: rows }),
      block: fc.array(cell, { minLength: 2 * rows, maxLength: 2 * rows }),
      bag: fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: rows, maxLength: rows }),
    }),
  );
  test.prop([table], { numRuns: 500 })("csr is dense without the zeros", (cells) => {
    const kept = cells.bag.map((row) =>
      row.flatMap((value, j) => (j === 1 && value === 0 ? [] : [[j, value] as const])),
    );
    const offsets = Int32Array.from([0, ...kept.map((_, i) => kept.slice(0, i + 1).flat().length)]);
    const data = fromColumns({
      bag: sparse({
        offsets,
        indices: Int32Array.from(kept.flat(), ([j]) => j),
        values: Float64Array.from(kept.flat(), ([, v]) => v),
        width: 3,
      }),
      a: Float64Array.from(cells.a),
      block: tensor(Float64Array.from(cells.block), [2]),
    });
    const dense = denseFeatures("test", data, { missing: true });
    const { rows, columns, offsets: starts, indices, values } = csrFeatures("test", data, { missing: true });
    const again = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
    for (let i = 0; i < rows; i++) {
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        expect(values[p]).not.toBe(0);
        expect(p === starts[i] || indices[p] > indices[p - 1]).toBe(true);
        again[i][indices[p]] = values[p];
      }
    }
    // A zero is a zero, whichever its sign.
    expect(again).toEqual(dense.toRows().map((row) => row.map((value) => value + 0)));
    expect([rows, columns]).toEqual([dense.rows, dense.columns]);
  });

  test("what is not finite is refused by column and row", () => {
    const values = [1, nan, Number.POSITIVE_INFINITY];
    for (const features of [denseFeatures, csrFeatures]) {
      expect(() => features("Ridge", fromColumns({ a: values }))).toThrow(
        /^Ridge: .*'a'.*NaN.*row 1.*impute it first/,
      );
      expect(() => features("Ridge", fromColumns({ a: values }), { missing: true })).toThrow(
        /^Ridge: .*'a'.*Infinity.*row 2/,
      );
      const block = tensor(Float64Array.of(1, 2, 3, nan), [2]);
      expect(() => features("Ridge", fromColumns({ block }))).toThrow(/'block'.*row 1/);
      const odd = sparse({ ...bag, values: Float64Array.of(1, 2, nan) });
      expect(() => features("Ridge", fromColumns({ odd }))).toThrow(/'odd'.*row 2/);
      expect(features("Ridge", fromColumns({ a: [1, nan] }), { missing: true }).rows).toBe(2);
    }
  });

  test("other kinds and no features are refused", () => {
    expect(() => denseFeatures("Ridge", fromColumns({ c: ["x"] }))).toThrow(
      "Ridge: features must be numeric, tensor, sparse, received categorical column 'c'",
    );
    expect(() => csrFeatures("Ridge", fromColumns({ y: [1] }, { target: "y" }))).toThrow(
      "Ridge: the dataset must have at least one feature column, received none",
    );
    expect(() => requireKinds("Tfidf", mixed, ["text"])).toThrow(
      "Tfidf: features must be text, received numeric column 'a'",
    );
    expect(() => requireKinds("Tfidf", mixed, ["numeric", "tensor", "sparse"])).not.toThrow();
  });
});

describe("alignFeatures", () => {
  const fitted = mixed.featureSchema;

  test("the columns of fit in the order of fit, whatever roles others have", () => {
    const shuffled = mixed.select(["t", "bag", "y", "a", "block"]);
    expect(alignFeatures("Ridge", fitted, shuffled).names).toEqual(["a", "block", "bag"]);
  });

  test("a feature of fit may have another role now; its values count", () => {
    expect(alignFeatures("Ridge", fitted, mixed.withRole("a", "id")).namesOf("feature")).toEqual([
      "a",
      "block",
      "bag",
    ]);
  });

  test("missing, unknown and changed columns", () => {
    expect(() => alignFeatures("Ridge", fitted, mixed.drop(["a", "bag"]))).toThrow(
      "Ridge: the columns seen in fit must be there, missing 'a', 'bag'",
    );
    expect(() => alignFeatures("Ridge", fitted, mixed.with({ extra: [1, 2, 3], more: [1, 2, 3] }))).toThrow(
      "Ridge: features must be those seen in fit, received also 'extra', 'more'",
    );
    expect(() => alignFeatures("Ridge", fitted, mixed.with({ a: ["x", "y", "z"] }))).toThrow(
      "Ridge: column 'a' must be numeric as in fit, received categorical",
    );
    expect(() =>
      alignFeatures("Ridge", fitted, mixed.with({ block: tensor(new Float64Array(9), [3]) })),
    ).toThrow("Ridge: column 'block' must be tensor of shape 2 as in fit, received tensor of shape 3");
    expect(() => alignFeatures("Ridge", fitted, mixed.with({ bag: sparse({ ...bag, width: 4 }) }))).toThrow(
      "Ridge: column 'bag' must be sparse of width 3 as in fit, received sparse of width 4",
    );
    expect(() => alignFeatures("Ridge", fitted, mixed.drop(["a"]))).toThrow(DataError);
  });

  test("dictionaries may differ", () => {
    const was = fromColumns({ c: ["a", "b"] }).featureSchema;
    expect(alignFeatures("Encoder", was, fromColumns({ c: ["z"] })).names).toEqual(["c"]);
  });
});

describe("recode", () => {
  test("codes by value: missing stays missing, what is unknown is marked", () => {
    const codes = recode(categorical(["b", null, "z", "a"]), ["a", "b", "c"]);
    expect(codes).toEqual(Int32Array.of(1, -1, UNKNOWN_CODE, 0));
  });

  test.prop([
    fc.array(fc.option(fc.constantFrom("a", "b", "c", "d")), { minLength: 1 }),
    fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "e")),
  ])("as looking every value up", (values, dictionary) => {
    const expected = values.map((value) => {
      const code = value === null ? -1 : dictionary.indexOf(value);
      return value !== null && code < 0 ? UNKNOWN_CODE : code;
    });
    expect([...recode(categorical(values), dictionary)]).toEqual(expected);
  });
});

describe("what callers without types pass", () => {
  const rows = [[1], [2]] as unknown as Dataset;
  const schema = fromColumns({ x: [1] }).schema;
  test.each<[string, () => unknown]>([
    ["denseFeatures", () => denseFeatures("Ridge", rows)],
    ["csrFeatures", () => csrFeatures("Ridge", rows)],
    ["requireKinds", () => requireKinds("Ridge", rows, ["numeric"])],
    ["alignFeatures", () => alignFeatures("Ridge", schema, rows)],
    ["classTarget", () => classTarget("Ridge", rows as LabelledDataset)],
    ["numericTarget", () => numericTarget("Ridge", rows as LabelledDataset)],
    ["sampleWeights", () => sampleWeights("Ridge", rows)],
    ["requireRows", () => requireRows("Ridge", rows)],
  ])("%s refuses rows that are no dataset", (_, read) => {
    expect(read).toThrow(DataError);
    expect(read).toThrow("Ridge: the data must be a Dataset, received an array of 2");
  });

  test("misspelt options are refused", () => {
    const data = fromColumns({ x: [1, 2], y: [0, 1] }, { target: "y" });
    expect(() => denseFeatures("Ridge", data, { mising: true } as object)).toThrow("did you mean 'missing'?");
    expect(() => csrFeatures("Ridge", data, { missing: 1 as never })).toThrow(
      "missing must be true or false",
    );
    expect(() => classTarget("Ridge", data, { classes: 1 } as object)).toThrow(
      "Ridge: options must be among 'minClasses', received \"classes\"",
    );
  });
});
