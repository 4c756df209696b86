import { choleskyInPlace, solveLower, solveUpper } from "./cholesky.js";
import type { DesignMatrix } from "./design-matrix.js";

/** Widest matrix whose correlations are worked out; beyond it features are only scaled. */
const widestFactor = 512;
/** Multiply-adds spent on them: with more rows a sample stands for all. */
const factorBudget = 2e8;

export interface Curvature {
  readonly weights: Float64Array | undefined;
  readonly totalWeight: number;
  /** Second derivative of a row's loss by its score, about the average of all rows. */
  readonly perRow: number;
  /** Second derivative of the penalty by a coefficient. */
  readonly penalty: number;
  readonly fitIntercept: boolean;
}

/**
 * Coefficients of a linear model in coordinates where features are centred (through the intercept), and where the
 * curvature of the objective is about the identity. A minimiser then converges as quickly on raw and on correlated
 * features as on independent standardised ones. Only the way to the minimum changes, not the minimum; features are
 * not touched, so sparse ones stay sparse.
 *
 * A parameter vector is K x columns coefficients, followed by K intercepts with `fitIntercept`.
 */
export class WhitenedCoordinates {
  readonly size: number;

  private constructor(
    readonly outputs: number,
    private readonly mean: Float64Array,
    /** Curvature = L L': the whole lower factor, or its diagonal alone. */
    private readonly factor: Float64Array,
    private readonly biasScale: number,
    private readonly fitIntercept: boolean,
  ) {
    this.size = outputs * mean.length + (fitIntercept ? outputs : 0);
  }

  static of(design: DesignMatrix, outputs: number, curvature: Curvature): WhitenedCoordinates {
    const { weights, perRow, penalty, fitIntercept } = curvature;
    const { mean, variance } = design.moments(weights);
    const diagonal = variance.map((value, j) => {
      if (!fitIntercept) return perRow * (value + mean[j] * mean[j]) + penalty;
      // What rounding alone gives to a constant feature is no spread (Higham, 2002).
      return (value > (design.rows * mean[j] * Number.EPSILON) ** 2 ? perRow * value : 0) + penalty;
    });
    for (let j = 0; j < diagonal.length; j++) if (diagonal[j] === 0) diagonal[j] = 1;
    const centre = fitIntercept ? mean : new Float64Array(mean.length);
    const factor = correlatedFactor(design, centre, diagonal, curvature) ?? diagonal.map(Math.sqrt);
    return new WhitenedCoordinates(outputs, centre, factor, Math.sqrt(perRow), fitIntercept);
  }

  /** The coordinates of zero coefficients with these intercepts. */
  startAt(bias: Float64Array): Float64Array {
    const out = new Float64Array(this.size);
    if (this.fitIntercept)
      out.set(
        bias.map((b) => b * this.biasScale),
        this.outputs * this.mean.length,
      );
    return out;
  }

  toOriginal(whitened: Float64Array, weights: Float64Array, bias: Float64Array): void {
    const { outputs, mean, factor, biasScale, fitIntercept } = this;
    const p = mean.length;
    weights.set(whitened.subarray(0, outputs * p));
    for (let k = 0; k < outputs; k++) {
      const at = k * p;
      if (factor.length === p) for (let j = 0; j < p; j++) weights[at + j] /= factor[j];
      else solveUpper(factor, p, weights, at);
      let shift = 0;
      for (let j = 0; j < p; j++) shift += weights[at + j] * mean[j];
      bias[k] = fitIntercept ? whitened[outputs * p + k] / biasScale - shift : 0;
    }
  }

  /** The gradient by these coordinates from that by coefficients and intercepts: the transpose of {@link toOriginal}. */
  gradient(byWeights: Float64Array, byBias: Float64Array, out: Float64Array): void {
    const { outputs, mean, factor, biasScale, fitIntercept } = this;
    const p = mean.length;
    for (let k = 0; k < outputs; k++) {
      const at = k * p;
      const b = fitIntercept ? byBias[k] : 0;
      for (let j = 0; j < p; j++) out[at + j] = byWeights[at + j] - mean[j] * b;
      if (factor.length === p) for (let j = 0; j < p; j++) out[at + j] /= factor[j];
      else solveLower(factor, p, out, at);
      if (fitIntercept) out[outputs * p + k] = b / biasScale;
    }
  }
}

/** Cholesky factor of the curvature, from all rows or an even sample; undefined where it is too wide or singular. */
function correlatedFactor(
  design: DesignMatrix,
  mean: Float64Array,
  diagonal: Float64Array,
  { weights, totalWeight, perRow, penalty }: Curvature,
): Float64Array | undefined {
  const { rows, columns: p } = design;
  if (p < 2 || p > widestFactor) return undefined;
  const gram = new Float64Array(p * p);
  const wanted = Math.min(rows, Math.max(4 * p, Math.ceil((2 * factorBudget) / (p * p))));
  const chunk = wanted === rows ? rows : Math.max(64, p);
  const chunks = Math.ceil(wanted / chunk);
  let sampled = 0;
  for (let c = 0; c < chunks; c++) {
    const start = Math.floor((c * (rows - chunk)) / Math.max(1, chunks - 1));
    design.addGram(start, start + chunk, mean, weights, gram);
    for (let i = start; i < start + chunk; i++) sampled += weights === undefined ? 1 : weights[i];
  }
  if (!(sampled > 0)) return undefined;
  for (let j = 0, at = 0; j < p; j++, at += p) {
    for (let k = 0; k < j; k++) gram[at + k] *= perRow / sampled;
    const own = (perRow * gram[at + j]) / sampled + penalty;
    // A sample may miss a rare feature; more on the diagonal keeps the matrix positive.
    gram[at + j] = sampled < totalWeight ? Math.max(own, diagonal[j]) : diagonal[j];
  }
  return choleskyInPlace(gram, p, 1e-10) ? gram : undefined;
}
