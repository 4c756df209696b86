import type { Random } from "@strata-ml/core";

/** Which rows an epoch takes, and in which order. */
export interface RowSampler {
  /** Rows of one epoch. */
  readonly size: number;
  /** The rows of an epoch, in order; `random` is that epoch's own, and all that they depend on. */
  rowsOf(random: Random): Int32Array;
}

/**
 * Which rows an epoch takes, in a new random order each time: all, or, where one class is far larger than all others
 * together, only `ratio` rows of it for each other row, drawn anew every epoch.
 */
export class EpochSampler implements RowSampler {
  /** Part of the largest class that an epoch takes; 1 where it takes all. */
  readonly rate: number;
  /** The largest class, where it is sampled. */
  readonly majority: number | undefined;
  private readonly major: Int32Array;
  private readonly others: Int32Array;
  private readonly taken: number;

  constructor(
    rows: number,
    classes?: { readonly codes: Int32Array; readonly count: number; readonly ratio: number },
  ) {
    const all = Int32Array.from({ length: rows }, (_, i) => i);
    const majority = classes && largest(classes.codes, classes.count);
    this.major = classes ? all.filter((row) => classes.codes[row] === majority) : all;
    this.others = classes ? all.filter((row) => classes.codes[row] !== majority) : new Int32Array(0);
    const wanted = classes ? Math.max(1, Math.round(classes.ratio * this.others.length)) : rows;
    this.taken = Math.min(this.major.length, wanted);
    this.rate = this.major.length === 0 ? 1 : this.taken / this.major.length;
    this.majority = this.rate < 1 ? majority : undefined;
  }

  /** Rows of one epoch. */
  get size(): number {
    return this.taken + this.others.length;
  }

  /** The rows of an epoch, in order; `random` is that epoch's own. */
  rowsOf(random: Random): Int32Array {
    const major = this.taken === this.major.length ? this.major : random.shuffle(this.major.slice());
    const out = new Int32Array(this.size);
    out.set(major.subarray(0, this.taken));
    out.set(this.others, this.taken);
    return random.shuffle(out);
  }
}

function largest(codes: Int32Array, count: number): number {
  const counts = new Float64Array(count);
  for (const code of codes) counts[code]++;
  return counts.indexOf(Math.max(...counts));
}
