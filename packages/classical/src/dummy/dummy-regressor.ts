import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type LabelledDataset,
  Model,
  numericTarget,
  type Regresses,
  requireKinds,
  sampleWeights,
} from "@strata-ml/core";
import { z } from "zod";

const params = z
  .strictObject({
    strategy: z
      .enum(["mean", "median", "quantile", "constant"])
      .default("mean")
      .describe("What is predicted of the training targets"),
    quantile: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .default(null)
      .describe("Which quantile strategy 'quantile' predicts; no other strategy takes it"),
    constant: z
      .number()
      .nullable()
      .default(null)
      .describe("What strategy 'constant' predicts; no other strategy takes it"),
  })
  .refine(({ strategy, quantile }) => (strategy === "quantile") === (quantile !== null), {
    path: ["quantile"],
    message: "must be given with strategy 'quantile', and only then",
  })
  .refine(({ strategy, constant }) => (strategy === "constant") === (constant !== null), {
    path: ["constant"],
    message: "must be given with strategy 'constant', and only then",
  });

/**
 * A regressor that predicts one number for every row, as scikit-learn's: the baseline that any model has to beat.
 * With weights a quantile is the smallest target at which the running weight reaches that part of the total; without,
 * it is interpolated between targets. The median is halfway between two targets that share the middle.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 3], y: [1, 2, 6] }, { target: "y" });
 * (await new DummyRegressor().fit(data)).predict(data); // Float64Array [3, 3, 3]
 */
export class DummyRegressor extends Estimator<typeof params, DummyRegressorModel, LabelledDataset> {
  readonly type = "classical/dummy-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: ["numeric", "categorical", "text", "sequence", "tensor", "sparse", "timestamp"],
    target: "required",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<DummyRegressorModel> {
    const run = new FitRun(this.owner, options);
    requireKinds(this.owner, data, this.tags.accepts);
    const y = numericTarget(this.owner, data);
    const weights = sampleWeights(this.owner, data);
    const value = this.value(y, weights);
    await run.step("row", data.rows, data.rows);
    return new DummyRegressorModel(this, data.featureSchema, value);
  }

  private value(y: Float64Array, weights: Float64Array | undefined): number {
    const { strategy, quantile, constant } = this.params;
    if (constant !== null) return constant;
    if (strategy === "mean") return mean(y, weights);
    if (weights === undefined) return interpolatedQuantile(y, quantile ?? 0.5);
    return strategy === "median" ? weightedMedian(y, weights) : weightedQuantile(y, weights, quantile ?? 0.5);
  }
}

function mean(y: Float64Array, weights: Float64Array | undefined): number {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weights === undefined ? 1 : weights[i];
    total += w;
    sum += w * y[i];
  }
  return sum / total;
}

function interpolatedQuantile(y: Float64Array, part: number): number {
  const sorted = y.slice().sort();
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Where the running weight reaches that part of the total: the inverted distribution function of Hyndman and Fan (1996). */
function weightedQuantile(y: Float64Array, weights: Float64Array, part: number): number {
  const { order, total } = ascending(y, weights);
  let sum = 0;
  const found = order.find((i) => (sum += weights[i]) >= part * total);
  return y[found ?? order[order.length - 1]];
}

function weightedMedian(y: Float64Array, weights: Float64Array): number {
  const { order, total } = ascending(y, weights);
  let sum = 0;
  const at = order.findIndex((i) => (sum += weights[i]) >= 0.5 * total);
  const next = sum === 0.5 * total ? Math.min(at + 1, order.length - 1) : at;
  return (y[order[at]] + y[order[next]]) / 2;
}

/** The rows of positive weight by ascending target, and their total weight. */
function ascending(y: Float64Array, weights: Float64Array): { order: Int32Array; total: number } {
  const order = Int32Array.from(y.keys())
    .filter((i) => weights[i] > 0)
    .sort((a, b) => y[a] - y[b]);
  return { order, total: order.reduce((sum, i) => sum + weights[i], 0) };
}

export class DummyRegressorModel extends Model<DummyRegressor> implements Regresses {
  constructor(
    estimator: DummyRegressor,
    features: DatasetSchema,
    /** What every row is predicted. */
    readonly value: number,
  ) {
    super(estimator, features);
  }

  predict(data: Dataset): Float64Array {
    return new Float64Array(alignFeatures(this.owner, this.features, data).rows).fill(this.value);
  }
}

export const dummyRegressorCodec = defineCodec({
  type: "classical/dummy-regressor",
  state: z.strictObject({ value: z.number() }),
  estimator: (input) => new DummyRegressor(input),
  encode: (model: DummyRegressorModel) => ({ state: { value: model.value } }),
  decode: ({ estimator, features, state }) => new DummyRegressorModel(estimator, features, state.value),
});
