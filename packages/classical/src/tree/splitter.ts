import type { Random } from "@strata-ml/core";
import type { Criterion } from "./criterion.js";

/** Where and how a node is split. */
export interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  /** Weighted decrease of impurity. */
  readonly improvement: number;
}

export interface SplitLimits {
  /** Features that are looked at in a node; constant ones count only after one that is not. */
  readonly maxFeatures: number;
  readonly minSamplesLeaf: number;
  readonly minWeightLeaf: number;
}

/**
 * Finds the exact best split of a node. Every feature keeps its rows in ascending order (missing ones last); a split
 * divides each order in a stable way, so nothing is sorted again below the root.
 *
 * Of equally good splits the first wins: by feature number, then by threshold, missing values right before left.
 */
export class Splitter {
  private readonly goesLeft: Uint8Array;
  private readonly scratch: Int32Array;
  private readonly drawn: Int32Array;

  constructor(
    /** Values by feature. */
    private readonly columns: readonly Float64Array[],
    /** The rows to learn from by feature, in ascending order of value within every node; divided in place. */
    private readonly orders: readonly Int32Array[],
    private readonly criterion: Criterion,
    private readonly limits: SplitLimits,
    private readonly random: Random,
    private readonly totalWeight: number,
  ) {
    this.goesLeft = new Uint8Array(columns[0].length);
    this.scratch = new Int32Array(orders[0].length);
    this.drawn = Int32Array.from(columns.keys());
  }

  /** The rows of a node, in some order. */
  get rows(): Int32Array {
    return this.orders[0];
  }

  /** The best split of the node `start..end` that the criterion has entered; undefined where the limits allow none. */
  best(start: number, end: number): Split | undefined {
    const best = new Best();
    const { drawn, random } = this;
    const { maxFeatures } = this.limits;
    const features = drawn.length;
    if (maxFeatures >= features) {
      for (let feature = 0; feature < features; feature++) this.scan(feature, start, end, best);
    } else {
      let varying = 0;
      for (let visited = 0; visited < features && (visited < maxFeatures || varying === 0); visited++) {
        const pick = visited + random.integer(features - visited);
        const feature = drawn[pick];
        drawn[pick] = drawn[visited];
        drawn[visited] = feature;
        if (this.scan(feature, start, end, best)) varying++;
      }
    }
    return best.split;
  }

  /** Tries every threshold of one feature; false where its values are all the same. */
  private scan(feature: number, start: number, end: number, best: Best): boolean {
    const column = this.columns[feature];
    const order = this.orders[feature];
    const present = firstMissing(column, order, start, end);
    const missing = end - present;
    if (present === start || (missing === 0 && column[order[start]] === column[order[end - 1]])) return false;
    this.scanSide(feature, start, present, end, false, best);
    if (missing > 0) this.scanSide(feature, start, present, end, true, best);
    return true;
  }

  private scanSide(
    feature: number,
    start: number,
    present: number,
    end: number,
    missingLeft: boolean,
    best: Best,
  ): void {
    const { criterion, limits, totalWeight } = this;
    const { minSamplesLeaf, minWeightLeaf } = limits;
    const column = this.columns[feature];
    const order = this.orders[feature];
    // Splits that differ by rounding alone count as equally good, whatever order the sums were taken in.
    const rounding = 1e-12 * criterion.weight * criterion.impurity;
    criterion.reset();
    if (missingLeft) for (let p = present; p < end; p++) criterion.moveLeft(order[p]);
    const already = missingLeft ? end - present : 0;
    // Present values left, missing ones right is a split of its own, at an infinite threshold.
    const last = present < end && !missingLeft ? present : present - 1;
    for (let p = start; p < last; p++) {
      criterion.moveLeft(order[p]);
      const value = column[order[p]];
      const next = p + 1 < present ? column[order[p + 1]] : Number.POSITIVE_INFINITY;
      if (value === next) continue;
      const leftCount = p + 1 - start + already;
      const rightCount = end - start - leftCount;
      if (leftCount < minSamplesLeaf || rightCount < minSamplesLeaf) continue;
      if (minWeightLeaf > 0) {
        const weight = criterion.leftWeight();
        if (weight < minWeightLeaf || criterion.weight - weight < minWeightLeaf) continue;
      }
      const score = criterion.score();
      if (!(score > best.score + rounding)) continue;
      best.score = score;
      best.split = {
        feature,
        threshold: midpoint(value, next),
        missingLeft: present < end ? missingLeft : leftCount > rightCount,
        improvement: criterion.improvement(totalWeight),
      };
    }
  }

  /** Orders the node `start..end` by the split: its left rows come first. Gives the first right one's position. */
  partition(start: number, end: number, split: Split): number {
    const { orders, goesLeft, scratch } = this;
    const column = this.columns[split.feature];
    const { threshold, missingLeft } = split;
    const split0 = orders[split.feature];
    for (let p = start; p < end; p++) {
      const value = column[split0[p]];
      goesLeft[split0[p]] = value <= threshold || (missingLeft && value !== value) ? 1 : 0;
    }
    let middle = start;
    for (const order of orders) {
      middle = start;
      let right = 0;
      for (let p = start; p < end; p++) {
        const row = order[p];
        const left = goesLeft[row];
        // Both are written and one counter moves, so that no branch depends on the data.
        order[middle] = row;
        scratch[right] = row;
        middle += left;
        right += 1 - left;
      }
      order.set(scratch.subarray(0, right), middle);
    }
    return middle;
  }
}

/** The best split found so far. */
class Best {
  score = Number.NEGATIVE_INFINITY;
  split: Split | undefined;
}

/** A number t with a <= t < b, half way between them where that is so after rounding. */
function midpoint(a: number, b: number): number {
  if (b === Number.POSITIVE_INFINITY) return b;
  const middle = a / 2 + b / 2;
  return middle < b && middle >= a ? middle : a;
}

/** Position of the first missing value of a node's order. */
function firstMissing(column: Float64Array, order: Int32Array, start: number, end: number): number {
  if (!Number.isNaN(column[order[end - 1]])) return end;
  let low = start;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number.isNaN(column[order[middle]])) high = middle;
    else low = middle + 1;
  }
  return low;
}
