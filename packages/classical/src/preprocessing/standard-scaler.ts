import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FloatArray,
  Model,
  requireKinds,
  requireRows,
  sampleWeights,
  type Transforms,
  featureWidth,
} from "@strata-ml/core";
import { z } from "zod";
import { mapNumeric } from "../numeric-map.js";
import { finiteColumns } from "./finite-values.js";

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
    requireKinds(this.owner, data, this.tags.accepts);
    const weights = sampleWeights(this.owner, data);
    const features = data.featureSchema;
    const total = featureWidth(features);
    const mean = new Float64Array(total);
    const scale = new Float64Array(total).fill(1);
    let at = 0;
    for (const { values, width } of finiteColumns(this.owner, features, data)) {
      for (let j = 0; j < width; j++, at++) {
        const found = moments(values, j, width, weights);
        if (this.params.withMean) mean[at] = found.mean;
        if (this.params.withStd && nonConstant(found)) scale[at] = Math.sqrt(found.variance);
        await run.step("feature", at + 1, total);
      }
    }
    return new StandardScalerModel(this, features, mean, scale);
  }
}

interface Moments {
  readonly total: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * Total weight, weighted mean and population variance of element `start` of rows of `width`, missing ones left out,
 * in two passes for accuracy.
 */
function moments(
  values: FloatArray,
  start: number,
  width: number,
  weights: Float64Array | undefined,
): Moments {
  let total = 0;
  let sum = 0;
  for (let k = start, row = 0; k < values.length; k += width, row++) {
    const value = values[k];
    if (value !== value) continue;
    const w = weights === undefined ? 1 : weights[row];
    total += w;
    sum += w * value;
  }
  const mean = sum / total;
  let squares = 0;
  let rest = 0;
  for (let k = start, row = 0; k < values.length; k += width, row++) {
    const off = values[k] - mean;
    if (off !== off) continue;
    const w = weights === undefined ? 1 : weights[row];
    squares += w * off * off;
    rest += w * off;
  }
  // The correction of Chan, Golub and LeVeque (1983) takes out the rounding of the mean.
  return { total, mean, variance: (squares - (rest * rest) / total) / total };
}

/** Whether a variance is more than the rounding error of a constant feature (Higham 2002, as scikit-learn has it). */
function nonConstant({ variance, mean, total }: Moments): boolean {
  return variance > total * Number.EPSILON * variance + (total * mean * Number.EPSILON) ** 2;
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
    const aligned = alignFeatures(this.owner, this.features, data);
    finiteColumns(this.owner, this.features, aligned);
    return this.mapped(data, (value, j) => (value - mean[j]) / scale[j]);
  }

  /** The columns as they were before {@link transform}. */
  inverseTransform(data: Dataset): Dataset {
    const { mean, scale } = this;
    alignFeatures(this.owner, this.features, data);
    return this.mapped(data, (value, j) => value * scale[j] + mean[j]);
  }

  private mapped(data: Dataset, change: (value: number, j: number) => number): Dataset {
    return mapNumeric(data.selectFeatures(this.features.map(({ name }) => name)), change);
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
    const width = featureWidth(features);
    const mean = tensors.float64("mean", width);
    return new StandardScalerModel(estimator, features, mean, tensors.float64("scale", width));
  },
});
