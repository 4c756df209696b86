import {
  ArtifactError,
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseFeatures,
  featureColumns,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Matrix,
  Model,
  requireKinds,
  requireRows,
  type Transforms,
  featureWidth,
} from "@strata-ml/core";
import { z } from "zod";
import { sumOf } from "../kernels/sum.js";
import { columnsOf } from "./dense-columns.js";
import { axesByCovariance, axesBySvd, type PrincipalAxes } from "./principal-axes.js";
import { project, requireComponents } from "./projection.js";
import { signedRows } from "./singular-factors.js";

const params = z.strictObject({
  nComponents: z
    .number()
    .positive()
    .refine((value) => value < 1 || Number.isInteger(value), "must be a whole number or a fraction < 1")
    .nullable()
    .default(null)
    .describe(
      "Components to keep, or below 1 the part of the variance that they must explain; null keeps all",
    ),
  whiten: z.boolean().default(false).describe("Whether outputs are brought to variance 1"),
  svdSolver: z
    .enum(["auto", "full", "covarianceEigh"])
    .default("auto")
    .describe(
      "'full' decomposes the centred rows, which finds small variances too, 'covarianceEigh' their covariance, in which those below 1e-15 of the largest are lost; 'auto' takes the covariance of at most 1000 features with 10 times as many rows",
    ),
});

/**
 * Principal component analysis: the centred features along their directions of largest variance, as scikit-learn's PCA
 * with its exact solvers, signs included (each component's largest element is positive). Features become one tensor block
 * `pca` with elements `pca0`, `pca1`, ...
 *
 * All components of d features (or rows, where they are fewer) cost on the order of d³; above 300 a twentieth of them or
 * less cost far less.
 *
 * @throws DataError for fewer than 2 rows, more components than rows or features, and missing values.
 * @example
 * const data = fromColumns({ x: [1, 2, 3], y: [2, 4, 6] });
 * const model = await new PCA({ nComponents: 1 }).fit(data);
 * model.explainedVarianceRatio; // [about 1]
 * model.transform(data).column("pca"); // shape: [1], values: [-2.236, 0, 2.236]
 */
export class PCA extends Estimator<typeof params, PCAModel> {
  readonly type = "classical/pca";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["numeric", "tensor"],
    target: "none",
    missing: false,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<PCAModel> {
    const run = new FitRun(this.owner, options);
    const { nComponents } = this.params;
    requireRows(this.owner, data, 2);
    requireKinds(this.owner, data, this.tags.accepts);
    const columns = featureColumns(this.owner, data);
    const { rows } = data;
    const most = Math.min(rows, columns.length);
    if (nComponents !== null && nComponents > most)
      throw new DataError(
        this.owner,
        `nComponents must be at most the number of rows and of features (${rows} and ${columns.length}), received ${nComponents}`,
      );
    const mean = Float64Array.from(columns, (column) => sumOf(column) / rows);
    const wanted = nComponents === null || nComponents < 1 ? most : nComponents;
    const found = this.byCovariance(rows, columns.length)
      ? await axesByCovariance(columns, rows, mean, wanted, run)
      : await axesBySvd(denseFeatures(this.owner, data), mean, wanted, run);
    const k = nComponents === null || nComponents >= 1 ? wanted : enough(found, nComponents);
    await run.step("component", k, k);
    return new PCAModel(this, data.featureSchema, { mean, ...fitted(found, k, most, rows) });
  }

  private byCovariance(rows: number, columns: number): boolean {
    const { svdSolver } = this.params;
    return svdSolver === "auto" ? columns <= 1000 && rows >= 10 * columns : svdSolver === "covarianceEigh";
  }
}

/** How many components explain more than a part of the variance. */
function enough({ variances, totalVariance }: PrincipalAxes, part: number): number {
  let sum = 0;
  let k = 0;
  while (k < variances.length && sum <= part * totalVariance) sum += variances[k++];
  return Math.max(1, k);
}

function fitted(found: PrincipalAxes, k: number, most: number, rows: number): Omit<Fitted, "mean"> {
  const { variances, axes, totalVariance } = found;
  const explainedVariance = variances.slice(0, k);
  return {
    components: signedRows(axes.slice(0, k)),
    explainedVariance,
    explainedVarianceRatio: explainedVariance.map((value) => (totalVariance > 0 ? value / totalVariance : 0)),
    singularValues: explainedVariance.map((value) => Math.sqrt(value * (rows - 1))),
    noiseVariance: k < most ? restVariance(found, k, most) / (most - k) : 0,
  };
}

