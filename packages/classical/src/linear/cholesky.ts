/**
 * The lower Cholesky factor of a symmetric positive definite matrix (n x n, row-major; only its lower triangle is read,
 * and the factor takes its place).
 *
 * @returns Whether every pivot was larger than `leastPivot` times its diagonal entry; where not, the matrix is left half done.
 */
export function choleskyInPlace(a: Float64Array, n: number, leastPivot: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      // Four sums hide the latency of the additions.
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let k = 0;
      for (; k + 4 <= j; k += 4) {
        s0 += a[row + k] * a[other + k];
        s1 += a[row + k + 1] * a[other + k + 1];
        s2 += a[row + k + 2] * a[other + k + 2];
        s3 += a[row + k + 3] * a[other + k + 3];
      }
      for (; k < j; k++) s0 += a[row + k] * a[other + k];
      const rest = a[row + j] - (s0 + s1 + (s2 + s3));
      if (j < i) a[row + j] = rest / a[other + j];
      else {
        if (!(rest > leastPivot * a[row + i]) || rest === Number.POSITIVE_INFINITY) return false;
        a[row + i] = Math.sqrt(rest);
      }
    }
  }
  return true;
}

/** Solves L x = b in place of b, which starts at `at`. */
export function solveLower(factor: Float64Array, n: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = b[at + i];
    for (let k = 0, row = i * n; k < i; k++) sum -= factor[row + k] * b[at + k];
    b[at + i] = sum / factor[i * n + i];
  }
}

/** Solves L' x = b in place of b, which starts at `at`. */
export function solveUpper(factor: Float64Array, n: number, b: Float64Array, at = 0): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[at + i] / factor[row + i];
    b[at + i] = x;
    for (let k = 0; k < i; k++) b[at + k] -= factor[row + k] * x;
  }
}
