import { parseParams } from "@strata-ml/core";
import { z } from "zod";
import { requireNumbers } from "./column-values.js";
import { stringBuckets } from "./hash64.js";
import { bagOf, codeModes, outputModeParam, outputOf, type OutputOf, requireOne } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerCodes,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { codesByRow } from "./rows-of-codes.js";

const half = z.int().min(0);
export const saltParam = z
  .union([half, z.tuple([half, half]).readonly()])
  .nullable()
  .default(null)
  .describe(
    "Key of SipHash, which is used instead of FarmHash where it is given; one number is both its halves",
  );

const params = z.strictObject({
  numBins: z
    .int()
    .min(1)
    .max(1 << 24)
    .describe("Bins, that of maskValue included"),
  maskValue: z
    .union([z.string(), z.int()])
    .nullable()
    .default(null)
    .describe("A value that has bin 0 for itself; null for none"),
  salt: saltParam,
  outputMode: outputModeParam(codeModes, "int"),
});

export type HashingOptions = z.input<typeof params>;

export class Hashing extends BaseLayer implements PreprocessingLayer<"either", "code" | "vector"> {
  readonly type = "hashing";
  readonly takes = "either";
  readonly params: z.output<typeof params>;

  constructor(input: HashingOptions) {
    super();
    this.params = parseParams(this.type, params, input);
  }

  get gives(): "code" | "vector" {
    return outputOf(this.params.outputMode, "code");
  }

  adapt(): LayerState {
    return { numbers: {} };
  }

  fitted(): FittedLayer {
    const { numBins, maskValue, salt, outputMode } = this.params;
    const masks = maskValue !== null && numBins > 1 ? 1 : 0;
    const missing = outputMode === "int" ? numBins : -1;
    const bucketOf = stringBuckets(numBins - masks, salt);
    const run = (from: LayerColumns): LayerCodes => {
      const column = from.columns[0];
      if (column.kind === "numbers") requireNumbers(from.owner, column, { whole: true });
      requireOne(outputMode, from);
      return codesByRow(column as never, (value: string | number | null) => {
        if (value === null || Number.isNaN(value)) return missing;
        return masks === 1 && value === maskValue ? 0 : bucketOf(String(value)) + masks;
      });
    };
    return {
      kind: "codes",
      width: outputMode === "int" ? numBins + 1 : numBins,
      bag: bagOf(outputMode),
      run,
    };
  }
}

/**
 * Strings or whole numbers as one of `numBins` bins by their hash, as Keras's Hashing, to the same bins: nothing is learned and nothing
 * is ever unseen, but some values share a bin. A missing value has a code of its own after the last bin, or is no bin at all in
 * the other output modes.
 *
 * @throws ParamError for bad options; fit and prediction throw DataError for numbers that are not whole.
 * @example
 * const network = defineNetwork("hashed", (n) => {
 *   const shop = n.inputs.categoricalColumn("shop", hashing({ numBins: 1000 }));
 *   return n.dense("output", n.embedding("shops", shop, { units: 8 }), { units: n.outputs });
 * });
 */
export function hashing<M extends NonNullable<HashingOptions["outputMode"]> = "int">(
  options: HashingOptions & { readonly outputMode?: M },
): PreprocessingLayer<"either", OutputOf<M>>;
export function hashing(options: HashingOptions): PreprocessingLayer {
  return new Hashing(options);
}
