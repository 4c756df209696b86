import { ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import type { StringValues } from "./column-values.js";
import {
  checkLookup,
  compareCharacters,
  fitsLookup,
  learnLookup,
  Lookup,
  type LookupSettings,
  stringState,
  vocabularyParams,
} from "./lookup.js";
import { bagOf, outputModeParam, outputOf, type OutputOf } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerCodes,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { splits, standards, textTokens } from "./text-tokens.js";

const gram = z.int().min(1).max(64);
const params = z.strictObject({
  ...vocabularyParams,
  standardize: z
    .enum(standards)
    .nullable()
    .default("lowerAndStripPunctuation")
    .describe("What is done to texts first, to characters of ASCII alone; null for nothing"),
  split: z
    .enum(splits)
    .nullable()
    .default("whitespace")
    .describe("Where texts are split: at white space, after every character, or not at all"),
  ngrams: z
    .union([gram, z.array(gram).min(1).readonly()])
    .nullable()
    .default(null)
    .describe(
      "Runs of up to so many tokens, or of those many, joined by a space; null for the tokens themselves",
    ),
  outputMode: outputModeParam(["int", "multiHot", "count", "tfIdf"], "int"),
  outputSequenceLength: z
    .int()
    .min(1)
    .max(1 << 20)
    .nullable()
    .default(null)
    .describe("Tokens of a row, cut or padded to so many; null for as many as there are"),
  ragged: z.boolean().default(false).describe("Whether outputSequenceLength cuts only"),
  vocabulary: z
    .array(z.string())
    .readonly()
    .nullable()
    .default(null)
    .describe("Tokens given instead of learned"),
});

export type TextVectorizationOptions = z.input<typeof params>;

export class TextVectorization
  extends BaseLayer
  implements PreprocessingLayer<"strings", "stepCodes" | "vector">
{
  readonly type = "textVectorization";
  readonly takes = "strings";
  readonly params: z.output<typeof params>;
  private readonly lookup: LookupSettings<string>;

  constructor(input: TextVectorizationOptions) {
    super();
    this.params = parseParams(this.type, params, input);
    this.lookup = { ...this.params, numOovIndices: 1, maskToken: "", oovToken: "[UNK]" };
    checkLookup(this.type, this.lookup);
    const { outputMode, outputSequenceLength, ragged, split, ngrams } = this.params;
    if (outputMode !== "int" && (outputSequenceLength !== null || ragged))
      throw new ParamError(
        this.type,
        `outputSequenceLength and ragged are for the output mode int, received "${outputMode}"`,
      );
    if (split === null && ngrams !== null)
      throw new ParamError(this.type, `ngrams need texts to be split, received split null`);
  }

  get gives(): "stepCodes" | "vector" {
    return outputOf(this.params.outputMode, "stepCodes");
  }

  adapt({ columns }: LayerColumns): LayerState {
    const { values } = columns[0] as StringValues;
    const tokensOf = (text: string): readonly string[] => textTokens(text, this.params);
    const documents = function* (): Generator<readonly string[]> {
      for (const text of values) if (text !== null) yield tokensOf(text);
    };
    return stringState(learnLookup(this.lookup, documents, compareCharacters));
  }

  fitted({ words = [], numbers: { weights } }: LayerState): FittedLayer {
    const learned = { tokens: words, weights };
    this.need(fitsLookup(this.lookup, learned), "vocabulary");
    const lookup = new Lookup(this.lookup, learned, () => 0);
    const { outputMode, outputSequenceLength, ragged } = this.params;
    const most = outputSequenceLength ?? Number.POSITIVE_INFINITY;
    const run = ({ owner, columns }: LayerColumns): LayerCodes => {
      const { name, values } = columns[0] as StringValues;
      const offsets = new Int32Array(values.length + 1);
      const codes: number[] = [];
      for (const [row, text] of values.entries()) {
        const tokens = text === null ? [null] : textTokens(text, this.params);
        const length = Math.min(tokens.length, most);
        for (let at = 0; at < length; at++) codes.push(lookup.codeOf(owner, name, tokens[at]));
        offsets[row + 1] = codes.length;
      }
      return { offsets, codes: Int32Array.from(codes) };
    };
    return {
      kind: "codes",
      width: lookup.width,
      bag: bagOf(outputMode, weights),
      run,
      ...(outputSequenceLength !== null && !ragged && { steps: outputSequenceLength }),
    };
  }
}

/**
 * Texts as codes of their tokens, or as one vector of which tokens occur, as Keras's TextVectorization: texts are standardized, split, their
 * runs joined, and looked up in a vocabulary, learned or given. Code 0 is padding, 1 an unseen token, then come the most frequent
 * tokens, equally frequent ones in descending order. An empty text has no tokens; a missing one is one token with a code of its
 * own, the last, and zeros in the other output modes.
 *
 * @throws ParamError for bad options.
 * @example
 * const network = defineNetwork("notes", (n) => {
 *   const tokens = n.inputs.textColumn("note", textVectorization({ maxTokens: 2000, ngrams: 2 }));
 *   return n.dense("output", n.meanPool(n.embedding("tokens", tokens, { units: 16 })), { units: n.outputs });
 * });
 */
export function textVectorization<M extends NonNullable<TextVectorizationOptions["outputMode"]> = "int">(
  options?: TextVectorizationOptions & { readonly outputMode?: M },
): PreprocessingLayer<"strings", OutputOf<M, "stepCodes">>;
export function textVectorization(options: TextVectorizationOptions = {}): PreprocessingLayer {
  return new TextVectorization(options);
}
