import type { EpochRule } from "../../training/trainer.js";
import type { MlpParams } from "./mlp-params.js";

/** How scikit-learn's perceptrons change the step size and end. */
export class MlpRule implements EpochRule {
  learningRate: number;
  private lowest = Number.POSITIVE_INFINITY;
  private waited = 0;
  private seen = 0;

  constructor(
    private readonly params: MlpParams,
    /** Rows of an epoch. */
    private readonly rows: number,
  ) {
    this.learningRate = params.learningRateInit;
  }

  ends(loss: number, validationLoss: number | undefined): boolean {
    const { tol, nIterNoChange, earlyStopping, learningRateInit, powerT } = this.params;
    const judged = (earlyStopping ? validationLoss : undefined) ?? loss;
    this.waited = judged > this.lowest - tol ? this.waited + 1 : 0;
    this.lowest = Math.min(this.lowest, judged);
    this.seen += this.rows;
    if (this.follows("invscaling")) this.learningRate = learningRateInit / (this.seen + 1) ** powerT;
    if (this.waited <= nIterNoChange) return false;
    if (!this.follows("adaptive") || this.learningRate <= 1e-6) return true;
    this.learningRate /= 5;
    this.waited = 0;
    return false;
  }

  private follows(schedule: MlpParams["learningRate"]): boolean {
    return this.params.solver === "sgd" && this.params.learningRate === schedule;
  }
}
