import { batchRows, ratio, type StreamingMetric } from "./streaming-metric.js";

export interface RateOptions {
  /** What is divided by: all that are predicted positive, or all that are positive. */
  readonly name: "precision" | "recall";
  /** A score above it is predicted positive. */
  readonly threshold: number;
  /** The output that is looked at; null counts all together. */
  readonly classId: number | null;
}

/** Precision or recall at one threshold, as in Keras. */
export class ConfusionRate implements StreamingMetric {
  private truePositives = 0;
  private all = 0;

  constructor(
    private readonly owner: string,
    private readonly outputs: number,
    private readonly options: RateOptions,
  ) {}

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    batchRows(this.owner, this.outputs, scores, targets, weights);
    const { outputs } = this;
    const { classId, name } = this.options;
    const threshold = Math.fround(this.options.threshold);
    for (let i = classId ?? 0; i < scores.length; i += classId === null ? 1 : outputs) {
      const weight = weights?.[Math.floor(i / outputs)] ?? 1;
      const predicted = Math.fround(scores[i]) > threshold;
      const positive = targets[i] !== 0;
      if (predicted && positive) this.truePositives += weight;
      if (name === "precision" ? predicted : positive) this.all += weight;
    }
  }

  result(): number {
    return ratio(this.truePositives, this.all);
  }
}
