import { type FitRun, Matrix } from "@strata-ml/core";

/** Rows taken together: each product is added to memory once for so many of them. */
const together = 4;

export function columnMeans(x: Matrix): Float64Array {
  const mean = new Float64Array(x.columns);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) mean[j] += x.data[at];
  }
  return mean.map((sum) => sum / x.rows);
}

/** The rows less `mean`. */
export function centred(x: Matrix, mean: Float64Array): Matrix {
  const out = new Matrix(x.rows, x.columns);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) out.data[at] = x.data[at] - mean[j];
  }
  return out;
}

/** Sample covariance (divided by rows - 1) of the columns, centred before they are multiplied, which keeps it accurate where means are large. */
export async function covariance(x: Matrix, mean: Float64Array, run: FitRun): Promise<Matrix> {
  const d = x.columns;
  const out = new Matrix(d, d);
  const rows = Array.from({ length: together }, () => new Float64Array(d));
  for (let i = 0; i < x.rows; i += together) {
    rows.forEach((row, r) => {
      const from = (i + r) * d;
      if (i + r < x.rows) for (let j = 0; j < d; j++) row[j] = x.data[from + j] - mean[j];
      else row.fill(0);
    });
    addProducts(out.data, d, rows);
    if (i % 256 === 0) await run.step("row", i, x.rows);
  }
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) {
      const value = out.data[j * d + k] / (x.rows - 1);
      out.data[j * d + k] = value;
      out.data[k * d + j] = value;
    }
  }
  await run.step("row", x.rows, x.rows);
  return out;
}

/**
 * Adds the lower triangle of the products of four rows with themselves, two lines of it at a time: each number read is
 * used for both. The element above the diagonal that this fills too is overwritten when the triangle is mirrored.
 */
function addProducts(out: Float64Array, d: number, [r0, r1, r2, r3]: readonly Float64Array[]): void {
  for (let j = 0; j < d; j += 2) {
    const next = Math.min(j + 1, d - 1);
    const a0 = r0[j];
    const a1 = r1[j];
    const a2 = r2[j];
    const a3 = r3[j];
    // An odd last line has no partner: it gets zeros added.
    const paired = next === j ? 0 : 1;
    const b0 = paired * r0[next];
    const b1 = paired * r1[next];
    const b2 = paired * r2[next];
    const b3 = paired * r3[next];
    const at = j * d;
    const below = next * d;
    for (let k = 0; k <= next; k++) {
      const x0 = r0[k];
      const x1 = r1[k];
      const x2 = r2[k];
      const x3 = r3[k];
      out[at + k] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3;
      out[below + k] += b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3;
    }
  }
}
