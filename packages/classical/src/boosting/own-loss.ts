import { DataError } from "@strata-ml/core";
import { RowLoss } from "./regression-losses.js";

/** A loss of one row, and its derivatives by the raw score. */
export interface RowLossFunctions {
  /** What is decreased: its mean over the rows is the loss history. */
  readonly value: (y: number, raw: number) => number;
  readonly gradient: (y: number, raw: number) => number;
  /** Not negative; 1 everywhere makes plain gradient steps. */
  readonly hessian: (y: number, raw: number) => number;
  /** The score that all rows begin at; default: the constant that Newton steps lead to from the mean of the target. */
  readonly baseline?: number;
}

/** Steps towards the best constant. */
const mostSteps = 50;

/** A loss that is not one of ours. */
export class OwnLoss extends RowLoss {
  constructor(
    private readonly owner: string,
    private readonly functions: RowLossFunctions,
  ) {
    super();
  }

  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    const { baseline } = this.functions;
    if (baseline !== undefined) return Float64Array.of(this.finite("baseline", baseline));
    let total = 0;
    let score = 0;
    y.forEach((value, i) => {
      total += weights?.[i] ?? 1;
      score += (weights?.[i] ?? 1) * value;
    });
    score /= total;
    for (let step = 0; step < mostSteps; step++) {
      let gradient = 0;
      let hessian = 0;
      y.forEach((value, i) => {
        gradient += (weights?.[i] ?? 1) * this.gradient(value, score);
        hessian += (weights?.[i] ?? 1) * this.hessian(value, score);
      });
      if (!(hessian > 0) || Math.abs(gradient) <= 1e-12 * hessian * (1 + Math.abs(score))) break;
      score -= gradient / hessian;
    }
    return Float64Array.of(this.finite("baseline", score));
  }

  protected value(y: number, raw: number): number {
    return this.finite("value", this.functions.value(y, raw));
  }
  protected gradient(y: number, raw: number): number {
    return this.finite("gradient", this.functions.gradient(y, raw));
  }
  protected hessian(y: number, raw: number): number {
    const hessian = this.finite("hessian", this.functions.hessian(y, raw));
    if (hessian >= 0) return hessian;
    throw new DataError(this.owner, `the hessian of the loss must be >= 0, received ${hessian}`);
  }

  private finite(what: string, value: number): number {
    if (Number.isFinite(value)) return value;
    throw new DataError(this.owner, `the ${what} of the loss must be finite, received ${String(value)}`);
  }
}
