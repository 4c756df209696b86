import type { Loss } from "./loss.js";
import { weightedMedian, weightedQuantile } from "./quantile.js";
import { weightedMean } from "./weighted-mean.js";

/** A loss of one score a row, by its value and derivatives at one row. */
export abstract class RowLoss implements Loss {
  readonly trees = 1;
  abstract baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array;
  protected abstract value(y: number, raw: number): number;
  protected abstract gradient(y: number, raw: number): number;
  protected abstract hessian(y: number, raw: number): number;

  derivatives(
    y: Float64Array,
    [raw]: readonly Float64Array[],
    weights: Float64Array | undefined,
    [out]: readonly Float32Array[],
  ): number {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      out[2 * i] = weight * this.gradient(y[i], raw[i]);
      out[2 * i + 1] = weight * this.hessian(y[i], raw[i]);
      sum += weight * this.value(y[i], raw[i]);
      total += weight;
    }
    return sum / total;
  }

  mean(y: Float64Array, [raw]: readonly Float64Array[], weights: Float64Array | undefined): number {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      sum += weight * this.value(y[i], raw[i]);
      total += weight;
    }
    return sum / total;
  }
}

/** Half of (y - raw)². */
export class SquaredErrorLoss extends RowLoss {
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(weightedMean(y, weights));
  }
  protected value(y: number, raw: number): number {
    return 0.5 * (raw - y) * (raw - y);
  }
  protected gradient(y: number, raw: number): number {
    return raw - y;
  }
  protected hessian(): number {
    return 1;
  }
}

/** |y - raw|; leaves are medians, for its hessian is 0. */
export class AbsoluteErrorLoss extends RowLoss {
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(weightedMedian(y, weights));
  }
  leafValue(residuals: Float64Array, weights: Float64Array | undefined): number {
    return weightedMedian(residuals, weights);
  }
  protected value(y: number, raw: number): number {
    return Math.abs(y - raw);
  }
  protected gradient(y: number, raw: number): number {
    return raw > y ? 1 : -1;
  }
  protected hessian(): number {
    return 1;
  }
}

/** Half the Poisson deviance of a mean of exp(raw), less what does not depend on raw. */
export class PoissonLoss extends RowLoss {
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(Math.log(Math.max(weightedMean(y, weights), 10 * Number.EPSILON)));
  }
  protected value(y: number, raw: number): number {
    return Math.exp(raw) - y * raw;
  }
  protected gradient(y: number, raw: number): number {
    return Math.exp(raw) - y;
  }
  protected hessian(_y: number, raw: number): number {
    return Math.exp(raw);
  }
}

/** The pinball loss of a quantile; leaves are quantiles, for its hessian is 0. */
export class QuantileLoss extends RowLoss {
  constructor(private readonly share: number) {
    super();
  }
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(weightedQuantile(y, weights, this.share));
  }
  leafValue(residuals: Float64Array, weights: Float64Array | undefined): number {
    return weightedQuantile(residuals, weights, this.share);
  }
  protected value(y: number, raw: number): number {
    return y >= raw ? this.share * (y - raw) : (1 - this.share) * (raw - y);
  }
  protected gradient(y: number, raw: number): number {
    return y >= raw ? -this.share : 1 - this.share;
  }
  protected hessian(): number {
    return 1;
  }
}

/** Half of (y - raw)² up to a residual of `delta`, and linear beyond (Huber 1964). */
export class HuberLoss extends RowLoss {
  constructor(private readonly delta: number) {
    super();
  }
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(weightedMean(y, weights));
  }
  protected value(y: number, raw: number): number {
    const off = Math.abs(raw - y);
    return off <= this.delta ? 0.5 * off * off : this.delta * (off - 0.5 * this.delta);
  }
  protected gradient(y: number, raw: number): number {
    return Math.max(-this.delta, Math.min(this.delta, raw - y));
  }
  protected hessian(): number {
    return 1;
  }
}

/** Half the gamma deviance of a mean of exp(raw), less what does not depend on raw. */
export class GammaLoss extends RowLoss {
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(Math.log(weightedMean(y, weights)));
  }
  protected value(y: number, raw: number): number {
    return raw + y * Math.exp(-raw);
  }
  protected gradient(y: number, raw: number): number {
    return 1 - y * Math.exp(-raw);
  }
  protected hessian(y: number, raw: number): number {
    return y * Math.exp(-raw);
  }
}

/** Half the Tweedie deviance of a mean of exp(raw), of a power between 1 and 2, less what does not depend on raw. */
export class TweedieLoss extends RowLoss {
  constructor(private readonly power: number) {
    super();
  }
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    return Float64Array.of(Math.log(Math.max(weightedMean(y, weights), 10 * Number.EPSILON)));
  }
  protected value(y: number, raw: number): number {
    const { power } = this;
    return (-y * Math.exp((1 - power) * raw)) / (1 - power) + Math.exp((2 - power) * raw) / (2 - power);
  }
  protected gradient(y: number, raw: number): number {
    return -y * Math.exp((1 - this.power) * raw) + Math.exp((2 - this.power) * raw);
  }
  protected hessian(y: number, raw: number): number {
    const { power } = this;
    return -y * (1 - power) * Math.exp((1 - power) * raw) + (2 - power) * Math.exp((2 - power) * raw);
  }
}
