import { DataError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type NumberValues, requireNumbers } from "./column-values.js";
import { bagOf, outputModeParam, requireOne } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { codesByRow } from "./rows-of-codes.js";

const params = z.strictObject({
  numTokens: z
    .int()
    .min(1)
    .max(1 << 20)
    .describe("Codes there are, from 0"),
  outputMode: outputModeParam(["multiHot", "oneHot", "count"], "multiHot"),
});

export type CategoryEncodingOptions = z.input<typeof params>;

export class CategoryEncoding extends BaseLayer implements PreprocessingLayer<"numbers", "vector"> {
  readonly type = "categoryEncoding";
  readonly takes = "numbers";
  readonly gives = "vector";
  readonly params: z.output<typeof params>;

  constructor(input: CategoryEncodingOptions) {
    super();
    this.params = parseParams(this.type, params, input);
  }

  adapt(): LayerState {
    return { numbers: {} };
  }

  fitted(): FittedLayer {
    const { numTokens, outputMode } = this.params;
    return {
      kind: "codes",
      width: numTokens,
      bag: bagOf(outputMode),
      run: (from) => {
        const column = from.columns[0] as NumberValues;
        requireNumbers(from.owner, column, { whole: true });
        requireOne(outputMode, from);
        return codesByRow(column, (code) => {
          if (code < 0 || code >= numTokens)
            throw new DataError(
              from.owner,
              `column '${column.name}' must hold codes from 0 to ${numTokens - 1} (numTokens is ${numTokens}), received ${code}`,
            );
          return Number.isNaN(code) ? -1 : code;
        });
      },
    };
  }
}

/**
 * Whole numbers from 0 as vectors of `numTokens`, as Keras's CategoryEncoding: of a tensor column which of them a row
 * holds, or how often. A missing one counts for nothing.
 *
 * @throws ParamError for bad options; fit and prediction throw DataError for numbers that are no codes.
 * @example
 * const network = defineNetwork("days", (n) =>
 *   n.dense("output", n.inputs.numericColumn("weekday", categoryEncoding({ numTokens: 7 })), { units: n.outputs }),
 * );
 */
export function categoryEncoding(options: CategoryEncodingOptions): CategoryEncoding {
  return new CategoryEncoding(options);
}
