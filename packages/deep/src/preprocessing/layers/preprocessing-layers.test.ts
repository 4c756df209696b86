import { DataError, fromColumns, ParamError, tensor, text } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adapt } from "./adapt.js";
import { categoryEncoding } from "./category-encoding.js";
import { discretization } from "./discretization.js";
import { hashedCrossing } from "./hashed-crossing.js";
import { hashing } from "./hashing.js";
import { integerLookup } from "./integer-lookup.js";
import { compareCharacters } from "./lookup.js";
import { normalization } from "./normalization.js";
import { quantileBoundaries } from "./quantile-summary.js";
import { rescaling } from "./rescaling.js";
import { stringLookup } from "./string-lookup.js";
import { textTokens } from "./text-tokens.js";
import { textVectorization } from "./text-vectorization.js";

const number = fc.integer({ min: -5000, max: 5000 }).map((n) => n / 10);
const numbers = fc.array(number, { minLength: 1, maxLength: 60 });
const words = fc.array(fc.stringMatching(/^[a-e ]{0,6}$/), { minLength: 1, maxLength: 30 });

describe("what holds of any data", () => {
  test("normalization and its inverse give the numbers back; the mean is 0 and the variance 1 or 0", () => {
    fc.assert(
      fc.property(numbers, (x) => {
        const data = fromColumns({ x });
        const scaled = adapt(normalization(), data, "x").transform(data).data;
        const mean = scaled.reduce((a, b) => a + b, 0) / x.length;
        expect(Math.abs(mean)).toBeLessThan(1e-6);
        const variance = scaled.reduce((sum, z) => sum + z * z, 0) / x.length;
        expect(Math.min(Math.abs(variance - 1), variance)).toBeLessThan(1e-6);
        const back = adapt(normalization({ invert: true }), data, "x");
        assertClose(back.transform(fromColumns({ x: scaled })).data, x, { absolute: 1e-6 });
      }),
    );
  });

  test("a row of weight 2 counts for two in means, and rows of no weight for none in bins", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 20 }),
        (rows) => {
          const x = rows.map(([value]) => value);
          const w = rows.map(([, weight]) => weight);
          const weighted = adapt(normalization(), fromColumns({ x, w }, { weight: "w" }), "x").state.numbers;
          const repeated = rows.flatMap(([value, weight]) => Array<number>(weight).fill(value));
          const plain = adapt(normalization(), fromColumns({ x: repeated }), "x").state.numbers;
          assertClose(weighted.mean!, plain.mean!, { absolute: 1e-9 });
          assertClose(weighted.variance!, plain.variance!, { absolute: 1e-6 });
          const also = [...x, 1e6, -1e6];
          const weightOf = (k: number): number => (k < x.length ? 1 : 0);
          expect(quantileBoundaries(also, 4, 0.01, weightOf)).toEqual(quantileBoundaries(x, 4, 0.01));
        },
      ),
    );
  });

  test("bins ascend with the numbers, within the numbers", () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 12 }), (x, numBins) => {
        const layer = adapt(discretization({ numBins }), fromColumns({ x }), "x");
        const boundaries = layer.state.numbers.boundaries!;
        expect(boundaries.length).toBeLessThan(numBins);
        boundaries.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(i === 0 ? Math.fround(Math.min(...x)) : boundaries[i - 1]);
          expect(value).toBeLessThanOrEqual(Math.fround(Math.max(...x)));
        });
        const sorted = [...x].sort((a, b) => a - b);
        const { codes } = layer.transform(fromColumns({ x: sorted }));
        codes.forEach((code, i) => expect(code).toBeGreaterThanOrEqual(codes[i - 1] ?? 0));
        expect(codes.at(-1)).toBeLessThanOrEqual(boundaries.length);
      }),
    );
  });

  test("many distinct numbers fill bins evenly, and weights shift them", () => {
    const x = Array.from({ length: 1000 }, (_, i) => (i * 617) % 1000);
    const layer = adapt(discretization({ numBins: 5 }), fromColumns({ x }), "x");
    const counts = new Float64Array(5);
    for (const code of layer.transform(fromColumns({ x })).codes) counts[code]++;
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThanOrEqual(20);
    const w = x.map((value) => (value < 100 ? 9 : 1));
    const heavy = adapt(discretization({ numBins: 2 }), fromColumns({ x, w }, { weight: "w" }), "x");
    expect(Math.abs(heavy.state.numbers.boundaries![0] - 100)).toBeLessThan(20);
  });

  test("counts add up to the tokens, multi-hot is their support, and ints name the same tokens", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 3 }), (notes, ngrams) => {
        const data = fromColumns({ note: text(notes) });
        const of = <M extends "multiHot" | "count">(outputMode: M) =>
          adapt(textVectorization({ outputMode, ngrams, maxTokens: 6 }), data, "note").transform(data);
        const [counts, hot] = [of("count"), of("multiHot")];
        const ints = adapt(textVectorization({ ngrams, maxTokens: 7 }), data, "note").transform(data);
        notes.forEach((note, row) => {
          const tokens = textTokens(note, {
            standardize: "lowerAndStripPunctuation",
            split: "whitespace",
            ngrams,
          });
          expect(counts.row(row).reduce((a, b) => a + b, 0)).toBe(tokens.length);
          expect([...hot.row(row)]).toEqual([...counts.row(row)].map((count) => Math.min(1, count)));
          const own = new Float64Array(counts.columns);
          for (const code of ints.codes.subarray(ints.offsets[row], ints.offsets[row + 1])) own[code - 1]++;
          expect(own).toEqual(counts.row(row));
        });
      }),
    );
  });

  test("strings compare as their bytes in UTF-8 do", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const [ours, bytes] = [compareCharacters(a, b), Buffer.compare(Buffer.from(a), Buffer.from(b))];
        if (Math.sign(ours) !== bytes) throw new Error(`${ours} for ${bytes}`);
      }),
    );
  });

  test("hashes stay within their bins, whatever the values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }), { minLength: 1 }),
        fc.integer({ min: 2, max: 9 }),
        (note, numBins) => {
          const data = fromColumns({ note: text(note), other: text(note) });
          const layers = [
            adapt(hashing({ numBins }), data, "note"),
            adapt(hashing({ numBins, salt: [1, 2] }), data, "note"),
            adapt(hashedCrossing({ numBins }), data, ["note", "other"]),
          ];
          for (const layer of layers)
            for (const code of layer.transform(data).codes) expect(code).toBeLessThan(numBins);
        },
      ),
    );
  });
});

