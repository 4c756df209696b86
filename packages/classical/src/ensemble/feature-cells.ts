import type { Matrix } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";

/** A feature matrix in the memory of a team: values, or ranks among the distinct values of each feature. */
export interface FeatureCells {
  readonly rows: number;
  readonly features: number;
  /** Where cells are, and bytes from row to row, from feature to feature, and of a cell. */
  readonly cells: number;
  readonly rowStride: number;
  readonly featureStride: number;
  readonly cellBytes: 2 | 4 | 8;
  /** Bits that hold every rank. */
  readonly rankBits: number;
  /** Of ranks, a pair of u32 a feature: the address of its distinct values, ascending, and their number: the rank of missing ones. */
  readonly about: number;
}

/** Rows up to so many bytes stay together, since a split looks at several features of a row. */
const bytesTogether = 256;

function stridesOf(
  rows: number,
  features: number,
  cellBytes: 2 | 4 | 8,
): Pick<FeatureCells, "rowStride" | "featureStride" | "cellBytes"> {
  return features * cellBytes <= bytesTogether
    ? { rowStride: features * cellBytes, featureStride: cellBytes, cellBytes }
    : { rowStride: cellBytes, featureStride: rows * cellBytes, cellBytes };
}

/** Hands the values on as they are. */
export function copyFeatures(team: KernelTeam, x: Matrix): FeatureCells {
  const { rows, columns: features } = x;
  const cells = team.allocate(8 * rows * features);
  const strides = stridesOf(rows, features, 8);
  const own = team.f64.subarray(cells / 8, cells / 8 + rows * features);
  if (strides.featureStride === 8) own.set(x.data);
  else for (let f = 0; f < features; f++) own.set(x.column(f), f * rows);
  return { rows, features, cells, ...strides, rankBits: 0, about: 0 };
}

/** Bytes that {@link rankFeatures} keeps, and those that it needs only while it runs. */
export function rankingBytes(
  rows: number,
  features: number,
  threads: number,
): { kept: number; passing: number } {
  const kept = features * (8 + 12 * rows) + 192;
  const passing = 4 * rows * features + threads * (40 * rows + 8192 + 8) + 256;
  return { kept, passing };
}

/** Replaces each value by its rank, so that thresholds stay exact and keys are small whole numbers. */
export function rankFeatures(team: KernelTeam, x: Matrix): FeatureCells {
  const { rows, columns: features } = x;
  const about = team.allocate(8 * features);
  const cells = team.allocate(4 * rows * features);
  // Untouched pages cost nothing, so there may be room for as many distinct values as rows.
  const values = team.allocate(8 * rows * features);
  const mark = team.mark();
  const byColumn = team.allocate(4 * rows * features);
  const most = rankColumns(team, x, byColumn, values, about);
  const strides = stridesOf(rows, features, most < 65_536 ? 2 : 4);
  const { rowStride, featureStride, cellBytes } = strides;
  team.whole(0, byColumn, features, rows, cells, rowStride, featureStride, cellBytes);
  team.run(jobs.layOutRanks);
  team.release(mark);
  const rankBits = Math.max(1, 32 - Math.clz32(most));
  return { rows, features, cells, ...strides, rankBits, about };
}

/** Ranks as many columns at a time as there are threads; gives the greatest rank. */
function rankColumns(
  team: KernelTeam,
  { rows, columns: features, data }: Matrix,
  byColumn: number,
  values: number,
  about: number,
): number {
  const { threads } = team;
  const columns = team.allocate(8 * rows * threads);
  const scratch = team.allocate((32 * rows + 8192) * threads);
  const counts = team.allocate(8 * threads);
  let most = 0;
  let next = values;
  for (let first = 0; first < features; first += threads) {
    const some = Math.min(threads, features - first);
    for (let c = 0; c < some; c++) {
      const into = team.f64.subarray(columns / 8 + c * rows, columns / 8 + (c + 1) * rows);
      for (let i = 0, k = first + c; i < rows; i++, k += features) into[i] = data[k];
    }
    team.whole(0, columns, some, rows, scratch, byColumn + 4 * rows * first, counts);
    team.run(jobs.rankColumns);
    for (let c = 0; c < some; c++) {
      const distinct = team.i32[counts / 4 + 2 * c];
      const missing = team.i32[counts / 4 + 2 * c + 1];
      const from = columns / 8 + c * rows;
      team.f64.copyWithin(next / 8, from, from + distinct);
      team.i32[about / 4 + 2 * (first + c)] = next;
      team.i32[about / 4 + 2 * (first + c) + 1] = distinct;
      next += 8 * distinct;
      most = Math.max(most, missing > 0 ? distinct : distinct - 1);
    }
  }
  return most;
}
