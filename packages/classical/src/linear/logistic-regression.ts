import {
  alignFeatures,
  ArtifactError,
  type Classifies,
  type ClassTarget,
  classTarget,
  DataError,
  type Dataset,
  type DatasetSchema,
  type Decides,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  Matrix,
  minimise,
  Model,
  type PredictsProbability,
  sampleWeights,
  weightsWithClasses,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
} from "@strata-ml/core";
import { z } from "zod";
import { rowScorer } from "../scorer/row-reader.js";
import { rowScores } from "./row-scores.js";
import { designMatrix, designWidth, linearScores } from "./design-matrix.js";
import { sigmoid, softmaxRows } from "./logistic-loss.js";
import { logisticObjective } from "./logistic-objective.js";

const params = z.strictObject({
  C: z
    .number()
    .positive()
    .default(1)
    .describe("Inverse strength of the L2 penalty: C * sum of weighted losses + 0.5 ||w||² is minimised"),
  penalty: z.enum(["l2"]).nullable().default("l2").describe("null fits without a penalty, whatever C is"),
  fitIntercept: z.boolean().default(true).describe("Whether to fit an intercept, which is not penalised"),
  tol: z
    .number()
    .positive()
    .default(1e-6)
    .describe(
      "Converged when no entry of the gradient of the mean loss, by standardised coefficients, is larger",
    ),
  maxIter: z.int().min(1).default(1000).describe("Most iterations of L-BFGS"),
  classWeight: z
    .union([z.literal("balanced"), z.record(z.string(), z.number().min(0)), z.null()])
    .default(null)
    .describe("Factors of the classes' sample weights by label, or 'balanced' for equal totals"),
});

/**
 * Logistic regression with an L2 penalty: binary, and multinomial (softmax) for more classes, fitted by L-BFGS.
 * The objective is scikit-learn's, weights and `C` included; the minimiser works in standardised coordinates, so that
 * features need no scaling to converge (the penalty still depends on their scale).
 *
 * @example
 * const data = fromColumns({ hours: [1, 2, 3, 4], passed: [0, 0, 1, 1] }, { target: "passed" });
 * const model = await new LogisticRegression({ C: 10 }).fit(data);
 * model.predictProba(fromColumns({ hours: [2.5] })).row(0); // Float64Array [about 0.5, about 0.5]
 */
export class LogisticRegression extends Estimator<typeof params, LogisticRegressionModel, LabelledDataset> {
  readonly type = "classical/logistic-regression";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: false,
    sampleWeight: true,
    multiclass: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<LogisticRegressionModel> {
    const run = new FitRun(this.owner, options);
    const { C, penalty, fitIntercept, tol, maxIter } = this.params;
    const target = classTarget(this.owner, data);
    const design = designMatrix(this.owner, data);
    const weights = this.weights(data, target);
    const classes = target.classes.length;
    const problem = {
      design,
      codes: target.codes,
      classes,
      weights,
      penalty: penalty === null ? 0 : 1 / C,
      fitIntercept,
    };
    const { evaluate, start, coordinates } = logisticObjective(problem, run);
    const result = await minimise(evaluate, start, {
      tol,
      maxIter,
      onIteration: (iteration, loss, gradient) =>
        run.step("iteration", iteration, maxIter, { loss, gradient }),
    });
    if (!result.converged) {
      run.warn(
        `no convergence after ${result.iterations} iterations: the gradient is ${result.gradientSize.toExponential(1)}, tol ${tol} (raise maxIter, or lower C)`,
      );
    }
    const coef = new Matrix(coordinates.outputs, design.columns);
    const intercept = new Float64Array(coordinates.outputs);
    coordinates.toOriginal(result.x, coef.data, intercept);
    await run.step("iteration", result.iterations, result.iterations, { loss: result.value });
    return new LogisticRegressionModel(
      this,
      data.featureSchema,
      target.classes,
      coef,
      intercept,
      result.iterations,
      result.converged,
    );
  }

