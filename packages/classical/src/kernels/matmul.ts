import { type FitRun, Matrix } from "@strata-ml/core";
import { jobs } from "./jobs.js";
import { KernelTeam, withTeam } from "./lend-team.js";

/** Blocks that the caches hold: rows of the left, columns of the right, and steps of the sums, all multiples of four. */
const mostRows = 256;
const mostColumns = 512;
const mostSteps = 256;
const bytes = 8 * (mostRows * mostSteps + mostSteps * mostColumns + mostRows * mostColumns);
/** Multiplications from which copying to the kernels pays. */
const fewProducts = 1e5;

/** Rows of a block from which it pays to share it. */
const enoughRows = 64;

/** A product of the matrix of `left` rows with `right`, or with its transpose. */
export interface Product {
  readonly left: readonly Float64Array[];
  readonly right: Matrix;
  readonly transposed?: boolean;
}

/**
 * The product, by kernels on this thread, or where there is little to do by plain loops that give the same bits. The
 * memory that the kernels need does not grow with the matrices.
 */
export function matmul(product: Product): Matrix {
  const { rows, columns, steps } = sizes(product);
  const out = new Matrix(rows, columns);
  if (rows * columns * steps < fewProducts) addPlain(product, out);
  else {
    const multiply = new BlockProduct(product, out, KernelTeam.alone(bytes));
    eachBlock(out, (row, column) => multiply.block(row, column));
  }
  return out;
}

/** The same with as many threads as pay. */
export async function matmulAsync(product: Product, run: FitRun): Promise<Matrix> {
  const { rows, columns, steps } = sizes(product);
  if (rows * columns * steps < fewProducts) return matmul(product);
  const out = new Matrix(rows, columns);
  // With few rows most of a block's time goes into laying it out, which other threads can only wait for.
  const shared = rows < enoughRows ? 0 : rows * columns * steps;
  await withTeam(
    () => bytes,
    shared,
    async (team) => {
      const multiply = new BlockProduct(product, out, team);
      for (let column = 0; column < columns; column += mostColumns)
        for (let row = 0; row < rows; row += mostRows) {
          multiply.block(row, column);
          await run.breathe();
        }
    },
  );
  return out;
}

function sizes({ left, right, transposed = false }: Product): {
  rows: number;
  columns: number;
  steps: number;
} {
  const { rows, columns } = right;
  return { rows: left.length, columns: transposed ? rows : columns, steps: transposed ? columns : rows };
}

function eachBlock({ rows, columns }: Matrix, visit: (row: number, column: number) => void): void {
  for (let column = 0; column < columns; column += mostColumns)
    for (let row = 0; row < rows; row += mostRows) visit(row, column);
}

/** Works out a product block by block; what fills blocks up to fours is zero. */
export class BlockProduct {
  static readonly bytes = bytes;
  private readonly left: number;
  private readonly right: number;
  private readonly target: number;

  constructor(
    private readonly product: Product,
    private readonly out: Matrix,
    private readonly team: KernelTeam,
  ) {
    this.left = team.allocate(8 * mostRows * mostSteps) / 8;
    this.right = team.allocate(8 * mostSteps * mostColumns) / 8;
    this.target = team.allocate(8 * mostRows * mostColumns) / 8;
  }

  /** Writes the block of the result that begins at a row and column. */
  block(row: number, column: number): void {
    const { team, out, target } = this;
    const { steps } = sizes(this.product);
    const rows = Math.min(mostRows, out.rows - row);
    const columns = Math.min(mostColumns, out.columns - column);
    const width = (columns + 3) & ~3;
    team.f64.fill(0, target, target + ((rows + 3) & ~3) * width);
    for (let from = 0; from < steps; from += mostSteps) {
      const count = Math.min(mostSteps, steps - from);
      this.packLeft(row, rows, from, count);
      this.packRight(column, columns, from, count);
      const panels = [8 * this.left, (rows + 3) >> 2, 8 * this.right, width / 4];
      team.whole(0, ...panels, count, 8 * target, 8 * width);
      team.run(jobs.multiplyPanels);
    }
    for (let i = 0; i < rows; i++) {
      const at = target + i * width;
      out.data.set(team.f64.subarray(at, at + columns), (row + i) * out.columns + column);
    }
  }

  private packLeft(row: number, rows: number, from: number, count: number): void {
    const { left } = this.product;
    const none = rows % 4 === 0 ? undefined : new Float64Array(count);
    for (let i = 0; i < rows; i += 4) {
      const line = (r: number): Float64Array =>
        i + r < rows ? left[row + i + r].subarray(from, from + count) : none!;
      this.interleave(line(0), line(1), line(2), line(3), this.left + i * count);
    }
  }

  private packRight(column: number, columns: number, from: number, count: number): void {
    const { right, transposed = false } = this.product;
    const { data, columns: stride } = right;
    if (!transposed) {
      this.copyColumns(column, columns, from, count);
      return;
    }
    const none = columns % 4 === 0 ? undefined : new Float64Array(count);
    for (let i = 0; i < columns; i += 4) {
      const line = (r: number): Float64Array => {
        const at = (column + i + r) * stride + from;
        return i + r < columns ? data.subarray(at, at + count) : none!;
      };
      this.interleave(line(0), line(1), line(2), line(3), this.right + i * count);
    }
  }

  private interleave(a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array, to: number): void {
    const { f64 } = this.team;
    for (let k = 0, at = to; k < a.length; k++, at += 4) {
      f64[at] = a[k];
      f64[at + 1] = b[k];
      f64[at + 2] = c[k];
      f64[at + 3] = d[k];
    }
  }

  /** Columns of a row-major matrix, row by row as it lies. */
  private copyColumns(column: number, columns: number, from: number, count: number): void {
    const { f64 } = this.team;
    const { data, columns: stride } = this.product.right;
    const whole = columns & ~3;
    for (let k = 0; k < count; k++) {
      let at = (from + k) * stride + column;
      let to = this.right + 4 * k;
      for (let j = 0; j < whole; j += 4, at += 4, to += 4 * count) {
        f64[to] = data[at];
        f64[to + 1] = data[at + 1];
        f64[to + 2] = data[at + 2];
        f64[to + 3] = data[at + 3];
      }
      if (whole === columns) continue;
      for (let j = 0; j < 4; j++) f64[to + j] = whole + j < columns ? data[at + j] : 0;
    }
  }
}

/** As the kernels: step by step within a block, blocks one after another. */
function addPlain({ left, right, transposed = false }: Product, out: Matrix): void {
  const { data, columns: stride } = right;
  const [along, across] = transposed ? [1, stride] : [stride, 1];
  const steps = transposed ? right.columns : right.rows;
  for (let from = 0; from < steps; from += mostSteps) {
    const to = Math.min(steps, from + mostSteps);
    left.forEach((row, i) => {
      for (let j = 0; j < out.columns; j++) {
        let sum = 0;
        for (let k = from, at = from * along + j * across; k < to; k++, at += along) sum += row[k] * data[at];
        out.data[i * out.columns + j] += sum;
      }
    });
  }
}
