import type { TextColumn } from "@strata-ml/core";
import { MISSING } from "../layers/embedding.js";
import { feedKey, maskKey } from "../network/feed-key.js";
import { type EncodedInput, type Feeds, longest } from "./feed.js";
import { frequentTokens, hashingIndex, type TokenIndex, vocabularyIndex } from "./token-index.js";
import { tokenize, type TokenizerSettings } from "./tokenizer.js";

export interface TextSettings extends TokenizerSettings {
  readonly mode: "vocabulary" | "hashing";
  /** Size of the vocabulary at most, or number of hash buckets. */
  readonly maxTokens: number;
}

/** A text column as ragged codes of an embedding. A missing text is the one token that stands for it, an empty one has no tokens. */
export class TextEncoder {
  constructor(
    readonly name: string,
    readonly index: TokenIndex,
    private readonly settings: TextSettings,
  ) {}

  static fit(name: string, column: TextColumn, settings: TextSettings): TextEncoder {
    if (settings.mode === "hashing") return new TextEncoder(name, hashingIndex(settings.maxTokens), settings);
    const counts = new Map<string, number>();
    for (const text of column.values) {
      if (text === null) continue;
      for (const token of tokenize(text, settings)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return new TextEncoder(name, vocabularyIndex(frequentTokens(counts, settings.maxTokens)), settings);
  }

  encode({ values }: TextColumn): EncodedInput {
    const offsets = new Int32Array(values.length + 1);
    const all: number[] = [];
    for (const [row, text] of values.entries()) {
      if (text === null) all.push(MISSING);
      else for (const token of tokenize(text, this.settings)) all.push(this.index.codeOf(token));
      offsets[row + 1] = all.length;
    }
    const codes = Int32Array.from(all);
    const keys = { codes: feedKey("text", this.name), mask: maskKey("text", this.name) };
    return {
      addTo(feeds: Feeds, rows: Int32Array): void {
        const steps = longest(offsets, rows);
        const padded = new Int32Array(rows.length * steps);
        const mask = new Float32Array(rows.length * steps);
        for (let i = 0; i < rows.length; i++) {
          const from = offsets[rows[i]];
          const length = offsets[rows[i] + 1] - from;
          for (let t = 0; t < length; t++) {
            padded[i * steps + t] = codes[from + t];
            mask[i * steps + t] = 1;
          }
        }
        feeds.set(keys.codes, { data: padded, shape: [rows.length, steps] });
        feeds.set(keys.mask, { data: mask, shape: [rows.length, steps] });
      },
    };
  }
}
