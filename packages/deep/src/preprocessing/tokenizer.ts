/** What a text is cut into. */
export interface TokenizerSettings {
  /** Words, single characters, or runs of `ngram` characters. */
  readonly level: "word" | "char" | "charNgram";
  readonly ngram: number;
  readonly lowercase: boolean;
  /** Tokens beyond so many are left out. */
  readonly maxLength: number;
}

const edge = "\u0000";

/** A text as tokens. Character runs also cover the text's two ends, so that the same letters inside it differ from those at its start. */
export function tokenize(text: string, { level, ngram, lowercase, maxLength }: TokenizerSettings): string[] {
  const normal = lowercase ? text.toLowerCase() : text;
  if (level === "word") return (normal.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, maxLength);
  // Longer than the tokens kept need, whatever the characters' lengths in code units: a huge text costs no more.
  const head = normal.slice(0, 2 * (maxLength + ngram));
  if (level === "char") return Array.from(head).slice(0, maxLength);
  if (head.length === 0) return [];
  const framed = edge + head + edge;
  // Characters of two code units must not be cut in two; where there are none, cutting the string itself is quicker.
  const characters = /[\ud800-\udfff]/.test(head) ? Array.from(framed) : undefined;
  const runs = Math.min(maxLength, Math.max(1, (characters ?? framed).length - ngram + 1));
  return Array.from({ length: runs }, (_, i) =>
    characters ? characters.slice(i, i + ngram).join("") : framed.slice(i, i + ngram),
  );
}
