import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { sortedRows } from "../tree/sorted-rows.js";
import type { FeatureBins } from "./binning.js";
import type { FeatureColumn } from "./feature-columns.js";
import type { BinnedRows } from "./histogram.js";

/** Added to the hessian of a category where categories are compared: few rows tell little (LightGBM's cat_smooth). */
const smoothing = 10;

interface Shared {
  readonly feature: number;
  readonly count: number;
  /** Bin of each place; the grower reads it. */
  readonly binOf: Uint8Array;
  /** Bins of the feature; the last one is shared. */
  readonly bins: number;
  readonly sums: number;
  readonly table: number;
}

/**
 * The bins of features that have more categories than bins, anew for every tree: those that alone would decrease the loss most
 * have a bin each, the others share the last one, which no split sends left.
 */
export class SharedBins {
  private readonly features: readonly Shared[];
  private readonly places: number = 0;
  private readonly sumsOf: number = 0;
  private readonly tableOf: number = 0;
  private readonly numbers: number = 0;

  constructor(
    private readonly team: KernelTeam,
    private readonly data: BinnedRows,
    columns: readonly FeatureColumn[],
    featureBins: readonly FeatureBins[],
  ) {
    const { rows } = data;
    this.features = featureBins.flatMap((bins, feature) => {
      if (bins.kind !== "categorical" || bins.shared === undefined) return [];
      const { shared: binOf } = bins;
      const count = binOf.length;
      return [
        {
          feature,
          count,
          binOf,
          bins: bins.count,
          sums: team.allocate(16 * count),
          table: team.allocate(count),
        },
      ];
    });
    const { length } = this.features;
    if (length === 0) return;
    this.places = team.allocate(4 * rows * length);
    this.sumsOf = team.allocate(4 * length);
    this.tableOf = team.allocate(4 * length);
    this.numbers = team.allocate(4 * length);
    this.features.forEach(({ feature, sums, table }, f) => {
      team.i32[this.sumsOf / 4 + f] = sums;
      team.i32[this.tableOf / 4 + f] = table;
      team.i32[this.numbers / 4 + f] = feature;
      const column = columns[feature];
      const bins = featureBins[feature];
      if (column.kind !== "categorical" || bins.kind !== "categorical") return;
      const out = team.i32.subarray(this.places / 4 + f * rows, this.places / 4 + (f + 1) * rows);
      for (let i = 0; i < rows; i++) out[i] = column.codes[i] < 0 ? -1 : bins.places[column.codes[i]];
    });
  }

  /** Bytes that so many rows of these columns need, at most. */
  static bytes(columns: readonly FeatureColumn[], maxBins: number): number {
    let bytes = 0;
    for (const column of columns) {
      if (column.kind !== "categorical" || column.categories.length <= maxBins) continue;
      bytes += 4 * column.codes.length + 17 * column.categories.length + 12 + 4 * 64;
    }
    return bytes;
  }

  /**
   * Chooses the categories with bins of their own for the next tree, and bins the rows by it.
   *
   * @param pairs address of the rows' gradients and hessians
   */
  choose(pairs: number): void {
    const { team, data, features } = this;
    if (features.length === 0) return;
    for (const { sums, count } of features) team.f64.fill(0, sums / 8, sums / 8 + 2 * count);
    const { rows } = data;
    const threads = rows * features.length < smallWork ? 1 : team.threads;
    team.whole(0, features.length, this.places, rows, pairs, this.sumsOf);
    team.run(jobs.sumCategories, threads);
    for (const feature of features) this.share(feature);
    team.whole(0, features.length, this.places, rows, this.tableOf, this.numbers, data.bins, data.features);
    team.whole(7, data.columns);
    team.run(jobs.rebinCategories, threads);
  }

  private share({ sums, count, binOf, bins, table }: Shared): void {
    const { f64, u8 } = this.team;
    const decreases = new Float64Array(count);
    for (let place = 0; place < count; place++) {
      const at = sums / 8 + 2 * place;
      decreases[place] = f64[at] ** 2 / (f64[at + 1] + smoothing);
    }
    const order = sortedRows(decreases, Int32Array.from(binOf.keys())).reverse();
    binOf.fill(bins - 1);
    for (let bin = 0; bin < bins - 1; bin++) binOf[order[bin]] = bin;
    u8.set(binOf, table);
  }
}

/** Sums that one thread makes in the time that a second one needs to start. */
const smallWork = 20_000;
