import { type FitRun, Matrix, type Random } from "@strata-ml/core";
import { addScaled, dot, scale, type Vectors } from "./vectors.js";

/** Where less of a vector's length is left after a projection, rounding is too large a part of it: it is projected again. */
const enough = 0.7;
/** A vector whose rest is smaller than this part of it depends on the others. */
const dependent = 1e-14;

/** The vectors as they were, in terms of the orthonormal ones: old c = sum over b of `before(b, c)` basis b + `among(b, c)` new b. */
export interface Coefficients {
  readonly before: Matrix;
  readonly among: Matrix;
}

/**
 * Makes vectors orthonormal in place, and orthogonal to an orthonormal `basis`: modified Gram-Schmidt, repeated where it
 * must be ("twice is enough": Giraud, Langou, Rozloznik 2005). One that depends on the others becomes a random direction
 * of its own, with a coefficient of 0; there must be room for it: basis and vectors together at most their length.
 */
export async function orthonormalize(
  vectors: Vectors,
  basis: readonly Float64Array[],
  random: Random,
  run: FitRun,
): Promise<Coefficients> {
  const before = new Matrix(basis.length, vectors.length);
  const among = new Matrix(vectors.length, vectors.length);
  for (let c = 0; c < vectors.length; c++) {
    const vector = vectors[c];
    const whole = Math.sqrt(dot(vector, vector));
    let left = whole;
    for (let round = 0; round < 4; round++) {
      const held = left;
      project(vector, basis, before, c);
      project(vector, vectors.slice(0, c), among, c);
      left = Math.sqrt(dot(vector, vector));
      if (left > enough * held) break;
    }
    if (left > dependent * whole) {
      among.data[c * vectors.length + c] = left;
      scale(vector, 1 / left);
    } else {
      randomDirection(vector, [...basis, ...vectors.slice(0, c)], random);
    }
    await run.breathe();
  }
  return { before, among };
}

/** Takes the parts along `directions` out of the vector and adds them to column `c` of `coefficients`. */
function project(
  vector: Float64Array,
  directions: readonly Float64Array[],
  coefficients: Matrix,
  c: number,
): void {
  for (let b = 0; b < directions.length; b++) {
    const along = dot(directions[b], vector);
    coefficients.data[b * coefficients.columns + c] += along;
    addScaled(vector, -along, directions[b]);
  }
}

/** Fills the vector with a random unit vector orthogonal to `directions`. */
function randomDirection(vector: Float64Array, directions: readonly Float64Array[], random: Random): void {
  for (let i = 0; i < vector.length; i++) vector[i] = random.normal();
  for (let round = 0; round < 4; round++) {
    for (const direction of directions) addScaled(vector, -dot(direction, vector), direction);
    scale(vector, 1 / Math.sqrt(dot(vector, vector)));
  }
}
