import type { FitRun, Random } from "@strata-ml/core";
import { leadingEigen } from "./leading-eigen.js";
import { type LinearOperator, transposed } from "./linear-operator.js";
import { factorsInRange, type SingularFactors } from "./singular-factors.js";

/** The leading `k` singular factors to rounding: the leading eigenvectors of AᵀA (of AAᵀ where that is smaller), and A within their space. */
export async function exactSvd(
  a: LinearOperator,
  k: number,
  random: Random,
  run: FitRun,
): Promise<SingularFactors> {
  const tall = a.rows >= a.columns;
  // The eigenvectors are the range of the transpose, whose rows are the shorter side.
  const op = tall ? transposed(a) : a;
  const { vectors } = await leadingEigen(
    {
      size: op.rows,
      times: async (x, at) => op.times(await op.transposedTimes(x, at), at),
    },
    k,
    random,
    run,
  );
  const factors = await factorsInRange(op, vectors, k, random, run);
  return tall ? { ...factors, left: factors.right, right: factors.left } : factors;
}
