import { descendingOrder } from "./descending-order.js";

/** Weight of true and false positives when every row that scores at least a threshold is called positive. */
export interface ThresholdCounts {
  /** The distinct scores, falling. */
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  /** Weight of all positive rows. */
  readonly positives: number;
  /** Weight of all negative rows. */
  readonly negatives: number;
}

/** Counts at every distinct score, ties together; rows of weight 0 are left out, as scikit-learn does. */
export function thresholdCounts(
  truth: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | undefined,
): ThresholdCounts {
  const order = descendingOrder(scores);
  const thresholds = new Float64Array(order.length);
  const truePositives = new Float64Array(order.length);
  const falsePositives = new Float64Array(order.length);
  let size = 0;
  let tp = 0;
  let fp = 0;
  for (const row of order) {
    const weight = weights === undefined ? 1 : weights[row];
    if (weight === 0) continue;
    if (size === 0 || thresholds[size - 1] !== scores[row]) thresholds[size++] = scores[row];
    if (truth[row] === 1) tp += weight;
    else fp += weight;
    truePositives[size - 1] = tp;
    falsePositives[size - 1] = fp;
  }
  return {
    thresholds: thresholds.slice(0, size),
    truePositives: truePositives.slice(0, size),
    falsePositives: falsePositives.slice(0, size),
    positives: tp,
    negatives: fp,
  };
}
