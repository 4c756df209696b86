import { batchRows, ratio, type StreamingMetric } from "./streaming-metric.js";

/**
 * Part of the targets' variance that the scores explain, the mean over the outputs (Keras's R2Score). An output whose targets
 * don't vary counts 0.
 */
export class R2Score implements StreamingMetric {
  private total = 0;
  /** Running mean of the targets, and sums of squares around it and of errors (West 1979): targets far from 0 lose no digits. */
  private readonly mean: Float64Array;
  private readonly around: Float64Array;
  private readonly errors: Float64Array;

  constructor(
    private readonly owner: string,
    private readonly outputs: number,
  ) {
    [this.mean, this.around, this.errors] = Array.from({ length: 3 }, () => new Float64Array(outputs));
  }

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    const rows = batchRows(this.owner, this.outputs, scores, targets, weights);
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      if (weight === 0) continue;
      this.total += weight;
      for (let j = 0; j < this.outputs; j++) {
        const i = row * this.outputs + j;
        const away = targets[i] - this.mean[j];
        this.mean[j] += (weight / this.total) * away;
        this.around[j] += weight * away * (targets[i] - this.mean[j]);
        this.errors[j] += weight * (targets[i] - scores[i]) ** 2;
      }
    }
  }

  result(): number {
    const each = this.around.map((around, j) => ratio(around - this.errors[j], around));
    return each.reduce((a, b) => a + b, 0) / this.outputs;
  }
}
