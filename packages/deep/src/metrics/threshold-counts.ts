import { ratio } from "./streaming-metric.js";

/** Weights of rows above and below a threshold, by their true class. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/**
 * Weights of positive and negative rows by score, counted in even steps from 0 to 1, from which the confusion at every
 * threshold follows: what Keras keeps, with its roundings to float32.
 */
export class ThresholdCounts {
  private readonly positive: Float64Array;
  private readonly negative: Float64Array;
  private positives = 0;
  private negatives = 0;

  /**
   * @param thresholds how many, from 0 to 1
   * @param fromBelow whether the first threshold lies below 0, so that scores of exactly 0 are above it
   */
  constructor(
    private readonly thresholds: number,
    private readonly fromBelow: boolean,
  ) {
    this.positive = new Float64Array(thresholds);
    this.negative = new Float64Array(thresholds);
  }

  /** One score of a row. */
  add(score: number, positive: boolean, weight: number): void {
    const bounded = Math.fround(Math.min(1, Math.max(0, score)));
    // A score must be above a threshold: one that is equal belongs to the step below it.
    const step = Math.ceil(Math.fround(bounded * (this.thresholds - 1))) - 1;
    if (positive) this.positives += weight;
    else this.negatives += weight;
    if (step < 0 && !this.fromBelow) return;
    (positive ? this.positive : this.negative)[Math.max(0, step)] += weight;
  }

  /** The confusion at every threshold, from the lowest. */
  confusions(): Confusion[] {
    const out = Array.from<Confusion>({ length: this.thresholds });
    let truePositives = 0;
    let falsePositives = 0;
    for (let i = this.thresholds - 1; i >= 0; i--) {
      truePositives += this.positive[i];
      falsePositives += this.negative[i];
      const trueNegatives = this.negatives - falsePositives;
      const falseNegatives = this.positives - truePositives;
      out[i] = { truePositives, falsePositives, trueNegatives, falseNegatives };
    }
    return out;
  }
}

/** Part of the positive rows that are above the threshold: recall, sensitivity. */
export function recallOf({ truePositives, falseNegatives }: Confusion): number {
  return ratio(truePositives, truePositives + falseNegatives);
}

/** Part of the rows above the threshold that are positive. */
export function precisionOf({ truePositives, falsePositives }: Confusion): number {
  return ratio(truePositives, truePositives + falsePositives);
}

/** Part of the negative rows that are below the threshold. */
export function specificityOf({ trueNegatives, falsePositives }: Confusion): number {
  return ratio(trueNegatives, trueNegatives + falsePositives);
}
