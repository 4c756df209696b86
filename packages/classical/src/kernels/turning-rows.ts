import { jobs } from "./jobs.js";
import { KernelTeam } from "./team.js";

/** Rows from which kernels pay. */
const manyRows = 48;
/** Numbers that the kernel keeps in registers. */
const strip = 8;

/** The rows of a square matrix, at first I, whose neighbours are turned in their planes. */
export interface TurningRows {
  /** Cosine and sine of the next turn of rows i and i + 1, at 2 i and 2 i + 1. */
  readonly pairs: Float64Array;
  /**
   * Turns rows i and i + 1 for i from `high - 1` down to `low`: the upper becomes c upper - s lower, the lower
   * s upper + c lower.
   */
  turn(low: number, high: number): void;
  /** A copy of a row. */
  row(i: number): Float64Array;
}

/** Rows that kernels turn, or few of them by plain loops that give the same bits. */
export function turningRows(n: number): TurningRows {
  return n < manyRows ? new PlainRows(n) : new KernelRows(n);
}

export class PlainRows implements TurningRows {
  readonly pairs: Float64Array;
  private readonly rows: readonly Float64Array[];

  constructor(n: number) {
    this.pairs = new Float64Array(2 * n);
    this.rows = Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1));
  }

  turn(low: number, high: number): void {
    for (let i = high - 1; i >= low; i--) {
      const [x, y] = [this.rows[i], this.rows[i + 1]];
      const c = this.pairs[2 * i];
      const s = this.pairs[2 * i + 1];
      for (let j = 0; j < x.length; j++) {
        const u = x[j];
        const v = y[j];
        y[j] = s * u + c * v;
        x[j] = c * u - s * v;
      }
    }
  }

  row(i: number): Float64Array {
    return this.rows[i].slice();
  }
}

export class KernelRows implements TurningRows {
  readonly pairs: Float64Array;
  private readonly strips: number;
  private readonly line: number;
  private readonly at: number;

  constructor(
    private readonly n: number,
    private readonly team = KernelTeam.alone(rowsBytes(n)),
  ) {
    this.strips = Math.ceil(n / strip);
    this.line = lineOf(n);
    this.at = team.allocate(8 * this.line * n) / 8;
    const pairs = team.allocate(16 * n) / 8;
    this.pairs = team.f64.subarray(pairs, pairs + 2 * n);
    team.f64.fill(0, this.at, this.at + this.line * n);
    for (let i = 0; i < n; i++) team.f64[this.at + i * (this.line + 1)] = 1;
  }

  turn(low: number, high: number): void {
    const { team, at, line, strips, pairs } = this;
    team.whole(0, 8 * at, 8 * line, strips, low, high, pairs.byteOffset);
    team.run(jobs.rotateRows);
  }

  row(i: number): Float64Array {
    const from = this.at + i * this.line;
    return this.team.f64.slice(from, from + this.n);
  }
}

/** Numbers from one row to the next: whole strips, and not a power of two, where they would meet in the cache. */
function lineOf(n: number): number {
  const whole = strip * Math.ceil(n / strip);
  return whole % 64 === 0 ? whole + strip : whole;
}

/** Bytes of a team for {@link KernelRows}. */
export function rowsBytes(n: number): number {
  return 8 * lineOf(n) * n + 16 * n + 128;
}
