import { concat, dispose, reshape, type Tensor, tensor } from "../backend/tensors.js";
import type { Measures } from "../metrics/measures.js";
import type { Network } from "../network/network.js";
import { forEachChunk } from "./forward.js";
import type { RowLoss } from "./losses/row-loss.js";
import { networkLosses } from "./network-losses.js";
import type { TrainingRows } from "./training-rows.js";

/** Weighted mean loss of rows, and metrics by their keys. */
export interface Evaluated {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a network's outputs are judged by. */
export interface Judge {
  readonly loss: RowLoss;
  /** Added to the network's outputs. */
  readonly offset: Float32Array;
  readonly measures?: Measures | undefined;
}

/**
 * Loss and metrics of a network as in prediction: without dropout, by running statistics. Rows come in parts, and of a part a
 * chunk at a time; nothing is kept of them.
 */
export class Evaluation {
  private sum = 0;
  private total = 0;
  private readonly metrics;

  constructor(
    private readonly network: Network,
    private readonly judge: Judge,
  ) {
    this.metrics = (judge.measures?.metrics ?? []).map(({ key, create }) => ({ key, metric: create() }));
  }

  /** Takes rows; `weights` are the network's. */
  async add(
    weights: ReadonlyMap<string, Tensor>,
    rows: TrainingRows,
    breathe: () => Promise<void> = async () => {},
  ): Promise<void> {
    const { loss, offset } = this.judge;
    const outputs = offset.length;
    // As wide as the loss takes them.
    const width = rows.targets.length / Math.max(1, rows.weights.length);
    await forEachChunk(
      rows.encoded,
      (feeds, chunk) => {
        const { length } = chunk;
        const targets = tensor(part(rows.targets, chunk[0], length, width), [length, width]);
        const shift = tensor(offset, [outputs]);
        const judged = networkLosses(this.network, { feeds, weights }, shift, loss, targets);
        return concat([judged.outputs, reshape(judged.losses, [length, 1])], 1);
      },
      (values, from) => this.take(rows, values, from),
      breathe,
    );
  }

  /** Outputs and, last, the loss of each row from `from`. */
  private take({ targets, weights, metricWeights }: TrainingRows, values: Float32Array, from: number): void {
    const outputs = this.judge.offset.length;
    const rows = values.length / (outputs + 1);
    const scores = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const at = row * (outputs + 1);
      scores.set(values.subarray(at, at + outputs), row * outputs);
      this.sum += weights[from + row] * values[at + outputs];
      this.total += weights[from + row];
    }
    const { measures } = this.judge;
    // Numbers that are no more finite are for the loss to tell.
    if (measures === undefined || this.metrics.length === 0 || !Number.isFinite(this.sum)) return;
    const fed = [measures.scores(scores), measures.targets(part(targets, from, rows, outputs))] as const;
    const own = metricWeights?.subarray(from, from + rows);
    for (const { metric } of this.metrics) metric.update(...fed, own);
  }

  /** Of all rows so far. */
  result(): Evaluated {
    return {
      loss: this.sum / this.total,
      metrics: Object.fromEntries(this.metrics.map(({ key, metric }) => [key, metric.result()])),
    };
  }
}

/** Loss and metrics of rows for a network's weights as one vector; no tensor outlives the call. */
export async function evaluatedRows(
  network: Network,
  judge: Judge,
  weights: Float32Array,
  rows: TrainingRows,
  breathe?: () => Promise<void>,
): Promise<Evaluated> {
  const tensors = network.layout.upload(weights);
  try {
    const evaluation = new Evaluation(network, judge);
    await evaluation.add(tensors, rows, breathe);
    return evaluation.result();
  } finally {
    dispose([...tensors.values()]);
  }
}

function part(values: Float32Array, row: number, rows: number, width: number): Float32Array {
  return values.subarray(row * width, (row + rows) * width);
}
