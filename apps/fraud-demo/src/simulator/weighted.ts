import type { Random } from "@strata-ml/core";

/** Draws positions in proportion to fixed weights, by bisection of their running sum. */
export class Weighted {
  private readonly ends: Float64Array;

  constructor(weights: readonly number[]) {
    this.ends = new Float64Array(weights.length);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) this.ends[i] = sum += weights[i];
  }

  draw(random: Random): number {
    const target = random.uniform() * this.ends[this.ends.length - 1];
    let low = 0;
    for (let high = this.ends.length - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.ends[middle] <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
