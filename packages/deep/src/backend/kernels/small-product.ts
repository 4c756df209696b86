/** A matrix within an array: where its first number lies, and how far apart rows and columns are. */
export interface Placed {
  readonly values: Float32Array;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/**
 * out = a b for matrices of m x k and k x n numbers, in blocks of 4 x 4 sums that stay in registers: for many small
 * products, which wasm's batched one takes twice as long for, and of any layout, so that nothing is transposed first.
 */
export function smallProduct(out: Placed, a: Placed, b: Placed, m: number, k: number, n: number): void {
  const [wholeRows, wholeColumns] = [m - (m % 4), n - (n % 4)];
  for (let i = 0; i < wholeRows; i += 4) {
    for (let j = 0; j < wholeColumns; j += 4) block(out, a, b, i, k, j);
    for (let j = wholeColumns; j < n; j++) for (let r = i; r < i + 4; r++) single(out, a, b, r, k, j);
  }
  for (let i = wholeRows; i < m; i++) for (let j = 0; j < n; j++) single(out, a, b, i, k, j);
}

function single(out: Placed, a: Placed, b: Placed, i: number, k: number, j: number): void {
  let total = 0;
  for (let p = 0; p < k; p++)
    total += a.values[a.start + i * a.row + p * a.column] * b.values[b.start + p * b.row + j * b.column];
  out.values[out.start + i * out.row + j * out.column] = total;
}

/** The 4 x 4 sums from row i and column j on, spelt out: an array of them would lie in memory. */
function block(out: Placed, a: Placed, b: Placed, i: number, k: number, j: number): void {
  const { values: left, row: step, column: along } = a;
  const { values: right, column: apart } = b;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let from = a.start + i * step;
  let to = b.start + j * apart;
  for (let p = 0; p < k; p++, from += along, to += b.row) {
    const y0 = right[to];
    const y1 = right[to + apart];
    const y2 = right[to + 2 * apart];
    const y3 = right[to + 3 * apart];
    const x0 = left[from];
    const x1 = left[from + step];
    const x2 = left[from + 2 * step];
    const x3 = left[from + 3 * step];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  const row = (r: number, v0: number, v1: number, v2: number, v3: number): void => {
    const at = out.start + (i + r) * out.row + j * out.column;
    out.values[at] = v0;
    out.values[at + out.column] = v1;
    out.values[at + 2 * out.column] = v2;
    out.values[at + 3 * out.column] = v3;
  };
  row(0, s00, s01, s02, s03);
  row(1, s10, s11, s12, s13);
  row(2, s20, s21, s22, s23);
  row(3, s30, s31, s32, s33);
}
