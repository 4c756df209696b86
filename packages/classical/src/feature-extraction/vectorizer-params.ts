import { z } from "zod";
import { defaultTokenPattern } from "./word-scan.js";

/** Groups of a regular expression; undefined where it is none. */
function groupsOf(pattern: string): number | undefined {
  try {
    // With an empty alternative it matches anything, so the match shows all groups.
    return new RegExp(`${pattern}|`, "u").exec("")!.length - 1;
  } catch {
    return undefined;
  }
}

/** The params that every text vectorizer has. */
export const vectorizerParams = {
  analyzer: z
    .enum(["word", "char", "charWb"])
    .default("word")
    .describe("Terms are words, characters, or characters inside of words (with a space on both sides)"),
  ngramRange: z
    .tuple([z.int().min(1), z.int().min(1)])
    .readonly()
    .refine(([least, most]) => least <= most, "must rise")
    .default([1, 1])
    .describe("Fewest and most words (or characters) of a term"),
  lowercase: z.boolean().default(true).describe("Whether texts are put in lower case first"),
  stripAccents: z
    .enum(["ascii", "unicode"])
    .nullable()
    .default(null)
    .describe("Whether accents are taken off; 'ascii' drops all that is not ASCII then"),
  tokenPattern: z
    .string()
    .max(1000)
    .refine((pattern) => (groupsOf(pattern) ?? 2) <= 1, "must be a regular expression with at most one group")
    .default(defaultTokenPattern)
    .describe("What a word is: a regular expression with flags g and u; of one with a group, the group"),
  stopWords: z
    .array(z.string())
    .readonly()
    .nullable()
    .default(null)
    .describe("Words to leave out, in the form in which they come out of lower case and accent stripping"),
  minDf: z
    .number()
    .min(0)
    .refine(
      (value) => value < 1 || Number.isInteger(value),
      "must be a whole number of rows or a fraction < 1",
    )
    .default(1)
    .describe("Terms in fewer rows are left out: a number of rows, or a fraction of them below 1"),
  maxDf: z
    .number()
    .min(0)
    .refine(
      (value) => value <= 1 || Number.isInteger(value),
      "must be a whole number of rows or a fraction <= 1",
    )
    .default(1)
    .describe("Terms in more rows are left out: a number of rows above 1, or a fraction of them up to 1"),
  maxFeatures: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("How many terms to keep, those that occur most often; of equals the first by name"),
  vocabulary: z
    .array(z.string())
    .min(1)
    .readonly()
    .refine((terms) => new Set(terms).size === terms.length, "must differ from each other")
    .nullable()
    .default(null)
    .describe("The terms, in order, instead of those learned from the texts"),
  binary: z.boolean().default(false).describe("Whether counts above 0 are taken as 1"),
};

const shape = z.strictObject(vectorizerParams);
export type VectorizerParams = Readonly<z.output<typeof shape>>;

/** For `superRefine` of a vectorizer's schema: params that would have no effect together are refused rather than ignored. */
export function refuseUnused(params: VectorizerParams, context: z.RefinementCtx): void {
  const refuse = (name: keyof VectorizerParams, message: string): void =>
    context.addIssue({ code: "custom", path: [name], message, input: params[name] });
  if (params.analyzer !== "word") {
    if (params.stopWords !== null) refuse("stopWords", "must be null unless analyzer is 'word'");
    if (params.tokenPattern !== defaultTokenPattern)
      refuse("tokenPattern", "must be the default unless analyzer is 'word'");
  }
  if (params.vocabulary !== null) {
    if (params.minDf !== 1) refuse("minDf", "must be 1 where a vocabulary is given");
    if (params.maxDf !== 1) refuse("maxDf", "must be 1 where a vocabulary is given");
    if (params.maxFeatures !== null) refuse("maxFeatures", "must be null where a vocabulary is given");
  }
}
