import { Matrix } from "@strata-ml/core";

/** Most blocks before a Lanczos method gives up. */
export const maxBlocks = 1000;

/**
 * How far each of the first `k` Ritz vectors is from an exact one: what leaves the basis is `rest` (upper triangular) of
 * the elements that the last block has in `vectors` (the Ritz vectors within the basis, as columns).
 */
export function residuals(rest: Matrix, vectors: Matrix, k: number): number[] {
  const last = vectors.rows - rest.columns;
  return Array.from({ length: k }, (_, i) => {
    let squares = 0;
    for (let r = 0; r < rest.rows; r++) {
      let sum = 0;
      for (let c = r; c < rest.columns; c++) sum += rest.at(r, c) * vectors.at(last + c, i);
      squares += sum * sum;
    }
    return Math.sqrt(squares);
  });
}

export function diagonal(values: Float64Array): Matrix {
  const out = new Matrix(values.length, values.length);
  values.forEach((value, i) => (out.data[i * values.length + i] = value));
  return out;
}
