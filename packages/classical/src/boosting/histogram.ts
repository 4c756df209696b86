/** Bins of a feature in a histogram; slot `feature * BINS + bin`. */
export const BINS = 256;

/** What the rows of a node sum to in each bin of each feature. */
export interface Histogram {
  /** Gradient and hessian of a slot, side by side. */
  readonly sums: Float64Array;
  /** Rows of a slot. */
  readonly counts: Int32Array;
}

/** Training rows as bins. */
export interface BinnedRows {
  /** Row-major: what a histogram is filled from, a row at a time. */
  readonly bins: Uint8Array;
  /** The same a feature at a time: what rows are divided by. */
  readonly columns: readonly Uint8Array[];
  readonly features: number;
  /** Rows of every slot, which are the same at the root of every tree. */
  readonly counts: Int32Array;
}

/** Hands out histograms and takes them back, up to a number of bytes in use. */
export class HistogramPool {
  private readonly free: Histogram[] = [];
  private inUse = 0;
  private readonly most: number;

  constructor(
    private readonly features: number,
    maxBytes = 2 ** 29,
  ) {
    this.most = Math.max(4, Math.floor(maxBytes / (features * BINS * 20)));
  }

  /** Whether so many are in use that a node should do without one until it is split. */
  get isFull(): boolean {
    return this.inUse >= this.most;
  }

  take(): Histogram {
    this.inUse++;
    const slots = this.features * BINS;
    return this.free.pop() ?? { sums: new Float64Array(2 * slots), counts: new Int32Array(slots) };
  }

  give(histogram: Histogram): void {
    this.inUse--;
    this.free.push(histogram);
  }
}

/** Fills a histogram with all rows: {@link fillHistogram} without the rows to look up and to count. */
export function fillRoot(
  { sums, counts }: Histogram,
  { bins, features, counts: rootCounts }: BinnedRows,
  derivatives: Float32Array,
): void {
  sums.fill(0);
  counts.set(rootCounts);
  const inFours = features - (features % 4);
  let at = 0;
  for (let i = 0; i < derivatives.length; i += 2) {
    const gradient = derivatives[i];
    const hessian = derivatives[i + 1];
    let slot = 0;
    for (const stop = at + inFours; at < stop; at += 4, slot += 4 * BINS) {
      const a = (slot + bins[at]) << 1;
      const b = (slot + BINS + bins[at + 1]) << 1;
      const c = (slot + 2 * BINS + bins[at + 2]) << 1;
      const d = (slot + 3 * BINS + bins[at + 3]) << 1;
      sums[a] += gradient;
      sums[a + 1] += hessian;
      sums[b] += gradient;
      sums[b + 1] += hessian;
      sums[c] += gradient;
      sums[c + 1] += hessian;
      sums[d] += gradient;
      sums[d + 1] += hessian;
    }
    for (let f = inFours; f < features; f++, at++, slot += BINS) {
      const a = (slot + bins[at]) << 1;
      sums[a] += gradient;
      sums[a + 1] += hessian;
    }
  }
}

/**
 * Fills a histogram with the rows `rows[start..end)`.
 *
 * @param derivatives gradient and hessian of a row, side by side
 */
export function fillHistogram(
  { sums, counts }: Histogram,
  { bins, features }: BinnedRows,
  rows: Int32Array,
  start: number,
  end: number,
  derivatives: Float32Array,
): void {
  sums.fill(0);
  counts.fill(0);
  const inFours = features - (features % 4);
  for (let p = start; p < end; p++) {
    const row = rows[p];
    const gradient = derivatives[row << 1];
    const hessian = derivatives[(row << 1) + 1];
    let at = row * features;
    let slot = 0;
    // Four features a turn: they touch different slots, so that no addition waits for the one before.
    for (const stop = at + inFours; at < stop; at += 4, slot += 4 * BINS) {
      const a = slot + bins[at];
      const b = slot + BINS + bins[at + 1];
      const c = slot + 2 * BINS + bins[at + 2];
      const d = slot + 3 * BINS + bins[at + 3];
      sums[a << 1] += gradient;
      sums[(a << 1) + 1] += hessian;
      counts[a]++;
      sums[b << 1] += gradient;
      sums[(b << 1) + 1] += hessian;
      counts[b]++;
      sums[c << 1] += gradient;
      sums[(c << 1) + 1] += hessian;
      counts[c]++;
      sums[d << 1] += gradient;
      sums[(d << 1) + 1] += hessian;
      counts[d]++;
    }
    for (let f = inFours; f < features; f++, at++, slot += BINS) {
      const a = slot + bins[at];
      sums[a << 1] += gradient;
      sums[(a << 1) + 1] += hessian;
      counts[a]++;
    }
  }
}

/** Takes one child's histogram off its parent's, which becomes the other child's. */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  const { sums, counts } = parent;
  const { sums: childSums, counts: childCounts } = child;
  for (let i = 0; i < sums.length; i++) sums[i] -= childSums[i];
  for (let i = 0; i < counts.length; i++) counts[i] -= childCounts[i];
}
