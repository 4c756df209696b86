import {
  ArtifactError,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type ProgressEvent,
  Registry,
  sparse,
  TensorReader,
  text,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountVectorizer, type CountVectorizerModel, countVectorizerCodec } from "./count-vectorizer.js";
import { TfidfVectorizer, type TfidfVectorizerModel, tfidfVectorizerCodec } from "./tfidf-vectorizer.js";

const notes = fromColumns({ note: text(["Rent paid", "rent due, rent!", null, ""]) });
const words = fc.array(fc.constantFrom("aa", "bb", "cc", "dd", "ee"), { maxLength: 8 });
const corpora = fc
  .array(words, { minLength: 1, maxLength: 12 })
  .filter((rows) => rows.some(({ length }) => length > 0));

describe("CountVectorizer", () => {
  it("counts the words of any texts", async () => {
    await fc.assert(
      fc.asyncProperty(corpora, async (rows) => {
        const data = fromColumns({ t: text(rows.map((row) => row.join(" "))) });
        const model = await new CountVectorizer().fit(data);
        const block = model.transform(data).column("t", "sparse");
        // Throws where the parts are not those of a CSR block.
        sparse(block);
        expect(model.terms[0]).toEqual([...new Set(rows.flat())].sort());
        rows.forEach((row, i) => {
          const own = Array.from(
            { length: block.offsets[i + 1] - block.offsets[i] },
            (_, p) => block.offsets[i] + p,
          );
          const counted = Object.fromEntries(
            own.map((p) => [model.terms[0][block.indices[p]], block.values[p]]),
          );
          const expected = Object.fromEntries(
            [...new Set(row)].map((word) => [word, row.filter((w) => w === word).length]),
          );
          expect(counted).toEqual(expected);
        });
      }),
    );
  });

  it("sorts long rows as short ones", async () => {
    const many = Array.from({ length: 60 }, (_, i) => `w${(i * 37) % 60}`).join(" ");
    const data = fromColumns({ t: text([many, "w3 w1 w2"]) });
    const { indices } = (await new CountVectorizer().fit(data)).transform(data).column("t", "sparse");
    expect([...indices.subarray(0, 60)]).toEqual(Array.from({ length: 60 }, (_, j) => j));
    expect([...indices.subarray(60)]).toEqual([...indices.subarray(60)].sort((a, b) => a - b));
  });

  it("grows with texts of many terms", async () => {
    const row = (i: number): string => Array.from({ length: 200 }, (_, j) => `t${i}x${j}`).join(" ");
    const data = fromColumns({ t: text([row(0), row(1), row(2)]) });
    const block = (await new CountVectorizer().fit(data)).transform(data).column("t", "sparse");
    expect([...block.offsets]).toEqual([0, 200, 400, 600]);
    sparse(block);
  });

  it("gives every text column a block of its own, and keeps other roles", async () => {
    const data = fromColumns(
      { a: text(["x1 y1", "y1"]), b: text(["zz", null]), y: [0, 1], n: text(["q", "r"]) },
      { target: "y", id: "n" },
    );
    const model = await new CountVectorizer().fit(data);
    expect(model.terms).toEqual([["x1", "y1"], ["zz"]]);
    const out = model.transform(data.take([1, 0]));
    expect(out.namesOf("feature")).toEqual(["a", "b"]);
    expect(out.column("a", "sparse").indices).toEqual(Int32Array.of(1, 0, 1));
    expect(out.column("b", "sparse").offsets).toEqual(Int32Array.of(0, 0, 1));
    expect(out.column("n")).toEqual(data.take([1, 0]).column("n"));
    expect(out.target).toEqual({ kind: "numeric", values: Float64Array.of(1, 0) });
  });

  it("refuses texts without terms and bounds that leave none", async () => {
    await expect(new CountVectorizer().fit(fromColumns({ t: text(["a", null]) }))).rejects.toThrow(
      "CountVectorizer: the texts of column 't' must hold at least one term, received none in 2 of them (change tokenPattern, stopWords or ngramRange, or set analyzer to 'char')",
    );
    await expect(new TfidfVectorizer().fit(fromColumns({ t: text(["", " ", null]) }))).rejects.toThrow(
      "TfidfVectorizer: the texts of column 't' must hold at least one term, received none in 3 of them (all are empty: leave the column out)",
    );
    const long = new CountVectorizer({ analyzer: "char", ngramRange: [5, 5] });
    await expect(long.fit(fromColumns({ t: text(["abc", null]) }))).rejects.toThrow("(lower ngramRange: ");
    await expect(new CountVectorizer({ minDf: 3 }).fit(notes)).rejects.toThrow(
      "CountVectorizer: some of the 3 terms of column 'note' must be in 3 to 4 of the rows, received none (lower minDf or raise maxDf)",
    );
    await expect(new CountVectorizer({ minDf: 3, maxDf: 2 }).fit(notes)).rejects.toThrow(
      "CountVectorizer: maxDf must be at least minDf, received 2 and 3 rows",
    );
    await expect(new CountVectorizer().fit(fromColumns({ c: ["a"] }))).rejects.toThrow(DataError);
    await expect(new CountVectorizer().fit(notes.take([]))).rejects.toThrow("at least 1 row");
  });

  it.each([
    [{ ngramRange: [2, 1] }, "ngramRange must rise"],
    [{ minDf: 2.5 }, "minDf must be a whole number of rows or a fraction < 1, received 2.5"],
    [{ maxDf: 1.5 }, "maxDf must be a whole number of rows or a fraction <= 1, received 1.5"],
    [{ tokenPattern: "(" }, "tokenPattern must be a regular expression with at most one group"],
    [{ tokenPattern: "(a)(b)" }, "tokenPattern must be a regular expression with at most one group"],
    [{ analyzer: "char", stopWords: ["a"] }, "stopWords must be null unless analyzer is 'word'"],
    [{ analyzer: "char", tokenPattern: "a" }, "tokenPattern must be the default unless analyzer is 'word'"],
    [{ vocabulary: ["a"], minDf: 2 }, "minDf must be 1 where a vocabulary is given"],
    [{ vocabulary: ["a"], maxDf: 0.5 }, "maxDf must be 1 where a vocabulary is given"],
    [{ vocabulary: ["a"], maxFeatures: 2 }, "maxFeatures must be null where a vocabulary is given"],
    [{ vocabulary: ["a", "a"] }, "vocabulary must differ from each other"],
  ])("refuses params %j", (params, message) => {
    expect(() => new CountVectorizer(params as ConstructorParameters<typeof CountVectorizer>[0])).toThrow(
      `CountVectorizer: ${message}`,
    );
  });

  it("warns of stop words that can't match", async () => {
    const warnings: string[] = [];
    const stopWords = ["it's", "paid"];
    const tokenPattern = "\\w+";
    const model = await new CountVectorizer({ stopWords, tokenPattern }).fit(notes, {
      onWarning: (line) => warnings.push(line),
    });
    expect(warnings).toEqual(["CountVectorizer: stopWords give words that are not among them: it, s"]);
    expect(model.terms[0]).toEqual(["due", "rent"]);
  });

  it("reports progress to its end and stops at once when aborted", async () => {
    const data = fromColumns({
      a: text(Array.from({ length: 1000 }, (_, i) => `word${i}`)),
      b: text(Array.from({ length: 1000 }, () => "same")),
    });
    const events: ProgressEvent[] = [];
    await new CountVectorizer().fit(data, { onProgress: (event) => events.push(event) });
    expect(events.map(({ done }) => done)).toEqual([0, 256, 512, 768, 1000, 1256, 1512, 1768, 2000]);
    expect(new Set(events.map(({ total }) => total))).toEqual(new Set([2000]));
    const controller = new AbortController();
    const onProgress = ({ done }: ProgressEvent): void => {
      if (done > 0) controller.abort(new Error("enough"));
    };
    await expect(new CountVectorizer().fit(data, { signal: controller.signal, onProgress })).rejects.toThrow(
      "enough",
    );
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const model = await new CountVectorizer({ binary: true }).fit(notes);
    const registry = new Registry([countVectorizerCodec]);
    const copy = (await decodeArtifact(
      await encodeArtifact(model, registry),
      registry,
    )) as CountVectorizerModel;
    expect(copy.transform(notes).column("note")).toEqual(model.transform(notes).column("note"));
    const decode = (terms: string[][], features = model.features) =>
      countVectorizerCodec.decode({
        estimator: model.estimator,
        features,
        state: { terms },
        tensors: new TensorReader("test", new Map()),
        children: {},
      });
    expect(() => decode([])).toThrow(ArtifactError);
    expect(() => decode([["a", "a"]])).toThrow(ArtifactError);
    expect(() => decode([["a"]], [{ name: "note", role: "feature", kind: "numeric" }])).toThrow(
      ArtifactError,
    );
  });
});

