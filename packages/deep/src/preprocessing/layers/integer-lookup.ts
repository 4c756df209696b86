import { ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type NumberValues, requireNumbers } from "./column-values.js";
import { stringBuckets } from "./hash64.js";
import { saltParam } from "./hashing.js";
import { checkLookup, fitsLookup, type Learned, learnLookup, Lookup, vocabularyParams } from "./lookup.js";
import { bagOf, lookupModes, outputModeParam, outputOf, type OutputOf, requireOne } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerCodes,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { codesByRow } from "./rows-of-codes.js";
import { oovParam } from "./string-lookup.js";

const params = z.strictObject({
  ...vocabularyParams,
  numOovIndices: oovParam,
  maskToken: z
    .int()
    .nullable()
    .default(null)
    .describe("A number that has code 0 for itself, and counts for nothing in vectors"),
  oovToken: z.int().default(-1).describe("What unseen numbers are called: never learned as a token"),
  vocabulary: z
    .array(z.int())
    .readonly()
    .nullable()
    .default(null)
    .describe("Numbers given instead of learned"),
  oovMethod: z
    .enum(["floormod", "farmhash"])
    .default("floormod")
    .describe("Which code of several an unseen number has: by its remainder, or by its hash"),
  salt: saltParam,
  outputMode: outputModeParam(lookupModes, "int"),
});

export type IntegerLookupOptions = z.input<typeof params>;

export class IntegerLookup extends BaseLayer implements PreprocessingLayer<"numbers", "code" | "vector"> {
  readonly type = "integerLookup";
  readonly takes = "numbers";
  readonly params: z.output<typeof params>;

  constructor(input: IntegerLookupOptions) {
    super();
    this.params = parseParams(this.type, params, input);
    checkLookup(this.type, this.params);
    const { salt, oovMethod } = this.params;
    if (salt !== null && oovMethod !== "farmhash")
      throw new ParamError(this.type, `salt needs the oovMethod farmhash, received "${oovMethod}"`);
  }

  get gives(): "code" | "vector" {
    return outputOf(this.params.outputMode, "code");
  }

  adapt({ owner, columns }: LayerColumns): LayerState {
    const column = columns[0] as NumberValues;
    requireNumbers(owner, column, { whole: true });
    const documents = function* (): Generator<readonly number[]> {
      const width = column.shape.reduce((a, b) => a * b, 1);
      for (let at = 0; at < column.values.length; at += width) {
        const there = Array.from(column.values.subarray(at, at + width)).filter(
          (value) => !Number.isNaN(value),
        );
        if (there.length > 0) yield there;
      }
    };
    const { tokens, weights } = learnLookup(this.params, documents, (a, b) => a - b);
    return { numbers: { tokens: Float64Array.from(tokens), ...(weights && { weights }) } };
  }

  fitted(state: LayerState): FittedLayer {
    const { weights } = state.numbers;
    const learned: Learned<number> = { tokens: [...this.held(state, "tokens")], weights };
    this.need(learned.tokens.every(Number.isInteger) && fitsLookup(this.params, learned), "tokens");
    const { outputMode } = this.params;
    const lookup = new Lookup(this.params, learned, this.oovBuckets());
    const run = (from: LayerColumns): LayerCodes => {
      const column = from.columns[0] as NumberValues;
      requireNumbers(from.owner, column, { whole: true });
      requireOne(outputMode, from);
      return codesByRow(column, (value) =>
        lookup.codeOf(from.owner, column.name, Number.isNaN(value) ? null : value),
      );
    };
    return { kind: "codes", width: lookup.width, bag: bagOf(outputMode, weights), run };
  }

  private oovBuckets(): (value: number) => number {
    const { numOovIndices: buckets, oovMethod, salt } = this.params;
    if (oovMethod === "floormod") return (value) => ((value % buckets) + buckets) % buckets;
    const bucketOf = stringBuckets(buckets, salt);
    return (value) => bucketOf(String(value));
  }
}

/**
 * Whole numbers as codes of a vocabulary, learned or given, as Keras's IntegerLookup: code 0 for unseen numbers (after that of
 * `maskToken`, where there is one), then the most frequent numbers first, equally frequent ones in descending order. A missing number
 * has a code of its own after the last one, or counts for nothing in the other output modes.
 *
 * @throws ParamError for bad options; fit and prediction throw DataError for numbers that are not whole, and prediction for an
 * unseen number where `numOovIndices` is 0.
 * @example
 * const network = defineNetwork("codes", (n) => {
 *   const code = n.inputs.numericColumn("merchant", integerLookup({ maxTokens: 500 }));
 *   return n.dense("output", n.embedding("merchants", code, { units: 8 }), { units: n.outputs });
 * });
 */
export function integerLookup<M extends NonNullable<IntegerLookupOptions["outputMode"]> = "int">(
  options?: IntegerLookupOptions & { readonly outputMode?: M },
): PreprocessingLayer<"numbers", OutputOf<M>>;
export function integerLookup(options: IntegerLookupOptions = {}): PreprocessingLayer {
  return new IntegerLookup(options);
}
