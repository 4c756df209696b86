import { MAX_OVER_STEPS, MAX_OVER_STEPS_GRADIENT } from "../backend/kernels/max-pool.js";
import { hasKernel } from "../backend/has-kernel.js";
import {
  add,
  customGrad,
  div,
  engine,
  expandDims,
  type GradSaveFunc,
  max,
  maximum,
  mul,
  sub,
  sum,
  type Tensor,
} from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Steps, Vector } from "../network/node.js";

/** Mean of each unit over the real steps; zeros for a row without any. */
export function meanPool(input: Steps): Vector {
  return unnamed("vector", input.width, [input], ([{ tensor, mask }]) => ({
    tensor: div(sum(mul(tensor, expandDims(mask!, 2)), 1), maximum(sum(mask!, 1, true), 1)),
  }));
}

/** Largest value of each unit over the real steps; zeros for a row without any. */
export function maxPool(input: Steps): Vector {
  return unnamed("vector", input.width, [input], ([{ tensor, mask }]) => ({
    tensor: maxOverSteps(tensor, mask!),
  }));
}

const far = 1e9;

export function maxOverSteps(x: Tensor, mask: Tensor): Tensor {
  if (!hasKernel(MAX_OVER_STEPS)) {
    const real = expandDims(mask, 2);
    return mul(max(add(mul(x, real), mul(sub(real, 1), far)), 1), anyStep(mask));
  }
  const steps = x.shape[1] as number;
  return customGrad((...inputs) => {
    const [out, from] = engine().runKernel<Tensor[]>(MAX_OVER_STEPS, { x: inputs[0] as Tensor, mask });
    (inputs[1] as GradSaveFunc)([from]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        engine().runKernel<Tensor>(MAX_OVER_STEPS_GRADIENT, { dy, from: saved[0] }, { steps }),
    };
  })(x);
}

/** 1 for a row with any real step, 0 for one without: rows x 1. */
export function anyStep(mask: Tensor): Tensor {
  return max(mask, 1, true);
}
