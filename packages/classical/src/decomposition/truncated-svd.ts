import {
  ArtifactError,
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Matrix,
  Model,
  Random,
  requireRows,
  type Transforms,
  featureWidth,
} from "@strata-ml/core";
import { z } from "zod";
import { exactSvd } from "./exact-svd.js";
import { denseOperator, sparseOperator } from "./linear-operator.js";
import { columnVariances, featureMatrix, project, requireComponents, totalVariance } from "./projection.js";
import { randomizedSvd } from "./randomized-svd.js";
import { signedRows } from "./singular-factors.js";

const params = z.strictObject({
  nComponents: z
    .int()
    .min(1)
    .default(2)
    .describe("Components to keep: of fewer rows or features as many as there are, with a warning"),
  algorithm: z
    .enum(["randomized", "exact"])
    .default("randomized")
    .describe("'randomized' is quick and close, 'exact' goes on until the components are right to rounding"),
  nIter: z
    .int()
    .min(0)
    .max(1000)
    .default(5)
    .describe("Power iterations of 'randomized': more are closer where the spectrum falls slowly"),
  nOversamples: z.int().min(0).default(10).describe("Random vectors of 'randomized' beyond nComponents"),
  seed: z.number().default(0).describe("Seed of the random start"),
});

/**
 * The features along their leading singular vectors, without centring, so that sparse ones stay sparse: latent semantic
 * analysis where they are TF-IDF weights. As scikit-learn's TruncatedSVD, signs included (each component's largest
 * element is positive). Features become one tensor block `svd` with elements `svd0`, `svd1`, ...
 *
 * Halko, Martinsson and Tropp, "Finding structure with randomness" (2009).
 *
 * Where rows or features are fewer than `nComponents`, as a small vocabulary's may be, there are as many components as
 * the lesser of them, and a warning says so.
 *
 * @throws DataError for missing values, and for features without any number.
 * @example
 * const data = fromColumns({ x: [1, 2, 3], y: [2, 4, 6] });
 * const model = await new TruncatedSVD({ nComponents: 1 }).fit(data);
 * model.singularValues; // [about 8.37]
 * model.transform(data).column("svd"); // shape: [1], values: [2.236, 4.472, 6.708]
 */
export class TruncatedSVD extends Estimator<typeof params, TruncatedSVDModel> {
  readonly type = "classical/truncated-svd";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["numeric", "tensor", "sparse"],
    target: "none",
    missing: false,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<TruncatedSVDModel> {
    const run = new FitRun(this.owner, options);
    const { algorithm, seed } = this.params;
    requireRows(this.owner, data);
    const x = featureMatrix(this.owner, data);
    const k = this.components("dense" in x ? x.dense : x.sparse, run);
    const operator = "dense" in x ? denseOperator(x.dense) : sparseOperator(x.sparse);
    const random = new Random(seed).fork("svd");
    const { right, singularValues } =
      algorithm === "exact"
        ? await exactSvd(operator, k, random, run)
        : await randomizedSvd(operator, k, this.params, random, run);
    const components = signedRows(right);
    const explained = columnVariances(project(x, components));
    await run.breathe();
    const total = totalVariance(x);
    return new TruncatedSVDModel(this, data.featureSchema, {
      components,
      singularValues,
      explainedVariance: explained,
      explainedVarianceRatio: explained.map((value) => (total > 0 ? value / total : 0)),
    });
  }

  /** As many components as are asked for and as there can be. */
  private components({ rows, columns }: Size, run: FitRun): number {
    const { nComponents } = this.params;
    if (columns === 0)
      throw new DataError(this.owner, "the features must hold at least one number a row, received none");
    const k = Math.min(nComponents, rows, columns);
    if (k < nComponents)
      run.warn(`nComponents is ${nComponents}, but ${rows} rows of ${columns} features have only ${k}`);
    return k;
  }
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

interface Fitted {
  readonly components: Matrix;
  readonly singularValues: Float64Array;
  readonly explainedVariance: Float64Array;
  readonly explainedVarianceRatio: Float64Array;
}

export class TruncatedSVDModel extends Model<TruncatedSVD> implements Transforms {
  /** Right singular vectors, components x features. */
  readonly components: Matrix;
  /** Falling. */
  readonly singularValues: Float64Array;
  /** Variance of the training rows along each component. */
  readonly explainedVariance: Float64Array;
  /** The same as parts of the variance of all features. */
  readonly explainedVarianceRatio: Float64Array;

  constructor(estimator: TruncatedSVD, features: DatasetSchema, fitted: Fitted) {
    super(estimator, features);
    this.components = fitted.components;
    this.singularValues = fitted.singularValues;
    this.explainedVariance = fitted.explainedVariance;
    this.explainedVarianceRatio = fitted.explainedVarianceRatio;
  }

  /** The features replaced by the block `svd`. */
  transform(data: Dataset): Dataset {
    const x = featureMatrix(this.owner, alignFeatures(this.owner, this.features, data));
    const { data: values, columns } = project(x, this.components);
    const names = Array.from({ length: columns }, (_, c) => `svd${c}`);
    return data.withFeatures({ svd: { kind: "tensor", values, shape: [columns], names } });
  }
}

export const truncatedSvdCodec = defineCodec({
  type: "classical/truncated-svd",
  state: z.null(),
  estimator: (input) => new TruncatedSVD(input),
  encode: (model: TruncatedSVDModel) => ({
    state: null,
    tensors: {
      components: model.components,
      singularValues: model.singularValues,
      explainedVariance: model.explainedVariance,
      explainedVarianceRatio: model.explainedVarianceRatio,
    },
  }),
  decode: ({ estimator, features, tensors }) => {
    const components = tensors.matrix("components");
    requireComponents(estimator.owner, components, featureWidth(features));
    const k = components.rows;
    if (k > estimator.params.nComponents)
      throw new ArtifactError(
        estimator.owner,
        `there must be at most nComponents (${estimator.params.nComponents}) components, received ${k}`,
      );
    return new TruncatedSVDModel(estimator, features, {
      components,
      singularValues: tensors.float64("singularValues", k),
      explainedVariance: tensors.float64("explainedVariance", k),
      explainedVarianceRatio: tensors.float64("explainedVarianceRatio", k),
    });
  },
});
