import { parseParams } from "@strata-ml/core";
import { z } from "zod";
import type { StringValues } from "./column-values.js";
import { stringBuckets } from "./hash64.js";
import { saltParam } from "./hashing.js";
import {
  checkLookup,
  compareCharacters,
  fitsLookup,
  learnLookup,
  Lookup,
  stringState,
  vocabularyParams,
} from "./lookup.js";
import { bagOf, lookupModes, outputModeParam, outputOf, type OutputOf } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { codesByRow } from "./rows-of-codes.js";

export const oovParam = z
  .int()
  .min(0)
  .max(1 << 20)
  .default(1)
  .describe("Codes of unseen tokens, which share them by their hash; with 0 an unseen token is an error");

const params = z.strictObject({
  ...vocabularyParams,
  numOovIndices: oovParam,
  maskToken: z
    .string()
    .nullable()
    .default(null)
    .describe("A token that has code 0 for itself, and counts for nothing in vectors"),
  oovToken: z.string().default("[UNK]").describe("How unseen tokens are called: never learned as a token"),
  vocabulary: z
    .array(z.string())
    .readonly()
    .nullable()
    .default(null)
    .describe("Tokens given instead of learned"),
  salt: saltParam,
  outputMode: outputModeParam(lookupModes, "int"),
});

export type StringLookupOptions = z.input<typeof params>;

export class StringLookup extends BaseLayer implements PreprocessingLayer<"strings", "code" | "vector"> {
  readonly type = "stringLookup";
  readonly takes = "strings";
  readonly params: z.output<typeof params>;

  constructor(input: StringLookupOptions) {
    super();
    this.params = parseParams(this.type, params, input);
    checkLookup(this.type, this.params);
  }

  get gives(): "code" | "vector" {
    return outputOf(this.params.outputMode, "code");
  }

  adapt({ columns }: LayerColumns): LayerState {
    const { values } = columns[0] as StringValues;
    const documents = function* (): Generator<readonly string[]> {
      for (const value of values) if (value !== null) yield [value];
    };
    return stringState(learnLookup(this.params, documents, compareCharacters));
  }

  fitted({ words = [], numbers: { weights } }: LayerState): FittedLayer {
    const learned = { tokens: words, weights };
    this.need(fitsLookup(this.params, learned), "vocabulary");
    const { numOovIndices, salt, outputMode } = this.params;
    const lookup = new Lookup(this.params, learned, stringBuckets(numOovIndices, salt));
    const run = ({ owner, columns }: LayerColumns) => {
      const column = columns[0] as StringValues;
      return codesByRow(column, (token) => lookup.codeOf(owner, column.name, token));
    };
    return { kind: "codes", width: lookup.width, bag: bagOf(outputMode, weights), run };
  }
}

/**
 * Strings as codes of a vocabulary, learned or given, as Keras's StringLookup: code 0 for unseen strings (after that of `maskToken`,
 * where there is one), then the most frequent strings first, equally frequent ones in descending order. A missing value has a code
 * of its own after the last string, or counts for nothing in the other output modes.
 *
 * @throws ParamError for bad options; prediction throws DataError for an unseen string where `numOovIndices` is 0.
 * @example
 * const network = defineNetwork("shops", (n) => {
 *   const shop = n.inputs.categoricalColumn("shop", stringLookup({ maxTokens: 500 }));
 *   return n.dense("output", n.embedding("shops", shop, { units: 8 }), { units: n.outputs });
 * });
 */
export function stringLookup<M extends NonNullable<StringLookupOptions["outputMode"]> = "int">(
  options?: StringLookupOptions & { readonly outputMode?: M },
): PreprocessingLayer<"strings", OutputOf<M>>;
export function stringLookup(options: StringLookupOptions = {}): PreprocessingLayer {
  return new StringLookup(options);
}