  private weights(data: LabelledDataset, target: ClassTarget): Float64Array | undefined {
    const own = sampleWeights(this.owner, data);
    const { classWeight } = this.params;
    const weights = weightsWithClasses(this.owner, own, target, classWeight);
    if (weights !== undefined) {
      const weighted = new Set<number>();
      for (let i = 0; i < weights.length; i++) if (weights[i] > 0) weighted.add(target.codes[i]);
      if (weighted.size < 2) {
        throw new DataError(
          this.owner,
          `the target must have at least 2 classes with positive weight, received ${weighted.size}`,
        );
      }
    }
    return weights;
  }
}

export class LogisticRegressionModel
  extends Model<LogisticRegression>
  implements Classifies, PredictsProbability, Decides, ScoresRows
{
  constructor(
    estimator: LogisticRegression,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** Coefficients: 1 x columns of the feature matrix for two classes, else classes x columns. */
    readonly coef: Matrix,
    /** One for each row of `coef`. */
    readonly intercept: Float64Array,
    /** Iterations of L-BFGS. */
    readonly nIter: number,
    /** Whether `tol`, or the precision of float64, was reached within `maxIter`. */
    readonly converged: boolean,
  ) {
    super(estimator, features);
  }

  /** Log-odds of the second class (rows x 1), or the scores that the softmax takes (rows x classes). */
  decisionFunction(data: Dataset): Matrix {
    const design = designMatrix(this.owner, alignFeatures(this.owner, this.features, data));
    return new Matrix(
      design.rows,
      this.intercept.length,
      linearScores(design, this.coef.data, this.intercept),
    );
  }

  predictProba(data: Dataset): Matrix {
    const scores = this.decisionFunction(data);
    if (scores.columns > 1) {
      softmaxRows(scores.data, scores.columns);
      return scores;
    }
    const out = new Matrix(scores.rows, 2);
    for (let i = 0; i < scores.rows; i++) {
      out.data[2 * i] = sigmoid(-scores.data[i]);
      out.data[2 * i + 1] = sigmoid(scores.data[i]);
    }
    return out;
  }

  /** Probabilities by class of one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    const scores = rowScores(this.coef.data, this.intercept);
    const out = new Float64Array(this.classes.length);
    return rowScorer(this.owner, this.features, { missing: false }, options?.rows, (x) => {
      const raw = scores(x);
      if (raw.length > 1) {
        softmaxRows(raw, raw.length);
        return raw;
      }
      out[0] = sigmoid(-raw[0]);
      out[1] = sigmoid(raw[0]);
      return out;
    });
  }

  predict(data: Dataset): Label[] {
    const scores = this.decisionFunction(data);
    return Array.from({ length: scores.rows }, (_, i) => this.classes[winner(scores.row(i))]);
  }
}

/** Place of the largest score; of the log-odds alone, which class they favour. */
function winner(scores: Float64Array): number {
  if (scores.length === 1) return scores[0] > 0 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
  return best;
}

export const logisticRegressionCodec = defineCodec({
  type: "classical/logistic-regression",
  state: z.strictObject({
    classes: z.array(z.union([z.number(), z.string()])).min(2),
    nIter: z.int().min(0),
    converged: z.boolean(),
  }),
  estimator: (input) => new LogisticRegression(input),
  encode: (model: LogisticRegressionModel) => ({
    state: { classes: [...model.classes], nIter: model.nIter, converged: model.converged },
    tensors: { coef: model.coef, intercept: model.intercept },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const { classes, nIter, converged } = state;
    if (new Set(classes).size !== classes.length)
      throw new ArtifactError(estimator.owner, "classes must differ from each other");
    const outputs = classes.length === 2 ? 1 : classes.length;
    const coef = tensors.matrix("coef", outputs, designWidth(features));
    const intercept = tensors.float64("intercept", outputs);
    return new LogisticRegressionModel(estimator, features, classes, coef, intercept, nIter, converged);
  },
});
