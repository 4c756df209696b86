import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import { standardiseColumns, standardiseColumnsGradient } from "./standardise-columns.js";
import { standardiseGradientNatively, standardiseNatively } from "./standardise-natively.js";
import { standardiseRuns, standardiseRunsGradient } from "./standardise-runs.js";

export const STANDARDISE = "StrataStandardise";
export const STANDARDISE_GRADIENT = "StrataStandardiseGradient";

/**
 * How numbers share means and variances, as attributes of the kernel: a tensor is read as outer x places x groups x
 * members, and those of one outer index and one group belong together.
 */
export interface StandardiseAttributes {
  readonly [name: string]: number | boolean;
  readonly outer: number;
  readonly places: number;
  readonly groups: number;
  readonly members: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether the mean is taken off; where it is not, the variance is the mean square. */
  readonly centred: boolean;
}

/** What a pass over the numbers reads and writes. */
export interface StandardisePass {
  readonly x: Float32Array;
  readonly z: Float32Array;
  /** Outer x groups each. */
  readonly means: Float32Array;
  readonly variances: Float32Array;
  /** Outer x places, where some don't count. */
  readonly mask: Float32Array | undefined;
}

export interface StandardiseGradientPass {
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  readonly z: Float32Array;
  readonly variances: Float32Array;
  readonly mask: Float32Array | undefined;
}

/**
 * (x - mean) / sqrt(variance + epsilon), and the means and variances (outer x groups), summed in float64. A place that
 * the mask (outer x places) leaves out is standardised but doesn't count.
 */
export const standardiseKernel: HostKernel = {
  name: STANDARDISE,
  run(memory, { x, mask }, attributes): TensorInfo[] {
    const attrs = attributes as StandardiseAttributes;
    const stats = [attrs.outer, attrs.groups];
    const outputs = [x.shape, stats, stats].map((shape) => memory.create(shape, "float32"));
    if (!mask && standardiseNatively(memory, attrs, x, outputs)) return outputs;
    const [z, means, variances] = outputs.map((info) => memory.floats(info));
    const pass = { x: memory.floats(x), z, means, variances, mask: mask && memory.floats(mask) };
    if (attrs.places === 1 && !mask) standardiseRuns(attrs, pass);
    else standardiseColumns(attrs, pass);
    return outputs;
  },
};

/** The gradient of {@link standardiseKernel} for `x`: (dy - mean(dy) - z mean(dy z)) / sqrt(variance + epsilon). */
export const standardiseGradientKernel: HostKernel = {
  name: STANDARDISE_GRADIENT,
  run(memory, { dy, z, variance, mask }, attributes): TensorInfo {
    const attrs = attributes as StandardiseAttributes;
    const out = memory.create(z.shape, "float32");
    if (!mask && standardiseGradientNatively(memory, attrs, { dy, z, variance }, out)) return out;
    const pass = {
      dx: memory.floats(out),
      dy: memory.floats(dy),
      z: memory.floats(z),
      variances: memory.floats(variance),
      mask: mask && memory.floats(mask),
    };
    if (attrs.places === 1 && !mask) standardiseRunsGradient(attrs, pass);
    else standardiseColumnsGradient(attrs, pass);
    return out;
  },
};