describe("missing values", () => {
  const data = fromColumns({
    x: [1, Number.NaN],
    s: ["a", null],
    t: text(["a", null]),
    p: tensor(Float64Array.of(1, 2, Number.NaN, 3), [2]),
  });

  test("have the last code, and count for nothing in vectors", () => {
    const last = (layer: { readonly width: number; transform(from: typeof data): unknown }): unknown =>
      [...(layer.transform(data) as { readonly codes: Int32Array }).codes].at(-1)! - layer.width;
    expect(last(adapt(discretization({ binBoundaries: [0, 2] }), data, "x"))).toBe(-1);
    expect(last(adapt(integerLookup(), data, "x"))).toBe(-1);
    expect(last(adapt(hashing({ numBins: 5 }), data, "x"))).toBe(-1);
    expect(last(adapt(stringLookup(), data, "s"))).toBe(-1);
    expect(last(adapt(hashedCrossing({ numBins: 5 }), data, ["s", "t"]))).toBe(-1);
    expect(last(adapt(textVectorization(), data, "t"))).toBe(-1);
    const row = (matrix: { row(at: number): Float64Array }): number[] => [...matrix.row(1)];
    expect(
      row(adapt(discretization({ binBoundaries: [0], outputMode: "oneHot" }), data, "x").transform(data)),
    ).toEqual([0, 0]);
    expect(row(adapt(stringLookup({ outputMode: "oneHot" }), data, "s").transform(data))).toEqual([0, 0]);
    expect(row(adapt(textVectorization({ outputMode: "tfIdf" }), data, "t").transform(data))).toEqual([0, 0]);
    expect(
      row(adapt(categoryEncoding({ numTokens: 4, outputMode: "count" }), data, "p").transform(data)),
    ).toEqual([0, 0, 0, 1]);
    expect(row(adapt(rescaling({ offset: 3 }), data, "p").transform(data))).toEqual([0, 6]);
    const axes = adapt(normalization({ mean: [1, 2], variance: [1, 1], invert: true }), data, "p");
    expect(row(axes.transform(data))).toEqual([1, 5]);
  });

  test("alone are learned from without harm", () => {
    const none = fromColumns({ x: [Number.NaN, Number.NaN], t: text([null, ""]) });
    expect([...adapt(normalization(), none, "x").transform(none).data]).toEqual([0, 0]);
    expect([
      ...adapt(discretization({ numBins: 3 }), none, "x").transform(fromColumns({ x: [5, Number.NaN] }))
        .codes,
    ]).toEqual([0, 1]);
    const weights = adapt(textVectorization({ outputMode: "tfIdf" }), none, "t");
    expect([...weights.transform(fromColumns({ t: text(["new", null]) })).data]).toEqual([Math.log(2), 0]);
    expect([...adapt(textVectorization(), none, "t").transform(none).codes]).toEqual([2]);
  });
});

