import type { Matrix } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";

/** The columns of a feature matrix in the memory of a team: values, or ranks among the distinct values of each feature. */
export interface FeatureCells {
  readonly rows: number;
  readonly features: number;
  readonly cells: number;
  /** Bytes of a rank, or of a value. */
  readonly cellBytes: 2 | 4 | 8;
  /** Bits that hold every rank. */
  readonly rankBits: number;
  /** Of ranks, a pair of u32 a feature: the address of its distinct values, ascending, and their number: the rank of missing ones. */
  readonly about: number;
}

/** Bytes that {@link rankFeatures} or {@link copyFeatures} keeps, and those that it needs only while it runs. */
export function cellsBytes(
  rows: number,
  features: number,
  threads: number,
): { kept: number; passing: number } {
  const kept = features * (8 + (rankBytes(rows) + 8) * rows) + 192;
  return { kept, passing: threads * (40 * rows + 8192 + 8) + 192 };
}

/** Ranks are at most the number of rows, of missing values that is. */
const rankBytes = (rows: number): 2 | 4 => (rows < 65_536 ? 2 : 4);

/** Hands the values on as they are. */
export function copyFeatures(team: KernelTeam, x: Matrix): FeatureCells {
  const { rows, columns: features } = x;
  const cells = team.allocate(8 * rows * features);
  for (let f = 0; f < features; f++) copyColumn(team, x, f, cells + 8 * rows * f);
  return { rows, features, cells, cellBytes: 8, rankBits: 0, about: 0 };
}

function copyColumn(team: KernelTeam, { rows, columns, data }: Matrix, feature: number, to: number): void {
  const into = team.f64.subarray(to / 8, to / 8 + rows);
  for (let i = 0, k = feature; i < rows; i++, k += columns) into[i] = data[k];
}

/** Replaces each value by its rank, so that thresholds stay exact and what is sorted are small whole numbers. */
export function rankFeatures(team: KernelTeam, x: Matrix): FeatureCells {
  const { rows, columns: features } = x;
  const { threads } = team;
  const cellBytes = rankBytes(rows);
  const about = team.allocate(8 * features);
  const cells = team.allocate(cellBytes * rows * features);
  // Untouched pages cost nothing, so there may be room for as many distinct values as rows.
  let values = team.allocate(8 * rows * features);
  const mark = team.mark();
  const columns = team.allocate(8 * rows * threads);
  const scratch = team.allocate((32 * rows + 8192) * threads);
  const counts = team.allocate(8 * threads);
  let most = 1;
  for (let first = 0; first < features; first += threads) {
    const some = Math.min(threads, features - first);
    for (let c = 0; c < some; c++) copyColumn(team, x, first + c, columns + 8 * rows * c);
    const ranks = cells + cellBytes * rows * first;
    team.whole(0, columns, some, rows, scratch, ranks, cellBytes, counts);
    team.run(jobs.rankColumns);
    for (let c = 0; c < some; c++) {
      const [distinct, missing] = team.i32.subarray(counts / 4 + 2 * c, counts / 4 + 2 * c + 2);
      const from = columns / 8 + c * rows;
      team.f64.copyWithin(values / 8, from, from + distinct);
      team.i32.set([values, distinct], about / 4 + 2 * (first + c));
      values += 8 * distinct;
      most = Math.max(most, missing > 0 ? distinct : distinct - 1);
    }
  }
  team.release(mark);
  return { rows, features, cells, cellBytes, rankBits: 32 - Math.clz32(most), about };
}
