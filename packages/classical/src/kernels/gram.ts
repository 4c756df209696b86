import type { FitRun } from "@strata-ml/core";
import { jobs } from "./jobs.js";
import { type KernelTeam, withTeam } from "./lend-team.js";

/** Rows that are summed before their sums are added to the rest: fixed, so that threads change nothing. */
const chunkRows = 512;
/** Columns don't lie a power of two apart, where they would meet in the same places of the cache. */
const strideBytes = 8 * (chunkRows + 8);
/** Bytes of the rows that threads are given at once, so that they seldom wait for each other; one thread gets a chunk. */
const batchBytes = 1 << 22;
/** Multiplications from which copying rows to the kernels pays. */
const fewProducts = 2e5;
/** Multiplications between two looks at whether the fit is aborted: some 10 ms. */
const productsPerStep = 5e7;

/** What the products are taken of: each row times the root of its weight, less the mean of its columns. */
export interface CentredColumns {
  readonly columns: readonly Float64Array[];
  readonly mean: Float64Array;
  /** Without them every row counts 1. */
  readonly weights?: Float64Array | undefined;
}

/** Products of columns with each other, summed over rows as they come. */
interface GramSums {
  add(start: number, end: number): void;
  /** Adds what was summed to the lower triangle of `gram`; no more can be summed then. */
  addTo(gram: Float64Array): void;
}

/** Bytes of a team that can do {@link addGram} for so many columns. */
export function gramBytes(columns: number, threads = 1): number {
  const width = (columns + 3) & ~3;
  const chunk = width * strideBytes + 8 * chunkRows;
  return chunksOf(width, threads) * chunk + 8 * width * (width + 1) + 256;
}

function chunksOf(width: number, threads: number): number {
  return threads === 1 ? 1 : Math.max(1, Math.floor(batchBytes / (width * strideBytes)));
}

/** Whether {@link addGram} is better done by kernels. */
export function gramPays(rows: number, columns: number): boolean {
  return productsOf(rows, columns) >= fewProducts;
}

function productsOf(rows: number, columns: number): number {
  return (rows * columns * (columns + 1)) / 2;
}

/**
 * Adds the sum of w (x - mean)(x - mean)' over rows `start` to `end` to the lower triangle of `gram` (columns x columns,
 * row-major), by a team's kernels, or without one by plain loops that give the same bits.
 */
export function addGram(
  x: CentredColumns,
  start: number,
  end: number,
  gram: Float64Array,
  team?: KernelTeam,
): void {
  if (x.columns.length === 0 || end <= start) return;
  const sums = team === undefined ? new PlainSums(x) : new KernelSums(x, team);
  sums.add(start, end);
  sums.addTo(gram);
}

/** The same over all of `rows` rows, with as many threads as pay. */
export async function gramOf(x: CentredColumns, rows: number, run: FitRun): Promise<Float64Array> {
  const p = x.columns.length;
  const gram = new Float64Array(p * p);
  const sumUp = async (sums: GramSums): Promise<void> => {
    const step = chunkRows * Math.max(1, Math.floor(productsPerStep / productsOf(chunkRows, p)));
    for (let start = 0; start < rows; start += step) {
      const end = Math.min(rows, start + step);
      sums.add(start, end);
      await run.step("row", end, rows);
    }
    sums.addTo(gram);
  };
  if (gramPays(rows, p))
    await withTeam(
      (threads) => gramBytes(p, threads),
      productsOf(rows, p),
      (team) => sumUp(new KernelSums(x, team)),
    );
  else if (p > 0) await sumUp(new PlainSums(x));
  return gram;
}

class KernelSums implements GramSums {
  private readonly mark: number;
  /** Columns, filled up to a multiple of four. */
  private readonly width: number;
  /** Chunks that are worked on at once. */
  private readonly chunks: number;
  private readonly data: number;
  private readonly means: number;
  private readonly roots: number;
  private readonly gram: number;

