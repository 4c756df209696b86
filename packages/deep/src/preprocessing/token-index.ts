import { RESERVED_CODES, UNSEEN } from "../layers/embedding.js";

/** Tokens as codes of an embedding. */
export interface TokenIndex {
  /** How many codes there are, reserved ones included. */
  readonly size: number;
  /** The vocabulary, or undefined where tokens are hashed. */
  readonly tokens: readonly string[] | undefined;
  codeOf(token: string): number;
}

/** The tokens of a vocabulary; others are unseen. */
export function vocabularyIndex(tokens: readonly string[]): TokenIndex {
  const codes = new Map(tokens.map((token, i) => [token, i + RESERVED_CODES]));
  return {
    size: tokens.length + RESERVED_CODES,
    tokens,
    codeOf: (token) => codes.get(token) ?? UNSEEN,
  };
}

/** Any token in one of `buckets` by its hash: nothing is ever unseen, some tokens share a bucket. */
export function hashingIndex(buckets: number): TokenIndex {
  return {
    size: buckets + RESERVED_CODES,
    tokens: undefined,
    codeOf: (token) => (hash(token) % buckets) + RESERVED_CODES,
  };
}

/** The most frequent tokens, at most `most`; equal counts in the order of their code units. */
export function frequentTokens(counts: ReadonlyMap<string, number>, most: number): string[] {
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([token]) => token);
}

/** FNV-1a over code units, its bits spread by the finaliser of MurmurHash3. */
function hash(token: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < token.length; i++) h = Math.imul(h ^ token.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
