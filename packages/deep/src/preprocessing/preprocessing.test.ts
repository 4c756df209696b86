import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MISSING, RESERVED_CODES, UNSEEN } from "../layers/embedding.js";
import { feedKey, maskKey } from "../network/feed-key.js";
import { CategoryIndex } from "./category-index.js";
import type { Feeds } from "./feed.js";
import { applyScaling, fitScaling } from "./scaling.js";
import { SequenceEncoder } from "./sequence-encoder.js";
import { TextEncoder } from "./text-encoder.js";
import { frequentTokens, hashingIndex } from "./token-index.js";
import { tokenize } from "./tokenizer.js";

const cell = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 10),
  fc.constant(Number.NaN),
);

describe("scaling", () => {
  test("gives mean 0 and deviation 1 or 0, missing values 0, and an indicator where any were missing", () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), (values) => {
        const scaling = fitScaling(values, 1);
        const out = applyScaling(scaling, values);
        const width = 1 + scaling.indicators.length;
        expect(scaling.indicators.length).toBe(values.some(Number.isNaN) ? 1 : 0);
        const there = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [out[i * width]]));
        values.forEach((value, i) => {
          if (Number.isNaN(value)) expect(out[i * width]).toBe(0);
          if (width === 2) expect(out[i * 2 + 1]).toBe(Number.isNaN(value) ? 1 : 0);
        });
        if (there.length === 0) return;
        const mean = there.reduce((a, b) => a + b, 0) / there.length;
        const variance = there.reduce((sum, z) => sum + z * z, 0) / there.length;
        expect(Math.abs(mean)).toBeLessThan(1e-3);
        expect(Math.min(Math.abs(variance - 1), variance)).toBeLessThan(1e-3);
      }),
    );
  });

  test("weights count, and absurd values stay finite", () => {
    const scaling = fitScaling([0, 0, 10], 1, (row) => (row === 2 ? 2 : 1));
    expect([...scaling.mean, ...scaling.scale]).toEqual([5, 5]);
    expect([...applyScaling(scaling, [1e300, -1e300])]).toEqual([1e6, -1e6]);
  });
});

describe("tokens", () => {
  const settings = { level: "charNgram", ngram: 3, lowercase: true, maxLength: 64 } as const;

  test("words, characters and runs of them", () => {
    expect(tokenize("Café NR.5", { ...settings, level: "word" })).toEqual(["café", "nr", "5"]);
    expect(tokenize("aB😀", { ...settings, level: "char", lowercase: false })).toEqual(["a", "B", "😀"]);
    expect(tokenize("abc", settings)).toEqual(["\u0000ab", "abc", "bc\u0000"]);
    expect(tokenize("a😀b", settings)).toEqual(["\u0000a😀", "a😀b", "😀b\u0000"]);
    expect(tokenize("a", { ...settings, ngram: 5 })).toEqual(["\u0000a\u0000"]);
    expect(tokenize("", settings)).toEqual([]);
  });

  test("never more than the longest length, and a longer limit only adds", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom("word", "char", "charNgram"),
        (text, maxLength, level) => {
          const tokens = tokenize(text, { ...settings, level, maxLength });
          expect(tokens.length).toBeLessThanOrEqual(maxLength);
          const more = tokenize(text, { ...settings, level, maxLength: maxLength + 3 });
          if (level !== "charNgram" || more.length > maxLength)
            expect(more.slice(0, tokens.length)).toEqual(tokens);
        },
      ),
    );
  });

  test("hashes stay within the buckets", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (token, buckets) => {
        const index = hashingIndex(buckets);
        expect(index.codeOf(token)).toBeGreaterThanOrEqual(RESERVED_CODES);
        expect(index.codeOf(token)).toBeLessThan(index.size);
      }),
    );
  });

  test("hashes spread", () => {
    const index = hashingIndex(64);
    const counts = new Float64Array(index.size);
    for (let i = 0; i < 6400; i++) counts[index.codeOf(`token${i}`)]++;
    expect(Math.max(...counts)).toBeLessThan(150);
  });

  test("a vocabulary holds the most frequent tokens, in a fixed order", () => {
    expect(
      frequentTokens(
        new Map([
          ["b", 2],
          ["a", 2],
          ["c", 3],
          ["d", 1],
        ]),
        3,
      ),
    ).toEqual(["c", "a", "b"]);
  });

  test("texts are padded to the longest of the batch; a missing one is one token, an empty one none", () => {
    const column = { kind: "text", values: ["x y", "", null, "x z x"] } as const;
    const encoder = TextEncoder.fit("t", column, {
      ...settings,
      level: "word",
      mode: "vocabulary",
      maxTokens: 1,
    });
    const feeds: Feeds = new Map();
    encoder.encode(column).addTo(feeds, Int32Array.of(0, 1, 2));
    const x = RESERVED_CODES;
    expect(feeds.get(feedKey("text", "t"))).toEqual({
      data: Int32Array.of(x, UNSEEN, 0, 0, MISSING, 0),
      shape: [3, 2],
    });
    expect(feeds.get(maskKey("text", "t"))!.data).toEqual(Float32Array.of(1, 1, 0, 0, 1, 0));
  });
});

describe("categories", () => {
  test("codes do not depend on the order of rows; rare ones are left out", () => {
    const index = CategoryIndex.fit(Int32Array.of(0, 1, -1, 0, 2, 1), ["b", "a", "c"], 2);
    expect(index.categories).toEqual(["a", "b"]);
    expect(["a", "b", "c", undefined].map((name) => index.codeOf(name))).toEqual([2, 3, UNSEEN, MISSING]);
    expect([...index.codesOf(Int32Array.of(0, 1, 2, -1, 0), ["x", "b", "a"])]).toEqual([
      UNSEEN,
      3,
      2,
      MISSING,
      UNSEEN,
    ]);
  });

  test("codes without a dictionary are written out", () => {
    const index = CategoryIndex.fit(Float64Array.of(7, 3, Number.NaN, 7), undefined);
    expect(index.categories).toEqual(["3", "7"]);
    expect([...index.codesOf(Float64Array.of(3, 7, 8), undefined)]).toEqual([2, 3, UNSEEN]);
  });
});

describe("sequences", () => {
  test("keep the most recent steps, standardised over those, with codes and ages", () => {
    const column = {
      kind: "sequence",
      offsets: Int32Array.of(0, 3, 3, 4),
      values: Float64Array.of(100, 0, 1, 0, 3, 1, 5, -1),
      fields: [
        { name: "n", kind: "numeric" },
        { name: "c", kind: "categorical", categories: ["p", "q"] },
      ],
    } as const;
    const encoder = SequenceEncoder.fit("owner", "s", column, { maxLength: 2, minCount: 1 }, undefined);
    expect([...encoder.scaling.mean]).toEqual([3]);
    const feeds: Feeds = new Map();
    encoder.encode("owner", column).addTo(feeds, Int32Array.of(0, 1, 2));
    const part = (name: string): number[] => [
      ...feeds.get(feedKey("sequence", "s", ...name.split(" ")))!.data,
    ];
    expect([...feeds.get(maskKey("sequence", "s"))!.data]).toEqual([1, 1, 0, 0, 1, 0]);
    expect(part("age")).toEqual([1, 0, 0, 0, 0, 0]);
    expect(part("field c")).toEqual([2, 3, 0, 0, MISSING, 0]);
    const [low, middle, , , high] = part("numeric");
    expect([low, middle, high].map((z) => Math.round(z * 1e4))).toEqual([-12247, 0, 12247]);
  });
});
