import { type FitRun, Matrix } from "@strata-ml/core";
import { gramOf } from "../kernels/gram.js";

/** The rows less `mean`. */
export function centred(x: Matrix, mean: Float64Array): Matrix {
  const out = new Matrix(x.rows, x.columns);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) out.data[at] = x.data[at] - mean[j];
  }
  return out;
}

/** Sample covariance (divided by rows - 1) of columns, centred before they are multiplied, which keeps it accurate where means are large. */
export async function covariance(
  columns: readonly Float64Array[],
  rows: number,
  mean: Float64Array,
  run: FitRun,
): Promise<Matrix> {
  const d = columns.length;
  const out = new Matrix(d, d, await gramOf({ columns, mean }, rows, run));
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) {
      const value = out.data[j * d + k] / (rows - 1);
      out.data[j * d + k] = value;
      out.data[k * d + j] = value;
    }
  }
  return out;
}
