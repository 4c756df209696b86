import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseFeatures,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Model,
  requireRows,
  sampleWeights,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { mapNumeric } from "../numeric-map.js";

const params = z.strictObject({
  withMean: z.boolean().default(true).describe("Whether to subtract the mean of each feature"),
  withStd: z.boolean().default(true).describe("Whether to divide by the standard deviation of each feature"),
});

/**
 * Standardises numeric features to mean 0 and variance 1, as scikit-learn's StandardScaler does: population variance,
 * missing values ignored in fit and kept in transform, constant features divided by 1, sample weights respected.
 *
 * @example
 * const scaler = await new StandardScaler().fit(fromColumns({ x: [1, 2, 3] }));
 * scaler.transform(fromColumns({ x: [2] })).column("x"); // values: [0]
 */
export class StandardScaler extends Estimator<typeof params, StandardScalerModel> {
  readonly type = "classical/standard-scaler";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["numeric", "tensor"],
    target: "none",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<StandardScalerModel> {
    const run = new FitRun(this.owner, options);
    requireRows(this.owner, data);
    const x = denseFeatures(this.owner, data, { missing: true });
    const weights = sampleWeights(this.owner, data);
    const mean = new Float64Array(x.columns);
    const scale = new Float64Array(x.columns).fill(1);
    for (let j = 0; j < x.columns; j++) {
      const { mean: m, variance } = moments(x.column(j), weights);
      if (this.params.withMean) mean[j] = m;
      if (this.params.withStd) scale[j] = nonConstant(variance, m, x.rows) ? Math.sqrt(variance) : 1;
      await run.step("feature", j + 1, x.columns);
    }
    return new StandardScalerModel(this, data.featureSchema, mean, scale);
  }
}

/** Weighted mean and population variance of the values that are there, in two passes for accuracy. */
function moments(
  values: Float64Array,
  weights: Float64Array | undefined,
): { mean: number; variance: number } {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    const w = weights?.[i] ?? 1;
    total += w;
    sum += w * values[i];
  }
  const mean = sum / total;
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    const w = weights?.[i] ?? 1;
    squares += w * (values[i] - mean) ** 2;
    rest += w * (values[i] - mean);
  }
  // The correction of Chan, Golub and LeVeque (1983) takes out the rounding of the mean.
  return { mean, variance: (squares - (rest * rest) / total) / total };
}

/** Whether a variance is more than the rounding error of a constant feature (Higham 2002, as scikit-learn has it). */
function nonConstant(variance: number, mean: number, rows: number): boolean {
  return variance > rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
}

export class StandardScalerModel extends Model<StandardScaler> implements Transforms {
  constructor(
    estimator: StandardScaler,
    features: DatasetSchema,
    /** Subtracted from each feature; 0 where `withMean` is off. */
    readonly mean: Float64Array,
    /** Divides each feature; 1 where `withStd` is off or the feature is constant. */
    readonly scale: Float64Array,
  ) {
    super(estimator, features);
  }

  /** The same columns, standardised. */
  transform(data: Dataset): Dataset {
    const { mean, scale } = this;
    denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
    return mapNumeric(
      data.selectFeatures(this.features.map(({ name }) => name)),
      (value, j) => (value - mean[j]) / scale[j],
    );
  }

  inverseTransform(data: Dataset): Dataset {
    const { mean, scale } = this;
    alignFeatures(this.owner, this.features, data);
    return mapNumeric(
      data.selectFeatures(this.features.map(({ name }) => name)),
      (value, j) => value * scale[j] + mean[j],
    );
  }
}

export const standardScalerCodec = defineCodec({
  type: "classical/standard-scaler",
  state: z.null(),
  estimator: (input) => new StandardScaler(input),
  encode: (model: StandardScalerModel) => ({
    state: null,
    tensors: { mean: model.mean, scale: model.scale },
  }),
  decode: ({ estimator, features, tensors }) => {
    const mean = tensors.float64("mean");
    return new StandardScalerModel(estimator, features, mean, tensors.float64("scale", mean.length));
  },
});
