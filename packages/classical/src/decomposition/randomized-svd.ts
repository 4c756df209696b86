import type { FitRun, Random } from "@strata-ml/core";
import { type LinearOperator, transposed } from "./linear-operator.js";
import { orthonormalize } from "./orthonormalize.js";
import { factorsInRange, type SingularFactors } from "./singular-factors.js";
import { normalVectors } from "./vectors.js";

export interface RandomizedOptions {
  /** Vectors sampled beyond the factors wanted. */
  readonly nOversamples: number;
  /** Power iterations, each of which sharpens the spectrum. */
  readonly nIter: number;
}

/**
 * The leading `k` singular factors from a random sample of the range (Halko, Martinsson, Tropp 2009, algorithms 4.4 and
 * 5.1), with orthonormal vectors in between.
 */
export async function randomizedSvd(
  a: LinearOperator,
  k: number,
  { nOversamples, nIter }: RandomizedOptions,
  random: Random,
  run: FitRun,
): Promise<SingularFactors> {
  const tall = a.rows >= a.columns;
  const op = tall ? a : transposed(a);
  const size = Math.min(k + nOversamples, op.columns);
  let sample = await op.times(normalVectors(size, op.columns, random), run);
  await orthonormalize(sample, [], random, run);
  for (let i = 0; i < nIter; i++) {
    await run.step("iteration", i, nIter);
    const back = await op.transposedTimes(sample, run);
    await orthonormalize(back, [], random, run);
    sample = await op.times(back, run);
    await orthonormalize(sample, [], random, run);
  }
  const factors = await factorsInRange(op, sample, k, random, run);
  await run.step("iteration", nIter, nIter);
  return tall ? factors : { ...factors, left: factors.right, right: factors.left };
}
