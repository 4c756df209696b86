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
  sampleWeights,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
} from "@strata-ml/core";
import { z } from "zod";
import { rowScorer } from "../scorer/row-reader.js";
import { rowScores } from "./row-scores.js";
import { designMatrix, designWidth, linearScores } from "./design-matrix.js";
import { leastSquares } from "./least-squares.js";

const params = z.strictObject({
  fitIntercept: z.boolean().default(true).describe("Whether to fit an intercept"),
});

/**
 * Ordinary least squares: minimises sum of weight * (y - Xw - b)². Of many solutions, where features are collinear or
 * there are fewer rows than columns, the one with the smallest ||w||. Up to 2048 feature columns directly (512 where
 * they are collinear), beyond by conjugate gradients; sparse features stay sparse.
 *
 * @example
 * const model = await new LinearRegression().fit(fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" }));
 * model.predict(fromColumns({ x: [3] })); // Float64Array [about 7]
 */
export class LinearRegression extends Estimator<typeof params, LinearRegressionModel, LabelledDataset> {
  readonly type = "classical/linear-regression";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: false,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<LinearRegressionModel> {
    const run = new FitRun(this.owner, options);
    const y = numericTarget(this.owner, data);
    const design = designMatrix(this.owner, data);
    const weights = sampleWeights(this.owner, data);
    const { coef, intercept } = await leastSquares(
      { design, y, weights, alpha: 0, fitIntercept: this.params.fitIntercept },
      run,
    );
    return new LinearRegressionModel(this, data.featureSchema, coef, intercept);
  }
}

export class LinearRegressionModel extends Model<LinearRegression> implements Regresses, ScoresRows {
  constructor(
    estimator: LinearRegression,
    features: DatasetSchema,
    /** One coefficient for each column of the feature matrix. */
    readonly coef: Float64Array,
    readonly intercept: number,
  ) {
    super(estimator, features);
  }

  predict(data: Dataset): Float64Array {
    const design = designMatrix(this.owner, alignFeatures(this.owner, this.features, data));
    return linearScores(design, this.coef, Float64Array.of(this.intercept));
  }

  /** The prediction of one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    const scores = rowScores(this.coef, Float64Array.of(this.intercept));
    return rowScorer(this.owner, this.features, { missing: false }, options?.rows, scores);
  }
}

export const linearRegressionCodec = defineCodec({
  type: "classical/linear-regression",
  state: z.strictObject({ intercept: z.number() }),
  estimator: (input) => new LinearRegression(input),
  encode: (model: LinearRegressionModel) => ({
    state: { intercept: model.intercept },
    tensors: { coef: model.coef },
  }),
  decode: ({ estimator, features, state, tensors }) =>
    new LinearRegressionModel(
      estimator,
      features,
      tensors.float64("coef", designWidth(features)),
      state.intercept,
    ),
});
