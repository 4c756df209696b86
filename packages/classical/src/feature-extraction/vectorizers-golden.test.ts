import { readFileSync } from "node:fs";
import { type Dataset, fromColumns, type SparseColumn, text } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { CountVectorizer } from "./count-vectorizer.js";
import { TfidfVectorizer } from "./tfidf-vectorizer.js";

interface Block {
  readonly offsets: number[];
  readonly indices: number[];
  readonly values: number[];
}
interface Case {
  readonly terms: string[];
  readonly train: Block;
  readonly unseen: Block;
  readonly idf?: number[];
}
interface Golden {
  readonly corpus: string[];
  readonly unseen: string[];
  readonly count: Record<string, Case>;
  readonly tfidf: Record<string, Case>;
}
const golden = JSON.parse(readFileSync(new URL("../../golden/text.json", import.meta.url), "utf8")) as Golden;
const train = fromColumns({ note: text(golden.corpus) });
const unseen = fromColumns({ note: text(golden.unseen) });

type CountParams = NonNullable<ConstructorParameters<typeof CountVectorizer>[0]>;
type TfidfParams = NonNullable<ConstructorParameters<typeof TfidfVectorizer>[0]>;

const vocabulary = ["shop", "coffee", "card", "absent"];
const countCases: Record<string, CountParams> = {
  default: {},
  "lowercase off": { lowercase: false },
  "accents unicode": { stripAccents: "unicode" },
  "accents ascii": { stripAccents: "ascii" },
  "word 1-3": { ngramRange: [1, 3], maxDf: 0.5 },
  "word 2-3 stop": { ngramRange: [2, 3], stopWords: ["the", "and", "shop"] },
  "char 1-3": { analyzer: "char", ngramRange: [1, 3], minDf: 3 },
  "char 4-4": { analyzer: "char", ngramRange: [4, 4], minDf: 2 },
  "char_wb 2-4": { analyzer: "charWb", ngramRange: [2, 4], minDf: 3 },
  "char_wb 5-7": { analyzer: "charWb", ngramRange: [5, 7], minDf: 2 },
  "min 2 max .3": { minDf: 2, maxDf: 0.3 },
  "min .05 max 6": { minDf: 0.05, maxDf: 6 },
  "max features": { maxFeatures: 4, minDf: 2 },
  "max features binary": { maxFeatures: 3, binary: true },
  vocabulary: { vocabulary },
  pattern: { tokenPattern: "[a-z]+" },
  "pattern group": { tokenPattern: "([a-z])[a-z]*" },
};
const tfidfCases: Record<string, TfidfParams> = {
  default: {},
  l1: { norm: "l1", sublinearTf: true },
  "no norm": { norm: null, smoothIdf: false },
  "no idf": { useIdf: false },
  "binary char_wb": { binary: true, analyzer: "charWb", ngramRange: [3, 3], minDf: 3 },
  "sublinear 1-2": { sublinearTf: true, ngramRange: [1, 2], minDf: 2, stripAccents: "unicode" },
  vocabulary: { vocabulary },
};

function expectBlock(data: Dataset, expected: Block, width: number): void {
  const block: SparseColumn = data.column("note", "sparse");
  expect(block.width).toBe(width);
  expect([...block.offsets]).toEqual(expected.offsets);
  expect([...block.indices]).toEqual(expected.indices);
  assertClose(block.values, expected.values, { absolute: 1e-14, relative: 1e-13 });
}

describe("text vectorizers equal scikit-learn's", () => {
  it("covers every case of the golden file", () => {
    expect(Object.keys(countCases).sort()).toEqual(Object.keys(golden.count).sort());
    expect(Object.keys(tfidfCases).sort()).toEqual(Object.keys(golden.tfidf).sort());
  });

  it.each(Object.entries(countCases))("CountVectorizer: %s", async (name, params) => {
    const expected = golden.count[name];
    const model = await new CountVectorizer(params).fit(train);
    expect(model.terms[0]).toEqual(expected.terms);
    expectBlock(model.transform(train), expected.train, expected.terms.length);
    expectBlock(model.transform(unseen), expected.unseen, expected.terms.length);
  });

  it.each(Object.entries(tfidfCases))("TfidfVectorizer: %s", async (name, params) => {
    const expected = golden.tfidf[name];
    const model = await new TfidfVectorizer(params).fit(train);
    expect(model.terms[0]).toEqual(expected.terms);
    if (expected.idf !== undefined) assertClose(model.idf[0], expected.idf, { absolute: 1e-14 });
    else expect(model.idf[0].every((value) => value === 1)).toBe(true);
    expectBlock(model.transform(train), expected.train, expected.terms.length);
    expectBlock(model.transform(unseen), expected.unseen, expected.terms.length);
  });
});
