import type { Matrix, Random } from "@strata-ml/core";

/** Vectors of equal length: the columns of a tall matrix. */
export type Vectors = Float64Array[];

export function zeroVectors(count: number, length: number): Vectors {
  return Array.from({ length: count }, () => new Float64Array(length));
}

export function normalVectors(count: number, length: number, random: Random): Vectors {
  return Array.from({ length: count }, () => new Float64Array(length).map(() => random.normal()));
}

/** Four sums at a time, which a processor adds side by side. */
export function dot(x: Float64Array, y: Float64Array): number {
  const whole = x.length - (x.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  for (; i < x.length; i++) a += x[i] * y[i];
  return a + b + (c + d);
}

/** y += factor * x. */
export function addScaled(y: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += factor * x[i];
}

export function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}

/** The first `count` combinations of `vectors`: combination c weighs vector b by `weights(b, c)`. */
export function combine(vectors: readonly Float64Array[], weights: Matrix, count: number): Vectors {
  const out = zeroVectors(count, vectors[0].length);
  vectors.forEach((vector, b) => {
    for (let c = 0; c < count; c++) addScaled(out[c], weights.at(b, c), vector);
  });
  return out;
}
