import { Matrix } from "@strata-ml/core";
import { Matrix as MlMatrix } from "ml-matrix";

export function transposeMatrix(a: Matrix): Matrix {
  const out = new Matrix(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) out.data[j * a.rows + i] = a.at(i, j);
  return out;
}

export function toMl(a: Matrix): MlMatrix {
  return new MlMatrix(a.toRows());
}
