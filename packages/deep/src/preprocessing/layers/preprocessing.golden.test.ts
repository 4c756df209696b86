import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { readGolden } from "../../testing/layer-probe.js";
import { categoryEncoding } from "./category-encoding.js";
import type { ColumnValues } from "./column-values.js";
import { discretization } from "./discretization.js";
import { fingerprint64, sipHash } from "./hash64.js";
import { hashedCrossing } from "./hashed-crossing.js";
import { hashing } from "./hashing.js";
import { layerFromJson } from "./layer-list.js";
import { normalization } from "./normalization.js";
import type { FittedLayer, PreprocessingLayer } from "./preprocessing-layer.js";
import { rescaling } from "./rescaling.js";
import { bagRow } from "./output-mode.js";

type Options = Readonly<Record<string, unknown>>;
type Rows = readonly (readonly number[])[];

interface Case {
  readonly params: Options;
  readonly vocabulary: readonly (string | number)[];
  readonly output: Rows | readonly number[];
}

interface Golden {
  readonly normalization: {
    readonly shape: readonly number[];
    readonly values: readonly number[];
    readonly cases: readonly { readonly params: Options; readonly output: unknown[] }[];
  };
  readonly normalizationConstant: readonly (readonly number[])[];
  readonly rescaling: { readonly input: readonly number[]; readonly output: readonly number[] };
  readonly discretization: readonly {
    readonly values: readonly number[];
    readonly params: { readonly numBins: number; readonly epsilon: number };
    readonly boundaries: readonly number[];
    readonly codes: readonly number[];
  }[];
  readonly binBoundaries: Readonly<Record<"boundaries", readonly number[]>> &
    Readonly<Record<"input" | "int" | "multiHot" | "count" | "oneHot", Rows>>;
  readonly categoryEncoding: Readonly<Record<"input" | "multiHot" | "count" | "oneHot", Rows>>;
  readonly hashing: {
    readonly texts: readonly string[];
    readonly fast: readonly string[];
    readonly strong: readonly string[];
    readonly words: readonly string[];
    readonly numbers: readonly number[];
    readonly cases: readonly { readonly params: Options; readonly words: Rows; readonly numbers?: Rows }[];
  };
  readonly crossing: {
    readonly pairs: readonly (readonly string[])[];
    readonly cases: readonly { readonly bins: number; readonly codes: Rows }[];
    readonly three: Rows;
    readonly oneHot: Rows;
  };
  readonly stringLookup: Learned<string>;
  readonly integerLookup: Learned<number>;
  readonly textVectorization: Learned<string>;
}

interface Learned<T> {
  readonly adapt: readonly T[];
  readonly input: readonly T[];
  readonly cases: readonly Case[];
}

const golden = readGolden("preprocessing") as Golden;

const numbers = (values: readonly number[], shape: readonly number[] = [1]): ColumnValues => ({
  kind: "numbers",
  name: "x",
  values: Float64Array.from(values),
  shape,
});
const strings = (values: readonly (string | null)[]): ColumnValues => ({
  kind: "strings",
  name: "x",
  values,
});

/** What a layer gives for columns after it learned from others, row by row: codes, or the vectors that networks see. */
function run(layer: PreprocessingLayer, learn: ColumnValues, ...columns: ColumnValues[]): number[][] {
  const shape = learn.kind === "numbers" ? learn.shape : [];
  // Through JSON, as from an artifact.
  const again = layerFromJson("test", JSON.parse(JSON.stringify(layer)));
  const fitted = again.fitted(layer.adapt({ owner: "test", columns: [learn] }, undefined), shape);
  return rowsOf(fitted, columns.length > 0 ? columns : [learn]);
}

function rowsOf(fitted: FittedLayer, columns: readonly ColumnValues[]): number[][] {
  if (fitted.kind === "numbers") {
    const { width, values } = fitted.run({ owner: "test", columns });
    return Array.from({ length: values.length / width }, (_, i) => [
      ...values.subarray(i * width, (i + 1) * width),
    ]);
  }
  const { offsets, codes } = fitted.run({ owner: "test", columns });
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    const own = codes.subarray(offsets[i], offsets[i + 1]);
    if (fitted.bag === undefined) return [...own];
    const out = new Float32Array(fitted.width);
    bagRow(fitted.bag, own, out);
    return [...out];
  });
}

/** Options of Keras in our names. */
function ours(params: Options): never {
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const named = ["output_mode", "standardize"];
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      camel(name),
      named.includes(name) && typeof value === "string" ? camel(value) : value,
    ]),
  ) as never;
}

const label = ({ params }: { readonly params: Options }): string => JSON.stringify(params);

