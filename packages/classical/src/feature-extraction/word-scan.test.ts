import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stripAccents } from "./strip-accents.js";
import { defaultTokenPattern, scanWords } from "./word-scan.js";

const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom(
          "a",
          "Z",
          "7",
          "_",
          " ",
          "-",
          "é",
          "\u0301",
          "字",
          "\u{1d465}",
          "\u{1f600}",
          "\ud800",
          "\udc00",
        ),
      }),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(""));

describe("scanWords", () => {
  it("finds what its regular expression matches, in any text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const words: string[] = [];
        scanWords(text, (word) => words.push(word));
        expect(words).toEqual(
          [...text.matchAll(new RegExp(defaultTokenPattern, "gu"))].map(([word]) => word),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("stripAccents", () => {
  it("takes combining characters off and leaves other marks", () => {
    expect(stripAccents("Crème Brûlée ﬁn", "unicode")).toBe("Creme Brulee fin");
    // Vowel signs that don't combine (class 0) stay; the virama (class 9) and the nukta (class 7) go.
    expect(stripAccents("\u0939\u093f\u0928\u094d\u0926\u0940 \u0915\u093c", "unicode")).toBe(
      "\u0939\u093f\u0928\u0926\u0940 \u0915",
    );
    // The smallest and largest classes: 1, 230 and 240.
    expect(stripAccents("a\u0334b\u0300c\u0345", "unicode")).toBe("abc");
    expect(stripAccents("naïve Привет", "ascii")).toBe("naive ");
  });

  it("does nothing to ASCII, and doing it twice is doing it once", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom("unicode" as const, "ascii" as const), (text, how) => {
        const once = stripAccents(text, how);
        expect(stripAccents(once, how)).toBe(once);
        if (how === "ascii") expect(/^[\0-\x7f]*$/.test(once)).toBe(true);
      }),
    );
  });
});
