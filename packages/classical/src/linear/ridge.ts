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
  type LabelledDataset,
  Model,
  numericTarget,
  type Regresses,
  sampleWeights,
} from "@strata-ml/core";
import { CholeskyDecomposition, Matrix as MlMatrix, solve } from "ml-matrix";
import { z } from "zod";

const params = z.strictObject({
  alpha: z.number().min(0).default(1).describe("Strength of the L2 penalty; 0 is ordinary least squares"),
  fitIntercept: z.boolean().default(true).describe("Whether to fit an intercept, which is not penalised"),
});

/**
 * Linear least squares with an L2 penalty: minimises ||y - Xw||² + alpha ||w||² in closed form,
 * as scikit-learn's Ridge with the Cholesky solver.
 *
 * @example
 * const model = await new Ridge({ alpha: 0.1 }).fit(fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" }));
 * model.predict(fromColumns({ x: [3] })); // Float64Array [about 6.9]
 */
export class Ridge extends Estimator<typeof params, RidgeModel, LabelledDataset> {
  readonly type = "classical/ridge";
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

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<RidgeModel> {
    const run = new FitRun(this.owner, options);
    const y = numericTarget(this.owner, data);
    const x = denseFeatures(this.owner, data);
    const weights = sampleWeights(this.owner, data);
    const { alpha, fitIntercept } = this.params;

    const xMean = new Float64Array(x.columns);
    let yMean = 0;
    if (fitIntercept) {
      let total = 0;
      for (let i = 0; i < x.rows; i++) {
        const w = weights?.[i] ?? 1;
        total += w;
        yMean += w * y[i];
        for (let j = 0; j < x.columns; j++) xMean[j] += w * x.at(i, j);
      }
      yMean /= total;
      for (let j = 0; j < x.columns; j++) xMean[j] /= total;
    }

    const gram = new MlMatrix(x.columns, x.columns);
    const moment = new MlMatrix(x.columns, 1);
    const centred = new Float64Array(x.columns);
    for (let i = 0; i < x.rows; i++) {
      const w = weights?.[i] ?? 1;
      for (let j = 0; j < x.columns; j++) centred[j] = x.at(i, j) - xMean[j];
      for (let j = 0; j < x.columns; j++) {
        const wx = w * centred[j];
        moment.set(j, 0, moment.get(j, 0) + wx * (y[i] - yMean));
        for (let k = 0; k <= j; k++) gram.set(j, k, gram.get(j, k) + wx * centred[k]);
      }
      if (i % 1024 === 0) await run.step("row", i, x.rows);
    }
    for (let j = 0; j < x.columns; j++) {
      gram.set(j, j, gram.get(j, j) + alpha);
      for (let k = 0; k < j; k++) gram.set(k, j, gram.get(j, k));
    }
    const coef = Float64Array.from(solvePositive(gram, moment).to1DArray());
    let intercept = yMean;
    for (let j = 0; j < x.columns; j++) intercept -= coef[j] * xMean[j];
    await run.step("row", x.rows, x.rows);
    return new RidgeModel(this, data.featureSchema, coef, intercept);
  }
}

/** Cholesky where the matrix is positive definite; the minimum-norm solution by SVD where features are collinear and alpha is 0. */
function solvePositive(gram: MlMatrix, moment: MlMatrix): MlMatrix {
  const cholesky = new CholeskyDecomposition(gram);
  return cholesky.isPositiveDefinite() ? cholesky.solve(moment) : solve(gram, moment, true);
}

export class RidgeModel extends Model<Ridge> implements Regresses {
  constructor(
    estimator: Ridge,
    features: DatasetSchema,
    /** One coefficient for each column of the feature matrix. */
    readonly coef: Float64Array,
    readonly intercept: number,
  ) {
    super(estimator, features);
  }

  predict(data: Dataset): Float64Array {
    const x = denseFeatures(this.owner, alignFeatures(this.owner, this.features, data));
    const out = new Float64Array(x.rows).fill(this.intercept);
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < x.columns; j++) out[i] += x.at(i, j) * this.coef[j];
    }
    return out;
  }
}

export const ridgeCodec = defineCodec({
  type: "classical/ridge",
  state: z.strictObject({ intercept: z.number() }),
  estimator: (input) => new Ridge(input),
  encode: (model: RidgeModel) => ({ state: { intercept: model.intercept }, tensors: { coef: model.coef } }),
  decode: ({ estimator, features, state, tensors }) =>
    new RidgeModel(estimator, features, tensors.float64("coef"), state.intercept),
});
