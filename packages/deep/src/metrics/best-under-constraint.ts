import { batchRows, type StreamingMetric } from "./streaming-metric.js";
import { type Confusion, precisionOf, recallOf, specificityOf, ThresholdCounts } from "./threshold-counts.js";

type Rate = (at: Confusion) => number;

/** What each of these metrics holds, and what it then makes as large as it can. */
const rates = {
  recallAtPrecision: { held: precisionOf, best: recallOf },
  precisionAtRecall: { held: recallOf, best: precisionOf },
  sensitivityAtSpecificity: { held: specificityOf, best: recallOf },
  specificityAtSensitivity: { held: recallOf, best: specificityOf },
} as const satisfies Record<string, { readonly held: Rate; readonly best: Rate }>;

export interface ConstraintOptions {
  readonly name: keyof typeof rates;
  /** What the held rate must be at least. */
  readonly least: number;
  readonly numThresholds: number;
  /** The output that is looked at; null takes the scores of all together. */
  readonly classId: number | null;
}

/** The highest value of a rate over the thresholds at which another rate is high enough; 0 where it is at none. As in Keras. */
export class BestUnderConstraint implements StreamingMetric {
  private readonly counts: ThresholdCounts;

  constructor(
    private readonly owner: string,
    private readonly outputs: number,
    private readonly options: ConstraintOptions,
  ) {
    this.counts = new ThresholdCounts(options.numThresholds, false);
  }

  update(scores: ArrayLike<number>, targets: ArrayLike<number>, weights?: ArrayLike<number>): void {
    batchRows(this.owner, this.outputs, scores, targets, weights);
    const { outputs } = this;
    const { classId } = this.options;
    for (let i = classId ?? 0; i < scores.length; i += classId === null ? 1 : outputs)
      this.counts.add(scores[i], targets[i] !== 0, weights?.[Math.floor(i / outputs)] ?? 1);
  }

  result(): number {
    const { held, best } = rates[this.options.name];
    let highest = 0;
    for (const at of this.counts.confusions()) {
      if (held(at) >= this.options.least) highest = Math.max(highest, best(at));
    }
    return highest;
  }
}
