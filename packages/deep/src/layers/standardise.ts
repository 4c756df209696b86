import { ParamError } from "@strata-ml/core";
import {
  STANDARDISE,
  STANDARDISE_GRADIENT,
  type StandardiseAttributes,
} from "../backend/kernels/standardise.js";
import { hasKernel } from "../backend/has-kernel.js";
import {
  add,
  customGrad,
  div,
  engine,
  type GradSaveFunc,
  maximum,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  zeros,
} from "../backend/tensors.js";

/** Numbers standardised, and the means and variances (outer x groups) that it was done by. */
export interface Standardised {
  readonly z: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * (x - mean) / sqrt(variance + epsilon), with its gradient in closed form; the attributes say which numbers belong
 * together. A place that the mask (outer x places) leaves out is standardised with the others but doesn't count.
 * Gradients reach `x` through `z` alone.
 */
export function standardise(x: Tensor, attributes: StandardiseAttributes, mask?: Tensor): Standardised {
  return (hasKernel(STANDARDISE) ? fused : composed)(x, attributes, mask);
}

function fused(x: Tensor, attributes: StandardiseAttributes, mask?: Tensor): Standardised {
  const masked = mask && { mask };
  const [done, average, variance] = engine().runKernel<Tensor[]>(STANDARDISE, { x, ...masked }, attributes);
  const z = customGrad((...inputs) => {
    (inputs[1] as GradSaveFunc)([done, variance, ...(mask ? [mask] : [])]);
    return {
      // The kernel itself has no gradient: what is differentiated must be another tensor than its output.
      value: reshape(done, x.shape),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [before, deviation, real] = saved;
        const given = { dy, z: before, variance: deviation, ...(real && { mask: real }) };
        return engine().runKernel<Tensor>(STANDARDISE_GRADIENT, given, attributes);
      },
    };
  })(x);
  return { z, mean: average, variance };
}

const within = [1, 3];

/** The same from ordinary operations, for backends whose memory our kernels can't reach. */
export function composed(x: Tensor, attributes: StandardiseAttributes, mask?: Tensor): Standardised {
  const { outer, places, groups, members, epsilon, centred } = attributes;
  const layout = [outer, places, groups, members];
  const real = mask && reshape(mask, [outer, places, 1, 1]);
  // What each number counts for in a mean.
  const share = real && div(real, mul(maximum(sum(real, within, true), 1), members));
  const over = (t: Tensor): Tensor => (share ? sum(mul(t, share), within, true) : mean(t, within, true));
  const blocks = reshape(x, layout);
  const centre = centred ? over(blocks) : zeros([outer, 1, groups, 1]);
  const distances = sub(blocks, centre);
  const variance = over(square(distances));
  const deviation = sqrt(add(variance, epsilon));
  const done = div(distances, deviation);
  const part = share ?? 1 / (places * members);
  const z = customGrad((...inputs) => {
    (inputs[1] as GradSaveFunc)([done, deviation, ...(share ? [share] : [])]);
    return {
      value: reshape(done, x.shape),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [before, scale] = saved;
        const gradient = reshape(dy, layout);
        const along = mul(before, sum(mul(gradient, before), within, true));
        const common = centred ? add(sum(gradient, within, true), along) : along;
        return reshape(div(sub(gradient, mul(saved[2] ?? part, common)), scale), x.shape);
      },
    };
  })(x);
  return { z, mean: reshape(centre, [outer, groups]), variance: reshape(variance, [outer, groups]) };
}

/** Throws {@link ParamError} for what can't be added to a variance. */
export function requireEpsilon(owner: string, layer: string, epsilon: number): void {
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
    throw new ParamError(owner, `layer '${layer}': epsilon must be a number > 0, received ${epsilon}`);
}
