import { concat, div, expandDims, maximum, reshape, sum, type Tensor, tile } from "../backend/tensors.js";
import type { Windows } from "../backend/kernels/windows.js";
import { unnamed } from "../network/graph.js";
import type { Steps } from "../network/node.js";
import { checkOneOf, checkWhole } from "./check-option.js";
import { maxOverSteps } from "./pooling.js";
import { type Padding, sliding, unfold, windowMask, windowsOver } from "./windows.js";

export interface Pool1dOptions {
  /** How many steps are pooled into one; default 2. */
  readonly poolSize?: number;
  /** How many steps lie between two pools; default the pool's size. */
  readonly strides?: number;
  /** Whether pools lie within the steps (`valid`) or there is one for every stride (`same`); default valid. */
  readonly padding?: Exclude<Padding, "causal">;
}

/** Largest value of each unit in every pool of steps, masked ones left out. */
export function maxPool1d(owner: string, input: Steps, options: Pool1dOptions = {}): Steps {
  return pooled(owner, "maxPool1d", input, options, maxOverSteps);
}

/** Mean of each unit in every pool of steps, masked ones left out. */
export function averagePool1d(owner: string, input: Steps, options: Pool1dOptions = {}): Steps {
  return pooled(owner, "averagePool1d", input, options, (seen, real) =>
    div(sum(seen, 1), maximum(sum(real, 1, true), 1)),
  );
}

/** `pool` gets windows (rows and windows x size x units), zero where they are masked, and their mask. */
function pooled(
  owner: string,
  layer: string,
  input: Steps,
  { poolSize = 2, strides = poolSize, padding = "valid" }: Pool1dOptions,
  pool: (seen: Tensor, real: Tensor) => Tensor,
): Steps {
  const of = { owner, layer };
  checkOneOf(of, "padding", ["valid", "same"], padding);
  const shape = sliding(of, "poolSize", poolSize, { strides, padding });
  return unnamed("steps", input.width, [input], ([{ tensor, mask: given }]) => {
    const mask = given!;
    const windows: Windows = windowsOver(tensor.shape[1]!, shape);
    const count = mask.shape[0] * windows.count;
    const seen = reshape(unfold(tensor, mask, windows), [count, poolSize, input.width]);
    const real = reshape(unfold(expandDims(mask, 2), undefined, windows), [count, poolSize]);
    return {
      tensor: reshape(pool(seen, real), [mask.shape[0], windows.count, input.width]),
      mask: windowMask(mask, windows, padding),
    };
  });
}

/** Each step so many times in a row. */
export function upSampling1d(owner: string, input: Steps, size = 2): Steps {
  checkWhole({ owner, layer: "upSampling1d" }, "size", size);
  return unnamed("steps", input.width, [input], ([{ tensor, mask }]) => {
    const [rows, steps, width] = tensor.shape;
    const copies = Array.from({ length: size }, () => tensor);
    return {
      tensor: reshape(concat(copies, 2), [rows, steps * size, width]),
      mask: reshape(tile(expandDims(mask!, 2), [1, 1, size]), [rows, steps * size]),
    };
  });
}