describe("bad options", () => {
  test.each<[() => unknown, string]>([
    [() => normalization({ axis: 0 }), "normalization: axis must not be 0"],
    [
      () => normalization({ mean: 1 }),
      "normalization: mean and variance must be given together and of one length",
    ],
    [() => normalization({ mean: 1, variance: -1 }), "normalization: variance must be >= 0"],
    [() => rescaling({ scale: Number.NaN }), "rescaling: scale must be a number"],
    [
      () => discretization({}),
      "discretization: either numBins or binBoundaries must be given, received neither",
    ],
    [() => discretization({ numBins: 3, binBoundaries: [1] }), "received both"],
    [
      () => discretization({ binBoundaries: [2, 1] }),
      "discretization: binBoundaries must ascend, received 2, 1",
    ],
    [() => discretization({ numBins: 0 }), "discretization: numBins must be >= 1, received 0"],
    [() => hashing({ numBins: 0 }), "hashing: numBins must be >= 1, received 0"],
    [() => hashing({ numBins: 3, salt: -1 }), "hashing: salt must"],
    [() => hashedCrossing({ numBins: 1.5 }), "hashedCrossing: numBins must be a whole number, received 1.5"],
    [() => categoryEncoding({ numTokens: 0 }), "categoryEncoding: numTokens must be >= 1, received 0"],
    [
      () => categoryEncoding({ numTokens: 2, outputMode: "int" as never }),
      "categoryEncoding: outputMode must be one of",
    ],
    [
      () => stringLookup({ maxTokens: 2, numOovIndices: 2 }),
      "stringLookup: maxTokens must be >= 3, received 2",
    ],
    [
      () => stringLookup({ padToMaxTokens: true, outputMode: "count" }),
      "stringLookup: padToMaxTokens needs maxTokens",
    ],
    [
      () => stringLookup({ padToMaxTokens: true, maxTokens: 9 }),
      "padToMaxTokens is for outputs that are vectors",
    ],
    [() => stringLookup({ vocabulary: ["a", "a"] }), "stringLookup: vocabulary must hold no token twice"],
    [() => stringLookup({ vocabulary: [] }), "stringLookup: vocabulary must hold tokens"],
    [
      () => stringLookup({ vocabulary: ["a", ""], maskToken: "" }),
      "stringLookup: maskToken must lead the vocabulary",
    ],
    [
      () => stringLookup({ vocabulary: ["a", "b"], maxTokens: 2 }),
      "stringLookup: maxTokens must be >= 3, as the vocabulary is given",
    ],
    [
      () => stringLookup({ vocabulary: ["a"], outputMode: "tfIdf" }),
      "idfWeights must be as many as the vocabulary's 1 tokens",
    ],
    [() => stringLookup({ idfWeights: [1] }), "stringLookup: idfWeights are for the output mode tfIdf"],
    [
      () => integerLookup({ salt: 3 }),
      'integerLookup: salt needs the oovMethod farmhash, received "floormod"',
    ],
    [
      () => textVectorization({ outputMode: "count", outputSequenceLength: 3 }),
      "outputSequenceLength and ragged are for the output mode int",
    ],
    [() => textVectorization({ split: null, ngrams: 2 }), "textVectorization: ngrams need texts to be split"],
    [() => textVectorization({ standardise: null } as never), "textVectorization: there is no param"],
  ])("%s", (make, message) => {
    expect(make).toThrow(ParamError);
    expect(make).toThrow(message);
  });
});

describe("adapt", () => {
  const data = fromColumns({
    x: [1, 2],
    note: text(["red fox", "red"]),
    p: tensor(Float64Array.of(1, 2, 3, 4), [2]),
  });

  test("pads to a length where one is asked", () => {
    const layer = adapt(textVectorization({ outputSequenceLength: 3 }), data, "note");
    expect(layer.state.words).toEqual(["red", "fox"]);
    expect(layer.width).toBe(5);
    const { offsets, codes } = layer.transform(data);
    expect([...codes]).toEqual([2, 3, 0, 2, 0, 0]);
    expect([...offsets]).toEqual([0, 3, 6]);
  });

  test("sees nothing of rows of weight zero", () => {
    const weighted = fromColumns({ note: text(["red", "blue"]), w: [1, 0] }, { weight: "w" });
    expect(adapt(textVectorization(), weighted, "note").state.words).toEqual(["red"]);
  });

  test("refuses other columns, rows of another shape, and no rows", () => {
    expect(() => adapt(stringLookup(), data, "x")).toThrow(
      "adapt: the layer of a numeric input must take numbers",
    );
    expect(() => adapt(normalization(), data, "y")).toThrow("column 'y' must be one of");
    expect(() => adapt(normalization(), data.slice(0, 0), "x")).toThrow(DataError);
    const wide = fromColumns({ p: tensor(Float64Array.of(1, 2, 3), [3]) });
    expect(() => adapt(normalization(), data, "p").transform(wide)).toThrow(
      "adapt: column 'p' must have rows of 2, received 3",
    );
    const changing = adapt(normalization({ axis: null }), data, "p");
    expect([...changing.transform(data).row(0)].map((z) => Math.round(z * 100))).toEqual([-134, -45]);
  });
});
