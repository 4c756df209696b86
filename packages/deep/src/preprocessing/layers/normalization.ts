import { ParamError, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type NumberValues, requireNumbers } from "./column-values.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerColumns,
  type LayerState,
  type LayerVectors,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";

const axis = z.int().refine((at) => at !== 0, "must not be 0, the axis of rows");
const given = z
  .union([z.number(), z.array(z.number()).min(1).readonly()])
  .nullable()
  .default(null);
const params = z.strictObject({
  axis: z
    .union([axis, z.array(axis).min(1).readonly()])
    .nullable()
    .default(-1)
    .describe(
      "Axes whose places have a mean and a variance of their own, the axis of rows being 0; null takes one for all numbers",
    ),
  mean: given.describe(
    "Given instead of learned: one number, or one for each place of the last axes, row-major",
  ),
  variance: given.describe("Given with the mean, as long as it"),
  invert: z.boolean().default(false).describe("Whether standardised numbers are turned back"),
});

export type NormalizationOptions = z.input<typeof params>;

/** Deviations below this divide as this: Keras's epsilon. */
const least = 1e-7;

export class Normalization extends BaseLayer implements PreprocessingLayer<"numbers", "vector"> {
  readonly type = "normalization";
  readonly takes = "numbers";
  readonly gives = "vector";
  readonly params: z.output<typeof params>;

  constructor(input: NormalizationOptions) {
    super();
    this.params = parseParams(this.type, params, input);
    const { mean, variance } = this.params;
    if (lengthOf(mean) !== lengthOf(variance))
      throw new ParamError(
        this.type,
        `mean and variance must be given together and of one length, received ${JSON.stringify(mean)} and ${JSON.stringify(variance)}`,
      );
    if ([variance ?? 0].flat().some((value) => value < 0))
      throw new ParamError(this.type, `variance must be >= 0, received ${JSON.stringify(variance)}`);
  }

  adapt({ owner, columns }: LayerColumns, weights: Float64Array | undefined): LayerState {
    const column = columns[0] as NumberValues;
    const { places, sizes } = this.layout(column.shape);
    const { mean, variance } = this.params;
    if (mean !== null && variance !== null)
      return { numbers: { mean: this.spread(mean, sizes), variance: this.spread(variance, sizes) } };
    requireNumbers(owner, column);
    return { numbers: moments(column.values, places, product(sizes), weights) };
  }

  fitted(state: LayerState, shape: readonly number[]): FittedLayer {
    const [mean, variance] = [this.held(state, "mean"), this.held(state, "variance")];
    const { places, sizes } = this.layout(shape);
    const fits = (numbers: Float64Array): boolean =>
      numbers.length === product(sizes) && numbers.every(Number.isFinite);
    this.need(fits(mean) && fits(variance) && variance.every((v) => v >= 0), "mean and variance");
    const deviation = variance.map((v) => Math.max(Math.sqrt(v), least));
    const { invert } = this.params;
    const width = places.length;
    const run = ({ owner, columns }: LayerColumns): LayerVectors => {
      const column = columns[0] as NumberValues;
      requireNumbers(owner, column);
      const values = Float64Array.from(column.values, (value, k) => {
        const at = places[k % width];
        if (Number.isNaN(value)) return invert ? mean[at] : 0;
        return invert ? value * deviation[at] + mean[at] : (value - mean[at]) / deviation[at];
      });
      return { width, values };
    };
    return { kind: "numbers", width, run };
  }

  /** Which mean each number of a row has, and the sizes of the axes that have means of their own. */
  private layout(shape: readonly number[]): {
    readonly places: Int32Array;
    readonly sizes: readonly number[];
  } {
    const rank = shape.length + 1;
    const asked = this.params.axis === null ? [] : [this.params.axis].flat();
    const own = new Set(asked.map((at) => (at < 0 ? at + rank : at)));
    if (![...own].every((at) => at >= 1 && at < rank))
      throw new ParamError(
        this.type,
        `axis must name axes of rows of shape ${shape.join(" x ")}, from 1 to ${rank - 1}, received ${asked.join(", ")}`,
      );
    const places = new Int32Array(product(shape));
    for (let k = 0; k < places.length; k++) {
      for (let at = shape.length - 1, rest = k, stride = 1; at >= 0; at--) {
        if (own.has(at + 1)) {
          places[k] += (rest % shape[at]) * stride;
          stride *= shape[at];
        }
        rest = Math.floor(rest / shape[at]);
      }
    }
    return { places, sizes: shape.filter((_, at) => own.has(at + 1)) };
  }

  /** Given numbers for every place: one for all, or those of the last axes again and again. */
  private spread(numbers: number | readonly number[], sizes: readonly number[]): Float64Array {
    const list = [numbers].flat();
    const fits =
      typeof numbers === "number" || sizes.some((_, at) => product(sizes.slice(at)) === list.length);
    if (!fits)
      throw new ParamError(
        this.type,
        `mean and variance must be one number, or as long as the axes are (${sizes.join(" x ") || "none"}), received ${list.length}`,
      );
    return Float64Array.from({ length: product(sizes) }, (_, k) => list[k % list.length]);
  }
}

function lengthOf(numbers: number | readonly number[] | null): number | undefined {
  return numbers === null ? undefined : typeof numbers === "number" ? 0 : numbers.length;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Weighted means and population variances by place, in two passes, missing values left out; 0 and 1 where there are none. */
function moments(
  values: ArrayLike<number>,
  places: Int32Array,
  groups: number,
  weights: Float64Array | undefined,
): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const width = places.length;
  const total = new Float64Array(groups);
  const mean = new Float64Array(groups);
  const variance = new Float64Array(groups);
  const each = (add: (at: number, weight: number, value: number) => void): void => {
    for (let k = 0; k < values.length; k++) {
      if (!Number.isNaN(values[k])) add(places[k % width], weights?.[Math.floor(k / width)] ?? 1, values[k]);
    }
  };
  each((at, weight, value) => {
    total[at] += weight;
    mean[at] += weight * value;
  });
  for (let at = 0; at < groups; at++) mean[at] = total[at] > 0 ? mean[at] / total[at] : 0;
  each((at, weight, value) => {
    variance[at] += weight * (value - mean[at]) ** 2;
  });
  for (let at = 0; at < groups; at++) variance[at] = total[at] > 0 ? variance[at] / total[at] : 1;
  return { mean, variance };
}

/**
 * Numbers standardised by mean and variance, learned or given, as Keras's Normalization. A missing number counts as the
 * mean; `n.inputs.numeric` is what tells missing ones apart.
 *
 * @throws ParamError for bad options, and for an axis that rows don't have.
 * @example
 * const network = defineNetwork("scaled", (n) =>
 *   n.dense("output", n.inputs.numericColumn("amount", normalization()), { units: n.outputs }),
 * );
 */
export function normalization(options: NormalizationOptions = {}): Normalization {
  return new Normalization(options);
}