describe("numbers", () => {
  const { shape, values, cases } = golden.normalization;
  test.each(cases.map((given) => [label(given), given] as const))(
    "normalization %s",
    (_, { params, output }) => {
      const rows = run(normalization(ours(params)), numbers(values, shape.slice(1)));
      const expected = output.flat(3) as number[];
      assertClose(rows.flat().slice(0, 12), expected, { absolute: 1e-5, relative: 1e-5 });
    },
  );

  test("normalization of a constant column, and rescaling", () => {
    const rows = run(normalization(), numbers([5, 5, 5, 5]), numbers([5, 5.5]));
    assertClose(rows.flat(), golden.normalizationConstant.flat(), { relative: 1e-6 });
    const { input, output } = golden.rescaling;
    assertClose(run(rescaling({ scale: 1 / 127.5, offset: -1 }), numbers(input)).flat(), output, {
      absolute: 1e-6,
    });
  });

  test.each(
    golden.discretization.map((given) => [given.values.length, given.params.numBins, given] as const),
  )("discretization of %d numbers into %d bins", (_, bins, { values: learn, params, boundaries, codes }) => {
    const layer = discretization(params);
    const state = layer.adapt({ owner: "test", columns: [numbers(learn)] }, undefined);
    expect([...state.numbers.boundaries!]).toEqual(boundaries);
    expect(run(layer, numbers(learn)).flat()).toEqual(codes);
    expect(layer.fitted(state, [1]).width).toBe(Math.min(bins, learn.length) + 1);
  });

  test.each(["int", "multiHot", "count"] as const)("given boundaries and codes: %s", (outputMode) => {
    const { boundaries, input, ...outputs } = golden.binBoundaries;
    const two = numbers(input.flat(), [2]);
    expect(run(discretization({ binBoundaries: boundaries, outputMode }), two)).toEqual(outputs[outputMode]);
    if (outputMode === "int") return;
    const codes = numbers(golden.categoryEncoding.input.flat(), [2]);
    const encoded = run(categoryEncoding({ numTokens: 4, outputMode }), codes);
    expect(encoded).toEqual(golden.categoryEncoding[outputMode]);
  });

  test("one-hot", () => {
    const { boundaries: binBoundaries, input, oneHot } = golden.binBoundaries;
    const outputMode = "oneHot";
    const first = numbers(input.map(([value]) => value));
    expect(run(discretization({ binBoundaries, outputMode }), first)).toEqual(oneHot);
    const codes = numbers(golden.categoryEncoding.input.map(([code]) => code));
    expect(run(categoryEncoding({ numTokens: 4, outputMode }), codes)).toEqual(
      golden.categoryEncoding.oneHot,
    );
  });
});

describe("hashes", () => {
  const { texts, fast, strong, words, numbers: whole, cases } = golden.hashing;

  test("fingerprints and SipHash of strings of every length are TensorFlow's", () => {
    const buckets = 2n ** 61n - 1n;
    expect(texts.map((text) => String(fingerprint64(text) % buckets))).toEqual(fast);
    expect(texts.map((text) => String(sipHash(text, [133n, 137n]) % buckets))).toEqual(strong);
  });

  test.each(cases.map((given) => [label(given), given] as const))("hashing %s", (_, given) => {
    const layer = hashing(ours(given.params));
    expect(run(layer, strings(words))).toEqual(given.words);
    if (given.numbers) expect(run(layer, numbers(whole))).toEqual(given.numbers);
  });

  test("crosses", () => {
    const { pairs, cases: crosses, three, oneHot } = golden.crossing;
    const [left, right] = [0, 1].map((k) => strings(pairs.map((pair) => pair[k])));
    for (const { bins: numBins, codes } of crosses)
      expect(run(hashedCrossing({ numBins }), left, left, right)).toEqual(codes);
    expect(run(hashedCrossing({ numBins: 997 }), left, left, right, left)).toEqual(three);
    expect(run(hashedCrossing({ numBins: 5, outputMode: "oneHot" }), left, left, right)).toEqual(oneHot);
  });
});

describe("vocabularies", () => {
  const learned = (["stringLookup", "integerLookup", "textVectorization"] as const).flatMap((type) =>
    golden[type].cases.map((given) => [type, label(given), given] as const),
  );

  test.each(learned)("%s %s", (type, _, { params, vocabulary, output }) => {
    const layer = layerFromJson("test", { type, params: ours(params) });
    const column = (values: readonly (string | number)[]): ColumnValues =>
      type === "integerLookup" ? numbers(values as number[]) : strings(values as string[]);
    const { adapt, input } = golden[type];
    const state = layer.adapt({ owner: "test", columns: [column(adapt)] }, undefined);
    expect(state.words ?? [...state.numbers.tokens!]).toEqual(vocabulary);
    const rows = rowsOf(layer.fitted(state, [1]), [column(input)]);
    const expected = output.map((row) => (typeof row === "number" ? [row] : row));
    rows.forEach((row, i) => {
      // Keras pads codes by 0.
      const padded = [...row, ...Array<number>(Math.max(0, expected[i].length - row.length)).fill(0)];
      assertClose(padded, expected[i], { absolute: 1e-6 });
    });
    expect(rows).toHaveLength(expected.length);
  });
});
