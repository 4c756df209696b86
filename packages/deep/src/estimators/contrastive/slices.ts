import type { Dataset, Random, SequenceColumn } from "@strata-ml/core";
import { EncodedRows } from "../../preprocessing/feature-encoder.js";
import type { Feeds } from "../../preprocessing/feed.js";
import type { SequenceEncoder } from "../../preprocessing/sequence-encoder.js";
import type { RowSampler } from "../../training/epoch-sampler.js";

/** How histories are sliced. */
export interface SlicePlan {
  /** Slices of each row, */
  readonly slices: number;
  /** and their steps, fewer where a history has fewer. */
  readonly minLength: number;
  readonly maxLength: number;
}

/**
 * Random slices of every row's histories, those of one row one after another, as rows of their own: `slices` a row of
 * `data`. Each epoch draws others, and takes rows in another order, the slices of a row together.
 */
export class Slices extends EncodedRows implements RowSampler {
  private current = new EncodedRows(0, []);

  constructor(
    private readonly owner: string,
    readonly data: Dataset,
    private readonly encoders: readonly SequenceEncoder[],
    private readonly plan: SlicePlan,
  ) {
    super(data.rows * plan.slices, []);
  }

  get size(): number {
    return this.rows;
  }

  /** The row of `data` that each slice is of. */
  get entities(): Float32Array {
    return Float32Array.from({ length: this.rows }, (_, slice) => Math.floor(slice / this.plan.slices));
  }

  /** Draws slices anew, which {@link batch} gives from then on. */
  draw(random: Random): void {
    const inputs = this.encoders.map((encoder) => {
      const column = sliced(this.data.column(encoder.name, "sequence"), this.plan, random);
      return encoder.encode(this.owner, column);
    });
    this.current = new EncodedRows(this.rows, inputs);
  }

  rowsOf(random: Random): Int32Array {
    this.draw(random);
    const { slices } = this.plan;
    const order = random.permutation(this.data.rows);
    return Int32Array.from(
      { length: this.rows },
      (_, i) => order[Math.floor(i / slices)] * slices + (i % slices),
    );
  }

  override batch(rows: Int32Array): Feeds {
    return this.current.batch(rows);
  }
}

/** So many slices of each row's history: a length, then a start, all of them equally likely. */
export function sliced(
  { offsets, values, fields }: SequenceColumn,
  { slices, minLength, maxLength }: SlicePlan,
  random: Random,
): SequenceColumn {
  const count = (offsets.length - 1) * slices;
  const starts = new Int32Array(count);
  const cut = new Int32Array(count + 1);
  for (let at = 0; at < count; at++) {
    const row = Math.floor(at / slices);
    const steps = offsets[row + 1] - offsets[row];
    const [least, most] = [Math.min(minLength, steps), Math.min(maxLength, steps)];
    const length = least + random.integer(most - least + 1);
    starts[at] = offsets[row] + random.integer(steps - length + 1);
    cut[at + 1] = cut[at] + length;
  }
  const width = fields.length;
  const out = new Float64Array(cut[count] * width);
  for (let at = 0; at < count; at++) {
    const from = starts[at] * width;
    out.set(values.subarray(from, from + (cut[at + 1] - cut[at]) * width), cut[at] * width);
  }
  return { kind: "sequence", offsets: cut, values: out, fields };
}
