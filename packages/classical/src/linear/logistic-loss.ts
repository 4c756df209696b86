/**
 * Loss of a block of rows: reads scores, leaves the derivative by each score in their place, and returns the sum.
 * Codes and weights are those of all rows, the block starting at row `start`; every derivative is multiplied by `scale`.
 */
export type BlockLoss = (
  scores: Float64Array,
  rows: number,
  start: number,
  codes: Int32Array,
  weights: Float64Array | undefined,
  scale: number,
) => number;

/** Log loss of one score a row, the log-odds of code 1. */
export const binomialLoss: BlockLoss = (scores, rows, start, codes, weights, scale) => {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights === undefined ? 1 : weights[start + i];
    const z = scores[i];
    const positive = codes[start + i] === 1;
    // e is at most 1, so nothing overflows, and both tails keep their digits.
    const e = Math.exp(z < 0 ? z : -z);
    const margin = positive ? z : -z;
    sum += w * (Math.log1p(e) + (margin < 0 ? -margin : 0));
    const small = e / (1 + e);
    const wrong = margin < 0 ? 1 / (1 + e) : small;
    scores[i] = w * scale * (positive ? -wrong : wrong);
  }
  return sum;
};

/** Cross entropy of the softmax of `outputs` scores a row. */
export function multinomialLoss(outputs: number): BlockLoss {
  return (scores, rows, start, codes, weights, scale) => {
    let sum = 0;
    for (let i = 0, at = 0; i < rows; i++, at += outputs) {
      const w = weights === undefined ? 1 : weights[start + i];
      const code = codes[start + i];
      const own = scores[at + code];
      let top = own;
      for (let k = 0; k < outputs; k++) if (scores[at + k] > top) top = scores[at + k];
      let total = 0;
      for (let k = 0; k < outputs; k++) {
        const e = Math.exp(scores[at + k] - top);
        scores[at + k] = e;
        total += e;
      }
      sum += w * (Math.log(total) + top - own);
      const factor = (w * scale) / total;
      // 1 - p of the own class as a sum of the others: no cancellation where p is near 1.
      let others = 0;
      for (let k = 0; k < outputs; k++) {
        if (k === code) continue;
        scores[at + k] *= factor;
        others += scores[at + k];
      }
      scores[at + code] = -others;
    }
    return sum;
  };
}

/** Probability of the second class from its log-odds. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** Each row's scores turned into probabilities in place. */
export function softmaxRows(scores: Float64Array, outputs: number): void {
  for (let at = 0; at < scores.length; at += outputs) {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < outputs; k++) if (scores[at + k] > top) top = scores[at + k];
    let total = 0;
    for (let k = 0; k < outputs; k++) total += scores[at + k] = Math.exp(scores[at + k] - top);
    for (let k = 0; k < outputs; k++) scores[at + k] /= total;
  }
}