describe("TfidfVectorizer", () => {
  it("brings each row that has a term to length 1", async () => {
    await fc.assert(
      fc.asyncProperty(corpora, fc.constantFrom("l1" as const, "l2" as const), async (rows, norm) => {
        const data = fromColumns({ t: text(rows.map((row) => row.join(" "))) });
        const model = await new TfidfVectorizer({ norm, sublinearTf: true }).fit(data);
        const { offsets, values } = model.transform(data).column("t", "sparse");
        rows.forEach((row, i) => {
          const own = values.subarray(offsets[i], offsets[i + 1]);
          const length = own.reduce((sum, value) => sum + (norm === "l1" ? value : value * value), 0);
          assertClose([length], [row.length > 0 ? 1 : 0], { absolute: 1e-12 });
        });
      }),
    );
  });

  it("refuses a vocabulary with a term that no text has, unless it smooths", async () => {
    const vocabulary = ["rent", "absent"];
    await expect(new TfidfVectorizer({ vocabulary, smoothIdf: false }).fit(notes)).rejects.toThrow(
      `TfidfVectorizer: each term of the vocabulary must be in some row, received none with "absent"`,
    );
    const model = await new TfidfVectorizer({ vocabulary }).fit(notes);
    assertClose(model.idf[0], [Math.log(5 / 3) + 1, Math.log(5) + 1], { absolute: 1e-15 });
    expect(() => new TfidfVectorizer({ useIdf: false, smoothIdf: false })).toThrow("smoothIdf must be true");
  });

  it("comes back from an artifact the same, and not from one that does not fit", async () => {
    const data = notes.with({ other: text(["\u{1f600}x yy", "yy", "q\ud800 zz", null]) });
    const model = await new TfidfVectorizer({ analyzer: "char", ngramRange: [1, 2] }).fit(data);
    const registry = new Registry([tfidfVectorizerCodec]);
    const { state, tensors } = tfidfVectorizerCodec.encode(model);
    const copy = (await decodeArtifact(
      await encodeArtifact(model, registry),
      registry,
    )) as TfidfVectorizerModel;
    for (const name of ["note", "other"])
      expect(copy.transform(data).column(name)).toEqual(model.transform(data).column(name));
    const stored = new Map(
      Object.entries(tensors ?? {}).map(([name, idf]) => [
        name,
        { data: idf as Float64Array, shape: [(idf as Float64Array).length] },
      ]),
    );
    const decode = (terms: string[][]) =>
      tfidfVectorizerCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: { terms },
        tensors: new TensorReader("test", stored),
        children: {},
      });
    expect(() => decode(state.terms)).not.toThrow();
    expect(() => decode([state.terms[0].slice(1), state.terms[1]])).toThrow(ArtifactError);
  });
});
