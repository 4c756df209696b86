import { jobs } from "./jobs.js";
import type { KernelTeam } from "./team.js";

/** Rows that are summed before their sums are added to the rest: fixed, so that threads change nothing. */
const chunkRows = 512;
/** Columns don't lie a power of two apart, where they would meet in the same places of the cache. */
const strideBytes = 8 * (chunkRows + 8);
/** Multiplications from which copying rows to the kernels pays. */
const fewProducts = 2e5;

/** Columns as the kernels see them, and what their products are summed in. */
interface Layout {
  readonly width: number;
  readonly columns: number;
  readonly means: number;
  readonly roots: number;
  readonly gram: number;
}

/** Bytes of a team that can do {@link addGram} for so many columns. */
export function gramBytes(columns: number): number {
  const width = (columns + 3) & ~3;
  return width * strideBytes + 8 * width * (width + 1) + 8 * chunkRows + 256;
}

/** Whether {@link addGram} is better done by kernels. */
export function gramPays(rows: number, columns: number): boolean {
  return (rows * columns * (columns + 1)) / 2 >= fewProducts;
}

/**
 * Adds the sum of w (x - mean)(x - mean)' over rows `start` to `end` to the lower triangle of `gram` (columns x columns,
 * row-major), by a team's kernels, or without one by plain loops that give the same bits.
 */
export function addGram(
  columns: readonly Float64Array[],
  start: number,
  end: number,
  mean: Float64Array,
  weights: Float64Array | undefined,
  gram: Float64Array,
  team?: KernelTeam,
): void {
  const p = columns.length;
  if (p === 0 || end <= start) return;
  const roots = weights?.subarray(start, end).map(Math.sqrt);
  if (team === undefined) {
    addPlain(columns, start, end, mean, roots, gram);
    return;
  }
  const mark = team.mark();
  const layout = layOut(team, p);
  team.f64.set(mean, layout.means / 8);
  for (let from = start; from < end; from += chunkRows) {
    const to = Math.min(end, from + chunkRows);
    if (roots !== undefined) team.f64.set(roots.subarray(from - start, to - start), layout.roots / 8);
    columns.forEach((column, j) =>
      team.f64.set(column.subarray(from, to), (layout.columns + j * strideBytes) / 8),
    );
    addChunk(team, layout, to - from, p, roots !== undefined);
  }
  for (let j = 0; j < p; j++) {
    const line = layout.gram / 8 + j * layout.width;
    for (let k = 0; k <= j; k++) gram[j * p + k] += team.f64[line + k];
  }
  team.release(mark);
}

function layOut(team: KernelTeam, p: number): Layout {
  const width = (p + 3) & ~3;
  const columns = team.allocate(width * strideBytes);
  const means = team.allocate(8 * width);
  const roots = team.allocate(8 * chunkRows);
  const gram = team.allocate(8 * width * width);
  team.f64.fill(0, gram / 8, gram / 8 + width * width);
  team.f64.fill(0, (columns + p * strideBytes) / 8, (columns + width * strideBytes) / 8);
  return { width, columns, means, roots, gram };
}

function addChunk(team: KernelTeam, at: Layout, rows: number, p: number, hasRoots: boolean): void {
  team.whole(0, at.columns, strideBytes, rows, p, at.means, hasRoots ? at.roots : 0);
  team.run(jobs.centreColumns);
  team.whole(0, at.columns, strideBytes, (rows + 1) & ~1, at.width, at.gram);
  team.run(jobs.addGram);
}

/** As the kernel: even and odd rows apart, chunk by chunk. */
function addPlain(
  columns: readonly Float64Array[],
  start: number,
  end: number,
  mean: Float64Array,
  roots: Float64Array | undefined,
  gram: Float64Array,
): void {
  const p = columns.length;
  const rows = Math.min(chunkRows, end - start);
  const sums = new Float64Array((p * (p + 1)) / 2);
  const centred = columns.map(() => new Float64Array(rows));
  for (let from = start; from < end; from += chunkRows) {
    const count = Math.min(chunkRows, end - from);
    columns.forEach((column, j) => {
      const own = centred[j];
      for (let i = 0; i < count; i++) {
        const value = column[from + i] - mean[j];
        own[i] = roots === undefined ? value : roots[from - start + i] * value;
      }
    });
    for (let j = 0, at = 0; j < p; j++)
      for (let k = 0; k <= j; k++, at++) sums[at] += evenOddDot(centred[j], centred[k], count);
  }
  for (let j = 0, at = 0; j < p; j++) for (let k = 0; k <= j; k++, at++) gram[j * p + k] += sums[at];
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
