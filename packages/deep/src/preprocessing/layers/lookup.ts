import { DataError, describe, ParamError } from "@strata-ml/core";
import { z } from "zod";
import type { OutputMode } from "./output-mode.js";
import type { LayerState } from "./preprocessing-layer.js";

/** Params that every layer with a vocabulary has. */
export const vocabularyParams = {
  maxTokens: z
    .int()
    .min(2)
    .max(1 << 24)
    .nullable()
    .default(null)
    .describe("Codes at most, those of masked and unseen tokens included; the most frequent tokens are kept"),
  idfWeights: z
    .array(z.number().min(0))
    .readonly()
    .nullable()
    .default(null)
    .describe("Inverse document frequencies of a given vocabulary, which tfIdf needs"),
  padToMaxTokens: z
    .boolean()
    .default(false)
    .describe("Whether vectors have maxTokens places however many tokens there are"),
};

/** What makes a vocabulary, whatever its tokens are. */
export interface LookupSettings<T> {
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T | null;
  readonly vocabulary: readonly T[] | null;
  readonly idfWeights: readonly number[] | null;
  readonly padToMaxTokens: boolean;
  readonly outputMode: OutputMode;
}

/** What a vocabulary learned: its tokens and, where counts are weighed, a weight for each code. */
export interface Learned<T> {
  readonly tokens: readonly T[];
  readonly weights: Float64Array | undefined;
}

/** Codes before those of tokens: that of masked tokens, where codes are what comes out, then those of unseen ones. */
function reserved({ numOovIndices, ...settings }: LookupSettings<unknown>): number {
  return oovStart(settings) + numOovIndices;
}

function oovStart({
  maskToken,
  outputMode,
}: Pick<LookupSettings<unknown>, "maskToken" | "outputMode">): number {
  return maskToken !== null && outputMode === "int" ? 1 : 0;
}

/** Throws {@link ParamError} for options that don't go together. */
export function checkLookup<T>(owner: string, settings: LookupSettings<T>): void {
  const { maxTokens, vocabulary, idfWeights, padToMaxTokens, outputMode } = settings;
  const need = (fits: boolean, what: string, received: unknown): void => {
    if (!fits) throw new ParamError(owner, `${what}, received ${describe(received)}`);
  };
  need(!padToMaxTokens || maxTokens !== null, "padToMaxTokens needs maxTokens", maxTokens);
  need(!padToMaxTokens || outputMode !== "int", "padToMaxTokens is for outputs that are vectors", outputMode);
  const least = reserved(settings) + 1;
  need(maxTokens === null || maxTokens >= least, `maxTokens must be >= ${least}`, maxTokens);
  need(idfWeights === null || outputMode === "tfIdf", "idfWeights are for the output mode tfIdf", outputMode);
  if (vocabulary === null) return need(idfWeights === null, "idfWeights need a vocabulary", vocabulary);
  need(
    outputMode !== "tfIdf" || idfWeights?.length === vocabulary.length,
    `idfWeights must be as many as the vocabulary's ${vocabulary.length} tokens`,
    idfWeights?.length ?? null,
  );
  const tokens = givenTokens(settings, vocabulary);
  need(tokens.length > 0, "vocabulary must hold tokens", vocabulary);
  need(new Set(tokens).size === tokens.length, "vocabulary must hold no token twice", vocabulary);
  need(
    !tokens.includes(settings.maskToken as T),
    "maskToken must lead the vocabulary, or be left out",
    vocabulary,
  );
  const size = reserved(settings) + tokens.length;
  need(
    maxTokens === null || size <= maxTokens,
    `maxTokens must be >= ${size}, as the vocabulary is given`,
    maxTokens,
  );
}

/** A given vocabulary may begin with the mask and unseen tokens, as those that Keras tells do. */
function givenTokens<T>(settings: LookupSettings<T>, vocabulary: readonly T[]): readonly T[] {
  const { maskToken, oovToken, numOovIndices } = settings;
  const special = [
    ...Array<T | null>(oovStart(settings)).fill(maskToken),
    ...Array<T | null>(numOovIndices).fill(oovToken),
  ];
  return special.every((token, i) => vocabulary[i] === token) ? vocabulary.slice(special.length) : vocabulary;
}

/** The given vocabulary, or the tokens of these documents: the most frequent first, then by `compare`, descending. */
export function learnLookup<T>(
  settings: LookupSettings<T>,
  documents: () => Iterable<readonly T[]>,
  compare: (a: T, b: T) => number,
): Learned<T> {
  const { vocabulary, idfWeights, outputMode, maskToken, oovToken, maxTokens } = settings;
  if (vocabulary !== null) {
    const tokens = givenTokens(settings, vocabulary);
    return {
      tokens,
      weights: idfWeights === null ? undefined : allWeights(settings, tokens.length, idfWeights),
    };
  }
  const counts = new Map<T, { occurrences: number; documents: number; last: number }>();
  let total = 0;
  for (const document of documents()) {
    total++;
    for (const token of document) {
      const count = counts.get(token) ?? { occurrences: 0, documents: 0, last: 0 };
      count.occurrences++;
      if (count.last !== total) count.documents++;
      count.last = total;
      counts.set(token, count);
    }
  }
  for (const special of [maskToken, oovToken]) if (special !== null) counts.delete(special);
  const most = maxTokens === null ? counts.size : maxTokens - reserved(settings);
  const tokens = mostFrequent([...counts], most, compare);
  if (outputMode !== "tfIdf") return { tokens, weights: undefined };
  const idf = tokens.map((token) => Math.log(1 + total / (1 + counts.get(token)!.documents)));
  // With no token at all, the weight of one that no document has.
  return { tokens, weights: allWeights(settings, tokens.length, idf, Math.log(1 + total)) };
}