  constructor(
    private readonly x: CentredColumns,
    private readonly team: KernelTeam,
  ) {
    const p = x.columns.length;
    const width = (p + 3) & ~3;
    this.mark = team.mark();
    this.width = width;
    this.chunks = chunksOf(width, team.threads);
    this.data = team.allocate(this.chunks * width * strideBytes);
    this.means = team.allocate(8 * width);
    this.roots = team.allocate(8 * chunkRows * this.chunks);
    this.gram = team.allocate(8 * width * width);
    team.f64.set(x.mean, this.means / 8);
    team.f64.fill(0, this.gram / 8, this.gram / 8 + width * width);
    for (let c = 0, at = this.data / 8; c < this.chunks; c++, at += (width * strideBytes) / 8)
      team.f64.fill(0, at + (p * strideBytes) / 8, at + (width * strideBytes) / 8);
  }

  add(start: number, end: number): void {
    const { team, data, width, means, gram } = this;
    const p = this.x.columns.length;
    const most = chunkRows * this.chunks;
    const chunk = [chunkRows, width * strideBytes];
    for (let from = start; from < end; from += most) {
      const to = Math.min(end, from + most);
      const roots = this.copy(from, to) ? this.roots : 0;
      team.whole(0, data, strideBytes, to - from, p, means, roots, ...chunk);
      team.run(jobs.centreColumns);
      team.whole(0, data, strideBytes, to - from, width, gram, ...chunk);
      team.run(jobs.addGram);
    }
  }

  /** Returns whether rows have weights. */
  private copy(start: number, end: number): boolean {
    const { team, data, width } = this;
    const { columns, weights } = this.x;
    if (weights !== undefined) team.f64.set(weights.subarray(start, end).map(Math.sqrt), this.roots / 8);
    for (let from = start, at = data; from < end; from += chunkRows, at += width * strideBytes) {
      const to = Math.min(end, from + chunkRows);
      for (let j = 0; j < columns.length; j++)
        team.f64.set(columns[j].subarray(from, to), (at + j * strideBytes) / 8);
    }
    return weights !== undefined;
  }

  addTo(gram: Float64Array): void {
    const p = this.x.columns.length;
    for (let j = 0; j < p; j++) {
      const line = this.gram / 8 + j * this.width;
      for (let k = 0; k <= j; k++) gram[j * p + k] += this.team.f64[line + k];
    }
    this.team.release(this.mark);
  }
}

/** The kernels' sums by plain loops: even and odd rows apart, chunk by chunk. */
class PlainSums implements GramSums {
  private readonly sums: Float64Array;
  private readonly centred: readonly Float64Array[];

  constructor(private readonly x: CentredColumns) {
    const p = x.columns.length;
    this.sums = new Float64Array(p * p);
    this.centred = x.columns.map(() => new Float64Array(chunkRows));
  }

  add(start: number, end: number): void {
    const { x, sums, centred } = this;
    const p = centred.length;
    for (let from = start; from < end; from += chunkRows) {
      const to = Math.min(end, from + chunkRows);
      centred.forEach((own, j) => centre(x.columns[j], from, to, x.mean[j], x.weights, own));
      for (let j = 0; j < p; j++)
        for (let k = 0; k <= j; k++) sums[j * p + k] += evenOddDot(centred[j], centred[k], to - from);
    }
  }

  addTo(gram: Float64Array): void {
    for (let at = 0; at < gram.length; at++) gram[at] += this.sums[at];
  }
}

function centre(
  column: Float64Array,
  from: number,
  to: number,
  mean: number,
  weights: Float64Array | undefined,
  out: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const value = column[i] - mean;
    out[i - from] = weights === undefined ? value : Math.sqrt(weights[i]) * value;
  }
}

function evenOddDot(x: Float64Array, y: Float64Array, count: number): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    even += x[i] * y[i];
    odd += x[i + 1] * y[i + 1];
  }
  if (i < count) even += x[i] * y[i];
  return even + odd;
}
