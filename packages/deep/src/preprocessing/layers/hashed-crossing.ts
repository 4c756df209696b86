import { parseParams } from "@strata-ml/core";
import { z } from "zod";
import type { StringValues } from "./column-values.js";
import { fingerprint64, joinFingerprints } from "./hash64.js";
import { bagOf, outputModeParam, outputOf, type OutputOf } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerCodes,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";

const params = z.strictObject({
  numBins: z
    .int()
    .min(1)
    .max(1 << 24)
    .describe("Bins"),
  outputMode: outputModeParam(["int", "oneHot"], "int"),
});

export type HashedCrossingOptions = z.input<typeof params>;

/** What TensorFlow's crosses begin with. */
const seed = 0xdecafcaffen;

export class HashedCrossing extends BaseLayer implements PreprocessingLayer<"strings", "code" | "vector"> {
  readonly type = "hashedCrossing";
  readonly takes = "strings";
  override readonly columns = "several";
  readonly params: z.output<typeof params>;

  constructor(input: HashedCrossingOptions) {
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
    const { numBins, outputMode } = this.params;
    const missing = outputMode === "int" ? numBins : -1;
    const run = ({ columns }: LayerColumns): LayerCodes => {
      const prints = columns.map(fingerprints);
      const codes = Int32Array.from(prints[0], (_, row) => {
        let joined: bigint = seed;
        for (const column of prints) {
          const print = column[row];
          if (print === null) return missing;
          joined = joinFingerprints(joined, print);
        }
        return Number(joined % BigInt(numBins));
      });
      return { codes, offsets: Int32Array.from({ length: codes.length + 1 }, (_, row) => row) };
    };
    return {
      kind: "codes",
      width: outputMode === "int" ? numBins + 1 : numBins,
      bag: bagOf(outputMode),
      run,
    };
  }
}

function fingerprints(column: LayerColumns["columns"][number]): readonly (bigint | null)[] {
  const held = new Map<string, bigint>();
  return (column as StringValues).values.map((text) => {
    if (text === null) return null;
    const print = held.get(text) ?? fingerprint64(text);
    held.set(text, print);
    return print;
  });
}

/**
 * What several columns hold together as one of `numBins` bins, as Keras's HashedCrossing, to the same bins. A row that misses one of
 * them has a code of its own after the last bin, or zeros where the output is one-hot.
 *
 * @throws ParamError for bad options.
 * @example
 * const network = defineNetwork("crossed", (n) => {
 *   const both = n.inputs.crossedColumns(["shop", "country"], hashedCrossing({ numBins: 500 }));
 *   return n.dense("output", n.embedding("pairs", both, { units: 4 }), { units: n.outputs });
 * });
 */
export function hashedCrossing<M extends NonNullable<HashedCrossingOptions["outputMode"]> = "int">(
  options: HashedCrossingOptions & { readonly outputMode?: M },
): PreprocessingLayer<"strings", OutputOf<M>>;
export function hashedCrossing(options: HashedCrossingOptions): PreprocessingLayer {
  return new HashedCrossing(options);
}
