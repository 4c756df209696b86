import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";

/** Bins of a feature in a histogram. */
export const BINS = 256;

/** Training rows as bins, in the memory of a team. */
export interface BinnedRows {
  readonly rows: number;
  readonly features: number;
  /** Address of rows x features: what a histogram is filled from, a row at a time. */
  readonly bins: number;
  /** Address of features x rows: what rows are divided by. */
  readonly columns: number;
}

/** Bytes of a histogram of so many features. */
export function histogramBytes(features: number, wide: boolean): number {
  return features * BINS * (wide ? 16 : 8);
}

/** Histograms in the memory of a team: hands them out by address, takes them back, and fills them. */
export class Histograms {
  private readonly free: number[] = [];
  /** One for each thread to fill. */
  private readonly parts: number;

  constructor(
    private readonly team: KernelTeam,
    private readonly data: BinnedRows,
    private readonly wide: boolean,
    count: number,
  ) {
    const bytes = histogramBytes(data.features, wide);
    this.parts = team.allocate(bytes * team.threads);
    for (let i = 0; i < count; i++) this.free.push(team.allocate(bytes));
  }

  /** Whether so few are left that a node should do without one until it is split. */
  get isScarce(): boolean {
    return this.free.length < 3;
  }

  take(): number {
    const histogram = this.free.pop();
    if (histogram === undefined) throw new RangeError("Histograms: all of them are in use");
    return histogram;
  }

  give(histogram: number): void {
    this.free.push(histogram);
  }

  /**
   * Fills a histogram with the rows at `order[start..end)`; takes them off `parent`, where there is one.
   *
   * @param order address of row numbers; 0 for all rows in their own order
   * @param quanta address of the rows' quantised derivatives
   */
  fill(histogram: number, order: number, start: number, end: number, quanta: number, parent: number): void {
    const { team, data, wide } = this;
    // Few rows are done before another thread has woken up.
    const threads = (end - start) * data.features < smallWork ? 1 : team.threads;
    team.whole(0, data.bins, data.features, order, start, end, quanta, this.parts, wide ? 1 : 0);
    team.run(jobs.fillHistogram, threads);
    const words = histogramBytes(data.features, wide) / 8;
    team.whole(0, this.parts, threads, words, histogram, parent);
    team.run(jobs.mergeHistograms, 1);
  }
}

/** Additions that one thread makes in the time that a second one needs to start and to have its part merged. */
const smallWork = 20_000;