/** Only groups of tokens that come as often as one another are sorted, and only those that are kept. */
function mostFrequent<T>(
  counts: readonly (readonly [token: T, count: { readonly occurrences: number }])[],
  most: number,
  compare: (a: T, b: T) => number,
): readonly T[] {
  const groups = new Map<number, T[]>();
  for (const [token, { occurrences }] of counts) {
    const group = groups.get(occurrences);
    if (group) group.push(token);
    else groups.set(occurrences, [token]);
  }
  const kept: T[] = [];
  for (const occurrences of [...groups.keys()].sort((a, b) => b - a)) {
    if (kept.length >= most) break;
    for (const token of groups.get(occurrences)!.sort((a, b) => compare(b, a))) kept.push(token);
  }
  return kept.slice(0, most);
}

/** Weights of all codes: unseen tokens get the average, places beyond the tokens 0. */
function allWeights<T>(
  settings: LookupSettings<T>,
  tokens: number,
  idf: readonly number[],
  whenNone = 0,
): Float64Array {
  const out = new Float64Array(sizeOf(settings, tokens));
  const before = reserved(settings) + tokens - idf.length;
  const average = idf.length === 0 ? whenNone : idf.reduce((a, b) => a + b, 0) / idf.length;
  out.fill(average, 0, before);
  out.set(idf, before);
  return out;
}

/** How many codes there are. */
function sizeOf<T>(settings: LookupSettings<T>, tokens: number): number {
  return settings.padToMaxTokens ? settings.maxTokens! : reserved(settings) + tokens;
}

/** Whether what was learned could come of these settings. */
export function fitsLookup<T>(settings: LookupSettings<T>, { tokens, weights }: Learned<T>): boolean {
  const { vocabulary, maxTokens, outputMode } = settings;
  const size = sizeOf(settings, tokens.length);
  return (
    new Set(tokens).size === tokens.length &&
    (maxTokens === null || reserved(settings) + tokens.length <= maxTokens) &&
    (vocabulary === null || JSON.stringify(givenTokens(settings, vocabulary)) === JSON.stringify(tokens)) &&
    (outputMode === "tfIdf") === (weights !== undefined) &&
    (weights === undefined || (weights.length === size && weights.every((w) => w >= 0 && w < Infinity)))
  );
}

/** A vocabulary as codes. */
export class Lookup<T> {
  /** How many codes there are, that of a missing value last where codes are what comes out. */
  readonly width: number;
  private readonly codes: ReadonlyMap<T, number>;
  private readonly missing: number;
  private readonly masked: number;

  constructor(
    private readonly settings: LookupSettings<T>,
    { tokens }: Learned<T>,
    /** Which of the codes of unseen tokens one has. */
    private readonly oovBucket: (token: T) => number,
  ) {
    const first = reserved(settings);
    const size = sizeOf(settings, tokens.length);
    const int = settings.outputMode === "int";
    this.codes = new Map(tokens.map((token, i) => [token, first + i]));
    this.width = int ? size + 1 : size;
    this.missing = int ? size : -1;
    this.masked = int ? 0 : -1;
  }

  /** The code of a token, of a missing one where it is null; negative where it counts for nothing. */
  codeOf(owner: string, column: string, token: T | null): number {
    if (token === null) return this.missing;
    if (token === this.settings.maskToken) return this.masked;
    const code = this.codes.get(token);
    if (code !== undefined) return code;
    if (this.settings.numOovIndices === 0)
      throw new DataError(
        owner,
        `column '${column}' must hold tokens of the vocabulary alone (numOovIndices is 0), received ${describe(token)}`,
      );
    return oovStart(this.settings) + (this.settings.numOovIndices === 1 ? 0 : this.oovBucket(token));
  }
}

/** A vocabulary of strings as plain state. */
export function stringState({ tokens, weights }: Learned<string>): LayerState {
  return { words: tokens, numbers: weights ? { weights } : {} };
}

/** Strings in the order of their characters, which is that of their bytes in UTF-8. */
export function compareCharacters(a: string, b: string): number {
  // Code units order as characters do but where halves of characters meet those after them.
  if (!late.test(a) && !late.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const late = /[\ue000-\uffff]/;

/** Halves of characters beyond 0xffff come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
