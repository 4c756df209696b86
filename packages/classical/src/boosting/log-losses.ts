import type { Loss } from "./loss.js";
import { weightedMean } from "./weighted-mean.js";

/** Log loss of a class 0 or 1 under the probability sigmoid(raw) of class 1. */
export class BinaryLogLoss implements Loss {
  readonly trees = 1;

  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    const least = 10 * Number.EPSILON;
    const share = Math.min(1 - least, Math.max(least, weightedMean(y, weights)));
    return Float64Array.of(Math.log(share / (1 - share)));
  }

  derivatives(
    y: Float64Array,
    [raw]: readonly Float64Array[],
    weights: Float64Array | undefined,
    [out]: readonly Float32Array[],
  ): number {
    let sum = 0;
    let total = 0;
    // Of rows without weight the probabilities are multiplied, and one logarithm is taken of many.
    let product = 1;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      const score = raw[i];
      const small = Math.exp(score < 0 ? score : -score);
      const likely = 1 / (1 + small);
      // Written so that neither 1 - p nor p loses its digits when the other is near 1.
      const unlikely = small / (1 + small);
      const positive = y[i] === 1;
      out[2 * i] = weight * (positive ? (score < 0 ? -likely : -unlikely) : score < 0 ? unlikely : likely);
      out[2 * i + 1] = weight * likely * unlikely;
      const own = positive === score >= 0 ? likely : unlikely;
      total += weight;
      if (weights !== undefined || own < 1e-100)
        sum += weight * (Math.log(1 + small) + (positive === score >= 0 ? 0 : Math.abs(score)));
      else if ((product *= own) < 1e-200) {
        sum -= Math.log(product);
        product = 1;
      }
    }
    return (sum - Math.log(product)) / total;
  }

  mean(y: Float64Array, [raw]: readonly Float64Array[], weights: Float64Array | undefined): number {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      const score = raw[i];
      sum +=
        weight * (Math.log1p(Math.exp(score < 0 ? score : -score)) + (score > 0 ? score : 0) - y[i] * score);
      total += weight;
    }
    return sum / total;
  }
}

/** Log loss of a class 0..K-1 under softmax(raw), one tree a class. */
export class MultinomialLogLoss implements Loss {
  constructor(readonly trees: number) {}

  /** Logarithms of the class shares, centred. */
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array {
    const shares = new Float64Array(this.trees);
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      shares[y[i]] += weights?.[i] ?? 1;
      total += weights?.[i] ?? 1;
    }
    const logs = shares.map((share) =>
      Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, share / total))),
    );
    const centre = weightedMean(logs, undefined);
    return logs.map((log) => log - centre);
  }

  derivatives(
    y: Float64Array,
    raw: readonly Float64Array[],
    weights: Float64Array | undefined,
    out: readonly Float32Array[],
  ): number {
    const probability = new Float64Array(this.trees);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      sum += weight * (softmaxOf(raw, i, probability) - raw[y[i]][i]);
      total += weight;
      for (let k = 0; k < probability.length; k++) {
        const p = probability[k];
        out[k][2 * i] = weight * (p - (y[i] === k ? 1 : 0));
        out[k][2 * i + 1] = weight * p * (1 - p);
      }
    }
    return sum / total;
  }

  mean(y: Float64Array, raw: readonly Float64Array[], weights: Float64Array | undefined): number {
    const probability = new Float64Array(this.trees);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      sum += weight * (softmaxOf(raw, i, probability) - raw[y[i]][i]);
      total += weight;
    }
    return sum / total;
  }
}

/** Probabilities of row i into `out`; gives the logarithm of the sum of exponentials. */
export function softmaxOf(raw: readonly Float64Array[], i: number, out: Float64Array): number {
  let most = raw[0][i];
  for (let k = 1; k < out.length; k++) if (raw[k][i] > most) most = raw[k][i];
  let sum = 0;
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.exp(raw[k][i] - most);
  for (let k = 0; k < out.length; k++) out[k] /= sum;
  return most + Math.log(sum);
}

/** Probabilities of one row's raw scores. */
export function softmaxInto(raw: Float64Array, out: Float64Array): Float64Array {
  let most = raw[0];
  for (let k = 1; k < raw.length; k++) if (raw[k] > most) most = raw[k];
  let sum = 0;
  for (let k = 0; k < raw.length; k++) sum += out[k] = Math.exp(raw[k] - most);
  for (let k = 0; k < raw.length; k++) out[k] /= sum;
  return out;
}

/** 1 / (1 + exp(-score)), exact at both ends. */
export function sigmoid(score: number): number {
  const small = Math.exp(score < 0 ? score : -score);
  return score < 0 ? small / (1 + small) : 1 / (1 + small);
}
