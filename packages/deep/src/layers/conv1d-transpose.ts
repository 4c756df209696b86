import { add, expandDims, matMul, minimum, mul, reshape, type Tensor, tile } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { checkOneOf, checkWhole } from "./check-option.js";
import { fold } from "./windows.js";

export interface Conv1dTransposeOptions {
  readonly filters: number;
  /** How many steps a filter writes; default 3. */
  readonly kernelSize?: number;
  /** How many steps come out for each that goes in; default 1. */
  readonly strides?: number;
  /** `same` gives steps x strides, `valid` also what filters write beyond; default same. */
  readonly padding?: "valid" | "same";
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
}

/**
 * A convolution over steps the other way round (Zeiler et al. 2010): each step writes a filter's worth of steps.
 * Masked steps write nothing; a step that comes out is real where the row by itself would have it. Weights `kernel`
 * (kernel size x filters x in) and `bias`.
 *
 * @throws ParamError for sizes and strides that are no whole numbers >= 1, and for an unknown padding.
 */
export function conv1dTranspose(
  graph: Graph,
  name: string,
  input: Steps,
  options: Conv1dTransposeOptions,
): Steps {
  const { filters, kernelSize: size = 3, strides: stride = 1, padding = "same" } = options;
  const { activation = "linear", useBias = true, kernelInitializer = glorotUniform } = options;
  const of = { owner: graph.owner, layer: name };
  checkActivation(of, activation);
  checkWhole(of, "kernelSize", size);
  checkWhole(of, "strides", stride);
  checkOneOf(of, "padding", ["valid", "same"], padding);
  const kernel = graph.weight(name, "kernel", [size, filters, input.width], kernelInitializer, {
    decays: true,
  });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  const beyond = Math.max(0, size - stride);
  const left = padding === "same" ? beyond >> 1 : 0;
  return graph.layer("conv1dTranspose", name, "steps", filters, [input], ([{ tensor, mask: given }], run) => {
    const mask = given!;
    const [rows, steps] = mask.shape as [number, number];
    const windows = { stride, dilation: 1, count: steps };
    const length = steps * stride + (padding === "valid" ? beyond : 0);
    const real = reshape(mul(tensor, expandDims(mask, 2)), [rows * steps, input.width]);
    const flat = reshape(run.weight(kernel), [size * filters, input.width]);
    const written = reshape(matMul(real, flat, false, true), [rows, steps, size * filters]);
    const sums = fold(written, length, { ...windows, size, left });
    const biased = bias === undefined ? sums : add(sums, run.weight(bias));
    return {
      tensor: activate(activation, biased),
      mask: spread(mask, length, padding === "same" ? stride : Math.max(size, stride), stride),
    };
  });
}

/** 1 where any real step writes, each to `size` steps from its own on. */
function spread(mask: Tensor, length: number, size: number, stride: number): Tensor {
  const windows = { size, stride, dilation: 1, left: 0, count: mask.shape[1]! };
  const counts = fold(tile(expandDims(mask, 2), [1, 1, size]), length, windows);
  return minimum(reshape(counts, [mask.shape[0], length]), 1);
}
