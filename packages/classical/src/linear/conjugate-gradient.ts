import type { FitRun } from "@strata-ml/core";
import type { NormalEquations } from "./normal-equations.js";

const relativeTol = 1e-10;
/** Iterations between two looks at the true residual. */
const checkEvery = 50;

/**
 * Conjugate gradients on the normal equations (Hestenes and Stiefel, 1952): no matrix of columns x columns is built
 * and sparse features stay sparse. With a penalty, features are scaled by the diagonal; without one they are not, and
 * it goes from zero to the solution of least norm.
 */
export async function conjugateGradient(equations: NormalEquations, run: FitRun): Promise<Float64Array> {
  const { rows, columns: p } = equations.design;
  const scale = equations.problem.alpha > 0 ? equations.diagonal().map((value) => 1 / value) : undefined;
  const coef = new Float64Array(p);
  const rest = new Float64Array(p);
  const scaled = scale === undefined ? rest : new Float64Array(p);
  const product = new Float64Array(p);
  const measure = (): number => {
    if (scale !== undefined) for (let j = 0; j < p; j++) scaled[j] = rest[j] * scale[j];
    return dot(rest, scaled);
  };

  await equations.descent(coef, rest, run);
  let size = measure();
  const goal = size * relativeTol ** 2;
  const direction = scaled.slice();
  const maxIter = 100 + 4 * Math.min(rows, p);
  let atCheck = size;
  let n = 0;
  while (n < maxIter && size > goal) {
    await equations.apply(direction, product, run);
    const step = size / dot(direction, product);
    for (let j = 0; j < p; j++) {
      coef[j] += step * direction[j];
      rest[j] -= step * product[j];
    }
    n++;
    let next = measure();
    if (n % checkEvery === 0 || next <= goal) {
      // Rounding builds up in the running residual, so the true one decides; it starts the directions anew.
      await equations.descent(coef, rest, run);
      const before = atCheck;
      next = atCheck = measure();
      if (next > 0.5 * before) {
        size = next;
        break;
      }
    }
    const turn = next / size;
    size = next;
    for (let j = 0; j < p; j++) direction[j] = scaled[j] + turn * direction[j];
    await run.step("iteration", n, maxIter, { residual: Math.sqrt(size) });
  }
  if (size > goal * 1e8) {
    run.warn(
      `no convergence after ${n} iterations of conjugate gradients: scale the features, or raise alpha`,
    );
  }
  await run.step("iteration", n, n);
  return coef;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