/** The variance along the axes after the first `k`; a sum where they are known, since a difference rounds more. */
function restVariance(found: PrincipalAxes, k: number, most: number): number {
  const { variances, totalVariance } = found;
  if (found.restVariance !== undefined) return found.restVariance;
  if (variances.length === most) return variances.subarray(k).reduce((sum, value) => sum + value, 0);
  return Math.max(
    0,
    variances.subarray(0, k).reduce((rest, value) => rest - value, totalVariance),
  );
}

interface Fitted {
  readonly mean: Float64Array;
  readonly components: Matrix;
  readonly explainedVariance: Float64Array;
  readonly explainedVarianceRatio: Float64Array;
  readonly singularValues: Float64Array;
  readonly noiseVariance: number;
}

export class PCAModel extends Model<PCA> implements Transforms {
  /** Of each feature. */
  readonly mean: Float64Array;
  /** Principal axes, components x features. */
  readonly components: Matrix;
  /** Variance (divided by rows - 1) along each axis, falling. */
  readonly explainedVariance: Float64Array;
  /** The same as parts of the variance of all features. */
  readonly explainedVarianceRatio: Float64Array;
  /** Of the centred training rows. */
  readonly singularValues: Float64Array;
  /** Mean variance along the axes left out (Tipping and Bishop 1999). */
  readonly noiseVariance: number;

  constructor(estimator: PCA, features: DatasetSchema, parts: Fitted) {
    super(estimator, features);
    this.mean = parts.mean;
    this.components = parts.components;
    this.explainedVariance = parts.explainedVariance;
    this.explainedVarianceRatio = parts.explainedVarianceRatio;
    this.singularValues = parts.singularValues;
    this.noiseVariance = parts.noiseVariance;
  }

  /** The features replaced by the block `pca`. */
  transform(data: Dataset): Dataset {
    const x = denseFeatures(this.owner, alignFeatures(this.owner, this.features, data));
    const width = x.columns;
    for (let i = 0, at = 0; i < x.rows; i++) {
      for (let j = 0; j < width; j++, at++) x.data[at] -= this.mean[j];
    }
    const { data: values, columns: k } = project({ dense: x }, this.components);
    const deviations = this.deviations();
    for (let at = 0; at < values.length; at++) values[at] /= deviations[at % k];
    const names = Array.from({ length: k }, (_, c) => `pca${c}`);
    return data.withFeatures({ pca: { kind: "tensor", values, shape: [k], names } });
  }

  /** The original features from the block `pca`, as near as the components kept can give them. */
  inverseTransform(data: Dataset): Dataset {
    const { values, shape } = data.column("pca", "tensor");
    const k = this.components.rows;
    const width = this.components.columns;
    if (shape.length !== 1 || shape[0] !== k)
      throw new DataError(this.owner, `column 'pca' must be of shape ${k}, received ${shape.join(" x ")}`);
    const deviations = this.deviations();
    const out = new Float64Array(data.rows * width);
    for (let i = 0; i < data.rows; i++) {
      const row = out.subarray(i * width, (i + 1) * width);
      row.set(this.mean);
      for (let c = 0; c < k; c++) {
        const along = values[i * k + c] * deviations[c];
        for (let j = 0; j < width; j++) row[j] += along * this.components.data[c * width + j];
      }
    }
    return data.withFeatures(Object.fromEntries(columnsOf(this.features, out, data.rows)));
  }

  /** What outputs are divided by: 1, or under `whiten` the standard deviation along the axis. */
  private deviations(): Float64Array {
    const { whiten } = this.estimator.params;
    return this.explainedVariance.map((value) => (whiten ? Math.max(Math.sqrt(value), Number.EPSILON) : 1));
  }
}

export const pcaCodec = defineCodec({
  type: "classical/pca",
  state: z.strictObject({ noiseVariance: z.number().min(0) }),
  estimator: (input) => new PCA(input),
  encode: (model: PCAModel) => ({
    state: { noiseVariance: model.noiseVariance },
    tensors: {
      mean: model.mean,
      components: model.components,
      explainedVariance: model.explainedVariance,
      explainedVarianceRatio: model.explainedVarianceRatio,
      singularValues: model.singularValues,
    },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    if (features.some(({ kind }) => !estimator.tags.accepts.includes(kind)))
      throw new ArtifactError(estimator.owner, `features must be ${estimator.tags.accepts.join(", ")}`);
    const width = featureWidth(features);
    const components = tensors.matrix("components");
    requireComponents(estimator.owner, components, width);
    const k = components.rows;
    return new PCAModel(estimator, features, {
      mean: tensors.float64("mean", width),
      components,
      explainedVariance: tensors.float64("explainedVariance", k),
      explainedVarianceRatio: tensors.float64("explainedVarianceRatio", k),
      singularValues: tensors.float64("singularValues", k),
      noiseVariance: state.noiseVariance,
    });
  },
});
