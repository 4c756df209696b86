import type { CsrMatrix, FitRun, Matrix } from "@strata-ml/core";
import { matmulAsync } from "../kernels/matmul.js";
import { type Vectors, zeroVectors } from "./vectors.js";

/** A matrix A that is seen through its products with a few vectors. */
export interface LinearOperator {
  readonly rows: number;
  readonly columns: number;
  /** A x of each x. */
  times(vectors: Vectors, run: FitRun): Promise<Vectors>;
  /** Aᵀ y of each y. */
  transposedTimes(vectors: Vectors, run: FitRun): Promise<Vectors>;
}

export function transposed(a: LinearOperator): LinearOperator {
  return {
    rows: a.columns,
    columns: a.rows,
    times: (vectors, run) => a.transposedTimes(vectors, run),
    transposedTimes: (vectors, run) => a.times(vectors, run),
  };
}

/** Puts four vectors from `input` through a kernel into four of `output`. */
type Kernel = (input: Vectors, output: Vectors) => void;

/** Vectors in fours, so that each number of the matrix is read once for four of them; the last four may be padded. */
async function inFours(input: Vectors, length: number, kernel: Kernel, run: FitRun): Promise<Vectors> {
  const out = zeroVectors(input.length, length);
  for (let c = 0; c < input.length; c += 4) {
    const four = input.slice(c, c + 4);
    const into = out.slice(c, c + 4);
    while (four.length < 4) {
      four.push(new Float64Array(input[0].length));
      into.push(new Float64Array(length));
    }
    kernel(four, into);
    await run.breathe();
  }
  return out;
}

/** A dense matrix as an operator. */
export function denseOperator(a: Matrix): LinearOperator {
  const product = async (left: Vectors, isTransposed: boolean, run: FitRun): Promise<Vectors> => {
    const out = await matmulAsync({ left, right: a, transposed: isTransposed }, run);
    return Array.from({ length: out.rows }, (_, c) => out.row(c));
  };
  return {
    rows: a.rows,
    columns: a.columns,
    times: (vectors, run) => product(vectors, true, run),
    transposedTimes: (vectors, run) => product(vectors, false, run),
  };
}

/** A sparse matrix as an operator; its transpose is written out once, so that both products gather. */
export function sparseOperator(a: CsrMatrix): LinearOperator {
  const flipped = transposeCsr(a);
  return {
    rows: a.rows,
    columns: a.columns,
    times: (vectors, run) => inFours(vectors, a.rows, (x, y) => sparseTimes(a, x, y), run),
    transposedTimes: (vectors, run) => inFours(vectors, a.columns, (x, y) => sparseTimes(flipped, x, y), run),
  };
}

function sparseTimes(
  { rows, offsets, indices, values }: CsrMatrix,
  [x0, x1, x2, x3]: Vectors,
  [y0, y1, y2, y3]: Vectors,
): void {
  for (let i = 0; i < rows; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const end = offsets[i + 1];
    for (let p = offsets[i]; p < end; p++) {
      const value = values[p];
      const j = indices[p];
      s0 += value * x0[j];
      s1 += value * x1[j];
      s2 += value * x2[j];
      s3 += value * x3[j];
    }
    y0[i] = s0;
    y1[i] = s1;
    y2[i] = s2;
    y3[i] = s3;
  }
}

function transposeCsr({ rows, columns, offsets, indices, values }: CsrMatrix): CsrMatrix {
  const starts = new Int32Array(columns + 1);
  for (const j of indices) starts[j + 1]++;
  for (let j = 0; j < columns; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const out = {
    rows: columns,
    columns: rows,
    offsets: starts,
    indices: new Int32Array(indices.length),
    values: new Float64Array(values.length),
  };
  for (let i = 0; i < rows; i++) {
    for (let p = offsets[i]; p < offsets[i + 1]; p++) {
      const at = next[indices[p]]++;
      out.indices[at] = i;
      out.values[at] = values[p];
    }
  }
  return out;
}
