export const standards = ["lowerAndStripPunctuation", "lower", "stripPunctuation"] as const;
export const splits = ["whitespace", "character"] as const;

/** How a text becomes tokens. */
interface TokenSettings {
  readonly standardize: (typeof standards)[number] | null;
  readonly split: (typeof splits)[number] | null;
  readonly ngrams: number | readonly number[] | null;
}

const punctuation = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;

/** The tokens of a text: runs of one length after those of the other, as TensorFlow's ngrams. An empty text has none. */
export function textTokens(text: string, { standardize, split, ngrams }: TokenSettings): readonly string[] {
  const tokens = pieces(standardized(text, standardize), split);
  if (ngrams === null) return tokens;
  const lengths = typeof ngrams === "number" ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams;
  return lengths.flatMap((length) =>
    Array.from({ length: Math.max(0, tokens.length - length + 1) }, (_, at) =>
      tokens.slice(at, at + length).join(" "),
    ),
  );
}

/** Letters of ASCII alone change, as in TensorFlow, so that a text means the same in both. */
function standardized(text: string, standardize: TokenSettings["standardize"]): string {
  const lower =
    standardize === "lower" || standardize === "lowerAndStripPunctuation"
      ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
      : text;
  const strips = standardize === "stripPunctuation" || standardize === "lowerAndStripPunctuation";
  return strips ? lower.replace(punctuation, "") : lower;
}

function pieces(text: string, split: TokenSettings["split"]): readonly string[] {
  if (split === "character") return Array.from(text);
  const all = split === "whitespace" ? text.split(/[ \t\n\v\f\r]+/) : [text];
  return all.filter((token) => token !== "");
}
