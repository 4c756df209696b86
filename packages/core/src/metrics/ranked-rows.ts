import { descendingOrder } from "./descending-order.js";

/** Rows by falling score. */
interface RankedRows {
  readonly order: Uint32Array;
  /** 1 where the row at that rank is positive. */
  readonly hits: Uint8Array;
  /** 1 where the next rank has another score. */
  readonly ends: Uint8Array;
}

/** Sorts once what {@link rankedPrecision} and {@link rankedArea} walk for any weights. */
export function rankRows(truth: Uint8Array, scores: Float64Array): RankedRows {
  const order = descendingOrder(scores);
  const hits = new Uint8Array(order.length);
  const ends = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    hits[i] = truth[order[i]];
    ends[i] = i + 1 === order.length || scores[order[i]] !== scores[order[i + 1]] ? 1 : 0;
  }
  return { order, hits, ends };
}

/** Average precision; NaN without positives. */
export function rankedPrecision({ order, hits, ends }: RankedRows, weights: Float64Array): number {
  let tp = 0;
  let fp = 0;
  let before = 0;
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    const weight = weights[order[i]];
    if (hits[i] === 1) tp += weight;
    else fp += weight;
    if (ends[i] === 1 && tp > before) {
      sum += ((tp - before) * tp) / (tp + fp);
      before = tp;
    }
  }
  return sum / tp;
}

/** Area under the ROC curve; NaN without positives or without negatives. */
export function rankedArea({ order, hits, ends }: RankedRows, weights: Float64Array): number {
  let tp = 0;
  let fp = 0;
  let tpBefore = 0;
  let fpBefore = 0;
  let area = 0;
  for (let i = 0; i < order.length; i++) {
    const weight = weights[order[i]];
    if (hits[i] === 1) tp += weight;
    else fp += weight;
    if (ends[i] === 1) {
      area += (fp - fpBefore) * (tp + tpBefore);
      tpBefore = tp;
      fpBefore = fp;
    }
  }
  return area / (2 * tp * fp);
}
