import type { RowMeasure } from "./row-mean.js";

/** Probabilities are kept this far from 0 and 1, as in Keras. */
const epsilon = 1e-7;
const inside = (p: number): number => Math.min(1 - epsilon, Math.max(epsilon, p));

/** The mean over a row's outputs. */
function meanOf(term: (score: number, target: number) => number): RowMeasure {
  return (scores, targets, from, outputs) => {
    let sum = 0;
    for (let i = from; i < from + outputs; i++) sum += term(scores[i], targets[i]);
    return sum / outputs;
  };
}

export const squaredError = meanOf((score, target) => (score - target) ** 2);
export const absoluteError = meanOf((score, target) => Math.abs(score - target));

/** Part of a row's outputs that are on the right side of the threshold. */
export function binaryAccuracy(threshold: number): RowMeasure {
  const least = Math.fround(threshold);
  return meanOf((score, target) => Number(Number(Math.fround(score) > least) === target));
}

export const binaryLogLoss = meanOf((score, target) => {
  const p = inside(score);
  return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
});

/** 1 where the highest score is that of the highest target; of equal ones the first counts. */
export const categoricalAccuracy: RowMeasure = (scores, targets, from, outputs) =>
  Number(highest(scores, from, outputs) === highest(targets, from, outputs));

/** 1 where fewer than k scores are above that of the true class. */
export function topK(k: number): RowMeasure {
  return (scores, targets, from, outputs) => {
    const own = scores[from + highest(targets, from, outputs)];
    let above = 0;
    for (let i = from; i < from + outputs; i++) above += Number(scores[i] > own);
    return Number(above < k);
  };
}

export const categoricalLogLoss: RowMeasure = (scores, targets, from, outputs) => {
  let whole = 0;
  for (let i = from; i < from + outputs; i++) whole += scores[i];
  let sum = 0;
  for (let i = from; i < from + outputs; i++)
    if (targets[i] !== 0) sum -= targets[i] * Math.log(inside(scores[i] / whole));
  return sum;
};

/** The cosine of the angle between a row's scores and targets; 0 where either is all zeros. */
export const cosineSimilarity: RowMeasure = (scores, targets, from, outputs) => {
  let [product, scoreSquares, targetSquares] = [0, 0, 0];
  for (let i = from; i < from + outputs; i++) {
    product += scores[i] * targets[i];
    scoreSquares += scores[i] ** 2;
    targetSquares += targets[i] ** 2;
  }
  return product / Math.sqrt(Math.max(scoreSquares, 1e-12) * Math.max(targetSquares, 1e-12));
};

function highest(values: ArrayLike<number>, from: number, outputs: number): number {
  let best = 0;
  for (let j = 1; j < outputs; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
}
