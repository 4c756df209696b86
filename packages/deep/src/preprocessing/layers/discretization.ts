import { ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type NumberValues, requireNumbers } from "./column-values.js";
import { bagOf, codeModes, outputModeParam, outputOf, type OutputOf, requireOne } from "./output-mode.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerCodes,
  type LayerColumns,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";
import { quantileBoundaries } from "./quantile-summary.js";
import { codesByRow } from "./rows-of-codes.js";

const params = z.strictObject({
  numBins: z
    .int()
    .min(1)
    .max(1 << 20)
    .nullable()
    .default(null)
    .describe("Bins whose boundaries are learned: quantiles"),
  binBoundaries: z
    .array(z.number())
    .min(1)
    .readonly()
    .nullable()
    .default(null)
    .describe("Boundaries given instead, ascending; a bin holds its lower one"),
  epsilon: z.number().positive().lt(1).default(0.01).describe("Error allowed in the learned quantiles"),
  outputMode: outputModeParam(codeModes, "int"),
});

export type DiscretizationOptions = z.input<typeof params>;

export class Discretization extends BaseLayer implements PreprocessingLayer<"numbers", "code" | "vector"> {
  readonly type = "discretization";
  readonly takes = "numbers";
  readonly params: z.output<typeof params>;

  constructor(input: DiscretizationOptions) {
    super();
    this.params = parseParams(this.type, params, input);
    const { numBins, binBoundaries } = this.params;
    if ((numBins === null) === (binBoundaries === null))
      throw new ParamError(
        this.type,
        `either numBins or binBoundaries must be given, received ${numBins === null ? "neither" : "both"}`,
      );
    if (binBoundaries?.some((value, i) => i > 0 && value < binBoundaries[i - 1]))
      throw new ParamError(this.type, `binBoundaries must ascend, received ${binBoundaries.join(", ")}`);
  }

  get gives(): "code" | "vector" {
    return outputOf(this.params.outputMode, "code");
  }

  adapt({ owner, columns }: LayerColumns, weights: Float64Array | undefined): LayerState {
    const { numBins, binBoundaries, epsilon } = this.params;
    if (binBoundaries !== null) return { numbers: { boundaries: Float64Array.from(binBoundaries) } };
    const column = columns[0] as NumberValues;
    requireNumbers(owner, column);
    const width = column.shape.reduce((a, b) => a * b, 1);
    const weightOf = weights && ((k: number) => weights[Math.floor(k / width)]);
    return { numbers: { boundaries: quantileBoundaries(column.values, numBins!, epsilon, weightOf) } };
  }

  fitted(state: LayerState): FittedLayer {
    const boundaries = this.held(state, "boundaries");
    const { binBoundaries, outputMode } = this.params;
    this.need(
      boundaries.every((value, i) => Number.isFinite(value) && !(value < boundaries[i - 1])) &&
        (binBoundaries === null || JSON.stringify([...boundaries]) === JSON.stringify(binBoundaries)),
      "boundaries",
    );
    const bins = boundaries.length + 1;
    const bounds = Float32Array.from(boundaries);
    const missing = outputMode === "int" ? bins : -1;
    const run = (from: LayerColumns): LayerCodes => {
      const column = from.columns[0] as NumberValues;
      requireNumbers(from.owner, column);
      requireOne(outputMode, from);
      return codesByRow(column, (value) => (Number.isNaN(value) ? missing : binOf(bounds, value)));
    };
    return { kind: "codes", width: outputMode === "int" ? bins + 1 : bins, bag: bagOf(outputMode), run };
  }
}

/** How many boundaries lie at or below a number, in single precision as in Keras. */
function binOf(bounds: Float32Array, value: number): number {
  const single = Math.fround(value);
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle] <= single) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Numbers as bins, as Keras's Discretization: boundaries are quantiles of fit, or given. Numbers are compared in single precision. A
 * missing number has a code of its own after the last bin, or is no bin at all in the other output modes.
 *
 * @throws ParamError for bad options.
 * @example
 * const network = defineNetwork("binned", (n) => {
 *   const bin = n.inputs.numericColumn("amount", discretization({ numBins: 20 }));
 *   return n.dense("output", n.embedding("bins", bin, { units: 4 }), { units: n.outputs });
 * });
 */
export function discretization<M extends NonNullable<DiscretizationOptions["outputMode"]> = "int">(
  options: DiscretizationOptions & { readonly outputMode?: M },
): PreprocessingLayer<"numbers", OutputOf<M>>;
export function discretization(options: DiscretizationOptions): PreprocessingLayer {
  return new Discretization(options);
}
