import { batchRows, ratio, type StreamingMetric } from "./streaming-metric.js";

/** A measure of one row: its scores and targets begin at `from` and are `outputs` long. */
export type RowMeasure = (
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  from: number,
  outputs: number,
) => number;

/** The weighted mean of a measure of each row. */
export class RowMean implements StreamingMetric {
  private sum = 0;
  private total = 0;

  /** @param finish what the mean is turned into */
  constructor(
    private readonly owner: string,
    private readonly outputs: number,
    private readonly measure: RowMeasure,
    private readonly finish: (mean: number) => number = (mean) => mean,
  ) {}

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    const rows = batchRows(this.owner, this.outputs, scores, targets, weights);
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      this.sum += weight * this.measure(scores, targets, row * this.outputs, this.outputs);
      this.total += weight;
    }
  }

  result(): number {
    return this.finish(ratio(this.sum, this.total));
  }
}
