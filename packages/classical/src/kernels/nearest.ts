import { jobs } from "./jobs.js";
import { KernelTeam } from "./team.js";

/** Rows that are worked on together: their distances are read while they are in the cache. */
export const nearestRows = 1024;
/** Squared differences from which copying rows to the kernels pays. */
const fewDifferences = 1e5;

/** What is known of some rows; the arrays hold {@link nearestRows} of them. */
export interface Nearest {
  /** Number of the nearest centre, the first of equals. */
  readonly labels: Int32Array;
  /** Squared distance to it. */
  readonly least: Float64Array;
  /** To the nearest of the others, Infinity where there is none. */
  readonly second: Float64Array;
  /** Squared distances to all centres, `stride` a row: the next multiple of four. */
  readonly distances: Float64Array;
  readonly stride: number;
}

/** Whether {@link NearestKernel} is better than plain loops. */
export function nearestPays(rows: number, columns: number, centres: number): boolean {
  return rows * columns * centres >= fewDifferences;
}

/** Bytes of a team that can do it. */
export function nearestBytes(columns: number, centres: number): number {
  const width = (columns + 1) & ~1;
  const stride = (centres + 3) & ~3;
  return 8 * (width + stride) * (nearestRows + 1) + 8 * width * stride + 20 * nearestRows + 512;
}

/** Finds the centre that each row is nearest to, by a kernel over squared differences. */
export class NearestKernel {
  /** Numbers of a row, with a zero after an odd count. */
  private readonly width: number;
  private readonly fours: number;
  private readonly data: number;
  private readonly centres: number;
  private readonly out: Nearest;
  private readonly results: readonly number[];

  constructor(
    private readonly columns: number,
    private readonly count: number,
    private readonly team = KernelTeam.alone(nearestBytes(columns, count)),
  ) {
    this.width = (columns + 1) & ~1;
    this.fours = (count + 3) & ~3;
    this.data = team.allocate(8 * this.width * (nearestRows + 1));
    this.centres = team.allocate(8 * this.width * this.fours);
    const [least, second, labels] = [8, 8, 4].map((bytes) => team.allocate(bytes * nearestRows));
    const distances = team.allocate(8 * this.fours * (nearestRows + 1));
    this.results = [least, second, labels, distances];
    this.out = {
      least: team.f64.subarray(least / 8, least / 8 + nearestRows),
      second: team.f64.subarray(second / 8, second / 8 + nearestRows),
      labels: team.i32.subarray(labels / 4, labels / 4 + nearestRows),
      distances: team.f64.subarray(distances / 8, distances / 8 + this.fours * nearestRows),
      stride: this.fours,
    };
    this.clear(this.data, nearestRows + 1);
  }

  /** The centres from now on, row-major. */
  set(centres: Float64Array): void {
    const { team, columns, width, count, fours } = this;
    this.clear(this.centres, count);
    const at = this.centres / 8;
    for (let k = 0; k < count; k++)
      team.f64.set(centres.subarray(k * columns, (k + 1) * columns), at + k * width);
    team.f64.fill(Number.NaN, at + count * width, at + fours * width);
  }

  /**
   * The nearest centres of the rows `rows[0]` to `rows[count - 1]` of row-major data, ascending and at most
   * {@link nearestRows}. What is returned holds until the next call.
   */
  find(data: Float64Array, rows: Int32Array, count: number): Nearest {
    const { team } = this;
    this.copy(data, rows, count);
    team.whole(0, this.data, count, this.width / 2, this.centres, this.fours, ...this.results);
    team.run(jobs.assignNearest);
    return this.out;
  }

  private copy(data: Float64Array, rows: Int32Array, count: number): void {
    const { columns: p, width } = this;
    const { f64 } = this.team;
    let at = this.data / 8;
    if (p === width && rows[count - 1] - rows[0] === count - 1) {
      f64.set(data.subarray(rows[0] * p, (rows[0] + count) * p), at);
      return;
    }
    for (let i = 0; i < count; i++, at += width)
      for (let j = 0, from = rows[i] * p; j < p; j++) f64[at + j] = data[from + j];
  }

  private clear(at: number, rows: number): void {
    this.team.f64.fill(0, at / 8, at / 8 + rows * this.width);
  }
}
