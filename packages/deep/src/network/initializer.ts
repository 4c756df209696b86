import type { Random } from "@strata-ml/core";

/** First values of a weight, row-major. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const zerosInitializer: Initializer = (shape) => new Float32Array(sizeOf(shape));

export const onesInitializer: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/** Zeros, and ones from `from` up to `to`. */
export function onesBetween(from: number, to: number): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(1, from, to);
}

/** Zeros, and `value` from `from` on. */
export function constantInitializer(value: number, from = 0): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value, from);
}

/** Uniform within ±limit. */
export function uniformInitializer(limit: number): Initializer {
  return (shape, random) => new Float32Array(sizeOf(shape)).map(() => (2 * random.uniform() - 1) * limit);
}

/** Glorot and Bengio (2010): uniform within ±sqrt(6 / (fan in + fan out)); the last two axes are in and out, others a receptive field. */
export const glorotUniform: Initializer = (shape, random) => {
  const field = sizeOf(shape.slice(0, -2));
  const [fanIn, fanOut] = shape.slice(-2);
  return uniformInitializer(Math.sqrt(6 / ((fanIn + fanOut) * field)))(shape, random);
};

/** Blocks of `columns` x `columns` side by side, each with orthonormal rows (Saxe et al. 2014): keeps a recurrent state's length. */
export const orthogonalBlocks: Initializer = ([rows, columns], random) => {
  const out = new Float32Array(rows * columns);
  for (let from = 0; from < columns; from += rows) {
    const block = orthonormal(rows, random);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows && from + j < columns; j++) out[i * columns + from + j] = block[i][j];
    }
  }
  return out;
};

/** Gram and Schmidt's process, twice for accuracy, on random normal rows. */
function orthonormal(size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = new Float64Array(size).map(() => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = row.reduce((sum, value, i) => sum + value * other[i], 0);
        for (let i = 0; i < size; i++) row[i] -= along * other[i];
      }
    }
    const length = Math.hypot(...row);
    if (length > 1e-6) rows.push(row.map((value) => value / length));
  }
  return rows;
}

/** The first rows zero: codes that training may never see then stand for nothing, not for noise. */
export function firstRowsZero(count: number, initializer: Initializer): Initializer {
  return (shape, random) => initializer(shape, random).fill(0, 0, count * sizeOf(shape.slice(1)));
}

/** First values of weights, for layers of your own. */
export const initializers = {
  zeros: zerosInitializer,
  ones: onesInitializer,
  uniform: uniformInitializer,
  glorotUniform,
} as const;
