import type { Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import {
  type Binning,
  type FeatureBins,
  categoryBins,
  categoryPlaces,
  drawRows,
  MISSING_BIN,
  numericBins,
  sampleRows,
} from "./binning.js";
import type { FeatureColumn, NumericFeature } from "./feature-columns.js";
import type { BinnedRows } from "./histogram.js";
import { TailThresholds } from "./tail-thresholds.js";
import { sortedRows } from "../tree/sorted-rows.js";

/** Thresholds of a column, filled up, in the memory of a team. */
const thresholdBytes = 256 * 8;

/** Bytes that {@link binFeatures} keeps, and those that it needs only while it runs. */
export function binningBytes(
  rows: number,
  features: number,
  threads: number,
): { kept: number; passing: number } {
  const sampled = Math.min(rows, sampleRows);
  const aColumn = 8 * rows + 16 * sampled + 8192 + thresholdBytes + 4 + 512;
  return { kept: 2 * (rows * features + 64), passing: threads * aColumn };
}

/**
 * Bins of every feature, and every row's bins in the memory of a team. Thresholds are taken from at most 200,000 rows,
 * drawn by weight where there are more.
 *
 * @param placesOf places of categories that trees have been grown by before, by the number of the feature
 */
export function binFeatures(
  team: KernelTeam,
  columns: readonly FeatureColumn[],
  weights: Float64Array | undefined,
  rows: number,
  maxBins: number,
  binning: Binning,
  random: Random,
  placesOf: ReadonlyMap<number, Int32Array> = new Map(),
): { featureBins: FeatureBins[]; data: BinnedRows } {
  const features = columns.length;
  const byRow = team.allocate(rows * features);
  const byColumn = team.allocate(rows * features);
  const mark = team.mark();
  const sample = rows > sampleRows ? drawRows(rows, weights, random) : undefined;
  const numbers = columns.flatMap((column, feature) =>
    column.kind === "numeric" ? [{ column, feature }] : [],
  );
  const featureBins: FeatureBins[] = Array.from({ length: features });
  const tails = binning === "tails" ? new TailThresholds() : undefined;
  const batch = new ColumnBatch(team, rows, sample);
  for (let first = 0; first < numbers.length; first += team.threads) {
    const some = numbers.slice(first, first + team.threads);
    // A sample is drawn by weight, so the weights are used up.
    const thresholds = batch.fit(
      some.map(({ column }) => column),
      sample ? undefined : weights,
      maxBins,
      tails,
    );
    thresholds.forEach((bins, i) => (featureBins[some[i].feature] = bins));
    batch.bin(
      thresholds,
      some.map(({ feature }) => byColumn + feature * rows),
    );
  }
  team.release(mark);
  columns.forEach((column, f) => {
    if (column.kind === "numeric") return;
    const { places, shared, ...bins } = categoryBins(placesOf.get(f) ?? categoryPlaces(column), maxBins);
    featureBins[f] = { ...bins, places, shared };
    const out = team.u8.subarray(byColumn + f * rows, byColumn + (f + 1) * rows);
    for (let i = 0; i < rows; i++) {
      const place = column.codes[i] < 0 ? -1 : places[column.codes[i]];
      out[i] = place < 0 ? MISSING_BIN : (shared?.[place] ?? place);
    }
  });
  team.whole(0, byColumn, features, rows, byRow);
  team.run(jobs.transposeBins);
  return { featureBins, data: { rows, features, bins: byRow, columns: byColumn } };
}

/** As many numeric columns as there are threads, sorted and binned at the same time. */
class ColumnBatch {
  private readonly values: number;
  private readonly sorted: number;
  private readonly scratch: number;
  private readonly thresholds: number;
  private readonly counts: number;
  private readonly sampled: number;

  constructor(
    private readonly team: KernelTeam,
    private readonly rows: number,
    private readonly sample: Int32Array | undefined,
  ) {
    const { threads } = team;
    this.sampled = sample?.length ?? rows;
    this.values = team.allocate(8 * rows * threads);
    this.sorted = team.allocate(8 * this.sampled * threads);
    this.scratch = team.allocate((8 * this.sampled + 8192) * threads);
    this.thresholds = team.allocate(thresholdBytes * threads);
    this.counts = team.allocate(4 * threads);
  }

  fit(
    columns: readonly NumericFeature[],
    weights: Float64Array | undefined,
    maxBins: number,
    tails: TailThresholds | undefined,
  ): ReturnType<typeof numericBins>[] {
    const { team, rows, sample, sampled } = this;
    columns.forEach(({ values, offset, stride }, c) => {
      const into = team.f64.subarray(this.values / 8 + c * rows, this.values / 8 + (c + 1) * rows);
      if (stride === 1) into.set(values);
      else for (let i = 0, k = offset; i < rows; i++, k += stride) into[i] = values[k];
      const some = team.f64.subarray(this.sorted / 8 + c * sampled, this.sorted / 8 + (c + 1) * sampled);
      if (sample === undefined) some.set(into);
      else for (let i = 0; i < sampled; i++) some[i] = into[sample[i]];
    });
    team.whole(0, this.sorted, columns.length, sampled, this.scratch, this.counts);
    team.run(jobs.sortColumns);
    return columns.map((_, c) => {
      const from = this.sorted / 8 + c * sampled;
      const present = team.f64.subarray(from, from + team.i32[this.counts / 4 + c]);
      return numericBins(present, weights && this.weightsInOrder(c, weights), maxBins, tails);
    });
  }

  /** The weights of a column's rows in ascending order of its values. */
  private weightsInOrder(column: number, weights: Float64Array): Float64Array {
    const { team, rows } = this;
    const values = team.f64.slice(this.values / 8 + column * rows, this.values / 8 + (column + 1) * rows);
    const order = sortedRows(
      values,
      Int32Array.from({ length: rows }, (_, i) => i),
    );
    return Float64Array.from(order, (row) => weights[row]);
  }

  /** Writes the bins of the columns of the last `fit`. */
  bin(bins: readonly ReturnType<typeof numericBins>[], out: readonly number[]): void {
    const { team, rows } = this;
    bins.forEach(({ thresholds }, c) => {
      const from = (this.thresholds + c * thresholdBytes) / 8;
      const into = team.f64.subarray(from, from + thresholdBytes / 8);
      into.fill(Number.POSITIVE_INFINITY);
      into.set(thresholds);
      team.whole(0, this.values + 8 * rows * c, 1, rows, this.thresholds + c * thresholdBytes, out[c]);
      team.run(jobs.binColumns);
    });
  }
}
