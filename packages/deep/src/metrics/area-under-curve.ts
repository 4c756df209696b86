import { batchRows, ratio, type StreamingMetric } from "./streaming-metric.js";
import { type Confusion, precisionOf, recallOf, ThresholdCounts } from "./threshold-counts.js";

export interface AreaOptions {
  readonly curve: "ROC" | "PR";
  readonly numThresholds: number;
  /** How heights between two thresholds are taken: their mean (of PR the exact area), the lower or the higher one. */
  readonly summationMethod: "interpolation" | "minoring" | "majoring";
  /** Whether the result is the mean of each output's area; scores of all outputs make one curve otherwise. */
  readonly multiLabel: boolean;
}

/** Area under the ROC or the precision-recall curve through thresholds, as Keras's AUC. */
export class AreaUnderCurve implements StreamingMetric {
  private readonly counts: readonly ThresholdCounts[];

  constructor(
    private readonly owner: string,
    private readonly outputs: number,
    private readonly options: AreaOptions,
  ) {
    const curves = options.multiLabel ? outputs : 1;
    this.counts = Array.from({ length: curves }, () => new ThresholdCounts(options.numThresholds, true));
  }

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    batchRows(this.owner, this.outputs, scores, targets, weights);
    const { counts, outputs } = this;
    for (let i = 0; i < scores.length; i++) {
      const weight = weights?.[Math.floor(i / outputs)] ?? 1;
      counts[i % counts.length].add(scores[i], targets[i] !== 0, weight);
    }
  }

  result(): number {
    const { curve, summationMethod } = this.options;
    const areas = this.counts.map((counts) => {
      const at = counts.confusions();
      if (curve === "PR" && summationMethod === "interpolation") return interpolatedPrecision(at);
      return curve === "PR"
        ? summed(at.map(recallOf), at.map(precisionOf), summationMethod)
        : summed(at.map(falsePositiveRate), at.map(recallOf), summationMethod);
    });
    return areas.reduce((a, b) => a + b, 0) / areas.length;
  }
}

function falsePositiveRate({ falsePositives, trueNegatives }: Confusion): number {
  return ratio(falsePositives, falsePositives + trueNegatives);
}

/** Sum of the strips under y over x, which falls from one threshold to the next. */
function summed(x: readonly number[], y: readonly number[], method: AreaOptions["summationMethod"]): number {
  let area = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const height =
      method === "interpolation"
        ? (y[i] + y[i + 1]) / 2
        : method === "minoring"
          ? Math.min(y[i], y[i + 1])
          : Math.max(y[i], y[i + 1]);
    area += (x[i] - x[i + 1]) * height;
  }
  return area;
}

/**
 * The area under the precision-recall curve where true and false positives, not precision, change in a straight line
 * between two thresholds (Davis and Goadrich 2006): with slope s of the true positives over all above the threshold,
 * precision integrates to s (dTP + intercept log(P_b / P_a)).
 */
function interpolatedPrecision(at: readonly Confusion[]): number {
  let area = 0;
  for (let i = 0; i + 1 < at.length; i++) {
    const [low, high] = [at[i], at[i + 1]];
    const lowAbove = low.truePositives + low.falsePositives;
    const highAbove = high.truePositives + high.falsePositives;
    const gained = low.truePositives - high.truePositives;
    const slope = ratio(gained, Math.max(0, lowAbove - highAbove));
    const intercept = high.truePositives - slope * highAbove;
    const change = lowAbove > 0 && highAbove > 0 ? Math.log(lowAbove / highAbove) : 0;
    area += ratio(slope * (gained + intercept * change), high.truePositives + high.falseNegatives);
  }
  return area;
}
