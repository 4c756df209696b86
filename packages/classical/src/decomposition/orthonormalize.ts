import { type FitRun, Matrix, type Random } from "@strata-ml/core";
import { takeOut } from "./take-out.js";
import { addScaled, dot, scale, type Vectors } from "./vectors.js";

/** Where less of a vector's length is left after a projection, rounding is too large a part of it: it is projected again. */
const enough = 0.7;
/** A vector whose rest is smaller than this part of it depends on the others. */
const dependent = 1e-14;
/** "Twice is enough", and once more for what depends on others. */
const maxRounds = 4;

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
  const whole = vectors.map(length);
  await projectAll(vectors, basis, before, whole, run);
  for (let c = 0; c < vectors.length; c++) {
    const vector = vectors[c];
    const others = vectors.slice(0, c);
    let left = length(vector);
    for (let round = 0; round < maxRounds; round++) {
      const held = left;
      project(vector, others, among, c);
      // What cancelled within the block lets through more of the basis.
      if (round > 0) project(vector, basis, before, c);
      left = length(vector);
      if (left > enough * held) break;
    }
    if (left > dependent * whole[c]) {
      among.data[c * vectors.length + c] = left;
      scale(vector, 1 / left);
    } else {
      randomDirection(vector, [...basis, ...others], random);
    }
    await run.breathe();
  }
  return { before, among };
}

function length(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

/** Takes the parts along the basis out of all vectors at once, which reads the basis less often, until enough is left of each. */
async function projectAll(
  vectors: Vectors,
  basis: readonly Float64Array[],
  before: Matrix,
  lengths: readonly number[],
  run: FitRun,
): Promise<void> {
  if (basis.length === 0) return;
  let held = lengths;
  for (let round = 0; round < maxRounds; round++) {
    await takeOut(vectors, basis, before, run);
    const left = vectors.map(length);
    if (left.every((value, c) => value > enough * held[c] || value <= dependent * lengths[c])) return;
    held = left;
  }
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
    scale(vector, 1 / length(vector));
  }
}
