import type { TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";

/** A matrix in a backend's memory: where its first number lies, and how many bytes its rows and its columns are apart. */
export interface Lying {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** Rows of `columns` numbers, one after the other. */
const lying = (at: number, columns: number): Lying => ({ at, row: 4 * columns, column: 4 });

/** The same, rows for columns. */
const turned = ({ at, row, column }: Lying): Lying => ({ at, row: column, column: row });

interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** What sums start from, `row` bytes apart by row, 0 for one row under all; zeros where it is left out. */
  readonly start?: { readonly at: number; readonly row: number } | undefined;
  /** Smaller numbers become it. */
  readonly least?: number | undefined;
}

/** c = a b + start of m x k and k x n matrices, by the compiled kernel; c's columns are neighbours. `k` is at least 1. */
export function multiply(
  memory: HostMemory,
  c: Lying,
  a: Lying,
  b: Lying,
  { m, k, n, start, least = -Infinity }: Product,
): void {
  const native = memory.native!;
  native.multiply(
    ...([a.at, a.row, a.column, b.at, b.row, b.column, c.at, c.row] as const),
    ...([start?.at ?? 0, start?.row ?? 0, m, k, n, least] as const),
    memory.scratch(native.multiplyScratch()),
  );
}

/** A tensor's matrices, rows x columns each, from the given block on; `across` for each read rows for columns. */
export function matrixOf(memory: HostMemory, info: TensorInfo, block = 0, across = false): Lying {
  const [rows, columns] = info.shape.slice(-2);
  const matrix = lying(memory.address(info) + 4 * block * rows * columns, columns);
  return across ? turned(matrix) : matrix;
}
