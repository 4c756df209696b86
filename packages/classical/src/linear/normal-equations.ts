import { DataError, type FitRun } from "@strata-ml/core";
import type { DesignMatrix } from "./design-matrix.js";
import type { LeastSquaresProblem } from "./least-squares.js";

/** A least-squares problem with its means taken out, as every solver here sees it. */
export class NormalEquations {
  readonly design: DesignMatrix;

  private constructor(
    readonly problem: LeastSquaresProblem,
    /** Zero without an intercept. */
    readonly mean: Float64Array,
    readonly yMean: number,
    /** 1 for a feature that the intercept makes redundant: its coefficient is 0. */
    readonly constant: Uint8Array,
    private readonly squares: Float64Array,
  ) {
    this.design = problem.design;
  }

  static async of(problem: LeastSquaresProblem, run: FitRun): Promise<NormalEquations> {
    const { design, y, weights, fitIntercept } = problem;
    const p = design.columns;
    const { mean, variance } = design.moments(weights);
    let total = 0;
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      const w = weights === undefined ? 1 : weights[i];
      total += w;
      sum += w * y[i];
    }
    const constant = new Uint8Array(p);
    const squares = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      // What rounding alone gives to a constant feature is no variance (Higham, 2002).
      if (fitIntercept && !(variance[j] > (design.rows * mean[j] * Number.EPSILON) ** 2)) constant[j] = 1;
      squares[j] = total * (variance[j] + (fitIntercept ? 0 : mean[j] * mean[j]));
      if (!Number.isFinite(squares[j])) throw tooLarge(run.owner);
    }
    await run.breathe();
    const centre = fitIntercept ? mean : new Float64Array(p);
    return new NormalEquations(problem, centre, fitIntercept ? sum / total : 0, constant, squares);
  }

  intercept(coef: Float64Array): number {
    let intercept = this.yMean;
    for (let j = 0; j < coef.length; j++) intercept -= coef[j] * this.mean[j];
    return intercept;
  }

  /** Diagonal of X'WX + alpha I, X centred; 1 where that is 0. */
  diagonal(): Float64Array {
    return this.squares.map((value, j) => (this.constant[j] !== 0 ? 0 : value) + this.problem.alpha || 1);
  }

  /** Lower triangle of X'WX + alpha I, X centred; a constant feature has 1 on the diagonal and nothing else. */
  async gram(run: FitRun): Promise<Float64Array> {
    const { design, mean, constant, problem } = this;
    const p = design.columns;
    const gram = await design.gram(mean, problem.weights, run);
    for (let j = 0, at = 0; j < p; j++, at += p) {
      for (let k = 0; k < j; k++) if (constant[j] !== 0 || constant[k] !== 0) gram[at + k] = 0;
      gram[at + j] = constant[j] !== 0 ? 1 : gram[at + j] + problem.alpha || 1;
    }
    return gram;
  }

  /** Writes X'W(y - Xw) - alpha w, X and y centred: half the negative gradient. */
  async descent(coef: Float64Array, out: Float64Array, run: FitRun): Promise<void> {
    const { y, alpha } = this.problem;
    for (let j = 0; j < out.length; j++) out[j] = -alpha * coef[j];
    await this.addProduct(coef, 1, y, out, run);
  }

  /** Writes (X'WX + alpha I) v, X centred. */
  async apply(v: Float64Array, out: Float64Array, run: FitRun): Promise<void> {
    const { alpha } = this.problem;
    for (let j = 0; j < out.length; j++) out[j] = alpha * v[j];
    await this.addProduct(v, -1, undefined, out, run);
  }

  /** `out += sign * X'W(y - Xv)`, with 0 for an absent y. */
  private async addProduct(
    v: Float64Array,
    sign: 1 | -1,
    y: Float64Array | undefined,
    out: Float64Array,
    run: FitRun,
  ): Promise<void> {
    const { design, mean, yMean, constant, problem } = this;
    const { weights } = problem;
    const bias = new Float64Array(1);
    for (let j = 0; j < v.length; j++) bias[0] -= mean[j] * v[j];
    const scores = new Float64Array(design.blockRows);
    const blocksPerBreath = Math.max(1, Math.ceil(1e6 / (design.blockRows * Math.max(1, v.length))));
    const atZero = v.every((value) => value === 0);
    let sum = 0;
    for (let start = 0, block = 1; start < design.rows; start += design.blockRows, block++) {
      const end = Math.min(design.rows, start + design.blockRows);
      if (atZero) scores.fill(0);
      else design.scores(start, end, v, bias, scores);
      for (let i = start; i < end; i++) {
        const target = y === undefined ? 0 : y[i] - yMean;
        const rest = sign * (weights === undefined ? 1 : weights[i]) * (target - scores[i - start]);
        scores[i - start] = rest;
        sum += rest;
      }
      design.addTransposed(start, end, scores, 1, out);
      if (block % blocksPerBreath === 0) await run.breathe();
    }
    for (let j = 0; j < out.length; j++) out[j] = constant[j] !== 0 ? 0 : out[j] - mean[j] * sum;
  }
}

export function tooLarge(owner: string): DataError {
  return new DataError(owner, "features and target must be small enough to be squared, received larger ones");
}
