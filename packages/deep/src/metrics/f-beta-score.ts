import { batchRows, type PerClassMetric } from "./streaming-metric.js";

/** Added to what is divided by, as in Keras. */
const epsilon = 1e-7;

export interface FBetaOptions {
  /** How much more recall counts than precision. */
  readonly beta: number;
  /**
   * `micro` counts all outputs together, `macro` takes the mean of each one's score, `weighted` by how often each is true;
   * a number is the one output that is looked at.
   */
  readonly average: "micro" | "macro" | "weighted" | number;
  /** A score above it is predicted; null predicts the highest score of a row. */
  readonly threshold: number | null;
}

/** F-beta of thresholds or highest scores, as Keras's FBetaScore. */
export class FBetaScore implements PerClassMetric {
  private readonly truePositives: Float64Array;
  private readonly falsePositives: Float64Array;
  private readonly falseNegatives: Float64Array;

  constructor(
    private readonly owner: string,
    private readonly outputs: number,
    private readonly options: FBetaOptions,
  ) {
    [this.truePositives, this.falsePositives, this.falseNegatives] = Array.from(
      { length: 3 },
      () => new Float64Array(outputs),
    );
  }

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    const rows = batchRows(this.owner, this.outputs, scores, targets, weights);
    const { outputs } = this;
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      const from = row * outputs;
      const least = this.leastPredicted(scores, from);
      for (let j = 0; j < outputs; j++) {
        const predicted = least(scores[from + j]);
        const truth = targets[from + j];
        if (predicted) {
          this.truePositives[j] += weight * truth;
          this.falsePositives[j] += weight * (1 - truth);
        } else this.falseNegatives[j] += weight * truth;
      }
    }
  }

  /** What says whether a score of the row that begins there is predicted. */
  private leastPredicted(scores: ArrayLike<number>, from: number): (score: number) => boolean {
    const { threshold } = this.options;
    if (threshold !== null) return (score) => Math.fround(score) > Math.fround(threshold);
    let highest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < this.outputs; j++) highest = Math.max(highest, scores[from + j]);
    // A row of zeros predicts nothing.
    return (score) => score >= highest && Math.abs(score) > 1e-9;
  }

  /** The score of each output. */
  perClass(): Float64Array {
    return Float64Array.from({ length: this.outputs }, (_, j) =>
      this.score(this.truePositives[j], this.falsePositives[j], this.falseNegatives[j]),
    );
  }

  result(): number {
    const { average } = this.options;
    if (typeof average === "number") return this.perClass()[average];
    if (average === "micro")
      return this.score(total(this.truePositives), total(this.falsePositives), total(this.falseNegatives));
    const scores = this.perClass();
    if (average === "macro") return total(scores) / this.outputs;
    const support = this.truePositives.map((hits, j) => hits + this.falseNegatives[j]);
    return total(scores.map((score, j) => score * support[j])) / (total(support) + epsilon);
  }

  private score(truePositives: number, falsePositives: number, falseNegatives: number): number {
    const precision = truePositives / (truePositives + falsePositives + epsilon);
    const recall = truePositives / (truePositives + falseNegatives + epsilon);
    const square = this.options.beta ** 2;
    return ((1 + square) * precision * recall) / (square * precision + recall + epsilon);
  }
}

function total(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
