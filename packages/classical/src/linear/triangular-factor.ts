/**
 * The triangular factor R of a tall matrix and Q'y, built from blocks of rows by Householder reflections (Golub and
 * Van Loan, Matrix Computations, 2013, 5.2): memory for R and one block only, and the accuracy of QR rather than of
 * the normal equations.
 */
export class TriangularFactor {
  private readonly width: number;
  /** Row-major, one column more than it has features: Q'y. */
  private readonly r: Float64Array;

  /** Starts as `diagonal` times the identity. */
  constructor(
    private readonly columns: number,
    diagonal: number,
  ) {
    this.width = columns + 1;
    this.r = new Float64Array(columns * this.width);
    for (let j = 0; j < columns; j++) this.r[j * this.width + j] = diagonal;
  }

  at(row: number, column: number): number {
    return this.r[row * this.width + column];
  }

  /** The first entries of Q'y. */
  get target(): Float64Array {
    return Float64Array.from({ length: this.columns }, (_, i) => this.at(i, this.columns));
  }

  /** Adds `rows` row-major rows and their targets. */
  add(block: Float64Array, rows: number, target: (row: number) => number): void {
    const { columns: p, width, r } = this;
    // Column-major, so that a reflection runs along memory.
    const b = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < p; j++) b[j * rows + i] = block[i * p + j];
      b[p * rows + i] = target(i);
    }
    for (let j = 0; j < p; j++) {
      const column = j * rows;
      let squares = 0;
      for (let i = 0; i < rows; i++) squares += b[column + i] ** 2;
      if (squares === 0) continue;
      const diagonal = r[j * width + j];
      const norm = Math.sqrt(diagonal * diagonal + squares);
      const head = diagonal + (diagonal < 0 ? -norm : norm);
      const tau = 1 / (norm * Math.abs(head));
      for (let k = j + 1; k < width; k++) {
        const other = k * rows;
        let along = head * r[j * width + k];
        for (let i = 0; i < rows; i++) along += b[column + i] * b[other + i];
        along *= tau;
        r[j * width + k] -= along * head;
        for (let i = 0; i < rows; i++) b[other + i] -= along * b[column + i];
      }
      r[j * width + j] = diagonal < 0 ? norm : -norm;
    }
  }
}
