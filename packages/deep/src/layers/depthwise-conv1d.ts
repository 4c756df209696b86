import { add, concat, expandDims, mul, reshape, slice, sum, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { checkWhole } from "./check-option.js";
import { affine } from "./dense.js";
import { sliding, unfold, windowMask, type WindowOptions, windowsOver } from "./windows.js";

export interface DepthwiseConv1dOptions extends WindowOptions {
  /** How many steps a filter sees; default 3. */
  readonly kernelSize?: number;
  /** How many filters each unit has; default 1. */
  readonly depthMultiplier?: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly depthwiseInitializer?: Initializer;
}

export interface SeparableConv1dOptions extends DepthwiseConv1dOptions {
  readonly filters: number;
  /** Default Glorot uniform. */
  readonly pointwiseInitializer?: Initializer;
}

/**
 * A convolution over steps of each unit by itself; steps and masks as in `conv1d`. Weights `kernel` (kernel size x in
 * x depth multiplier) and `bias` (in x depth multiplier).
 *
 * @throws ParamError for sizes, strides and dilation that are no whole numbers >= 1, and for an unknown padding.
 */
export function depthwiseConv1d(
  graph: Graph,
  name: string,
  input: Steps,
  options: DepthwiseConv1dOptions = {},
): Steps {
  const { activation = "linear", useBias = true } = options;
  checkActivation({ owner: graph.owner, layer: name }, activation);
  const { width, filter } = depthwise(graph, name, "kernel", input, options);
  const bias = useBias ? graph.weight(name, "bias", [width], zerosInitializer) : undefined;
  return graph.layer("depthwiseConv1d", name, "steps", width, [input], ([{ tensor, mask }], run) => {
    const filtered = filter(tensor, mask!, (weight) => run.weight(weight));
    const sums = bias === undefined ? filtered.tensor : add(filtered.tensor, run.weight(bias));
    return { tensor: activate(activation, sums), mask: filtered.mask };
  });
}

/**
 * A convolution of each unit by itself, then one of single steps that mixes units (Sifre 2014; Chollet 2017). Weights
 * `depthwiseKernel` (kernel size x in x depth multiplier), `pointwiseKernel` (in x depth multiplier x filters) and
 * `bias`.
 *
 * @throws ParamError as `depthwiseConv1d`.
 */
export function separableConv1d(
  graph: Graph,
  name: string,
  input: Steps,
  options: SeparableConv1dOptions,
): Steps {
  const { filters, activation = "linear", useBias = true, pointwiseInitializer = glorotUniform } = options;
  checkActivation({ owner: graph.owner, layer: name }, activation);
  const { width, filter } = depthwise(graph, name, "depthwiseKernel", input, options);
  const point = graph.weight(name, "pointwiseKernel", [width, filters], pointwiseInitializer, {
    decays: true,
  });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  return graph.layer("separableConv1d", name, "steps", filters, [input], ([{ tensor, mask }], run) => {
    const filtered = filter(tensor, mask!, (weight) => run.weight(weight));
    const sums = affine(
      filtered.tensor,
      run.weight(point),
      bias === undefined ? undefined : run.weight(bias),
    );
    return { tensor: activate(activation, sums), mask: filtered.mask };
  });
}

type Filter = (
  x: Tensor,
  mask: Tensor,
  weight: (name: string) => Tensor,
) => { readonly tensor: Tensor; readonly mask: Tensor };

/** Declares a depthwise kernel, and gives what comes of it and how many units that has. */
function depthwise(
  graph: Graph,
  name: string,
  weightName: string,
  { width }: Steps,
  options: DepthwiseConv1dOptions,
): { readonly width: number; readonly filter: Filter } {
  const { kernelSize = 3, depthMultiplier = 1, depthwiseInitializer = glorotUniform } = options;
  const of = { owner: graph.owner, layer: name };
  checkWhole(of, "depthMultiplier", depthMultiplier);
  const shape = sliding(of, "kernelSize", kernelSize, options);
  const kernel = graph.weight(name, weightName, [kernelSize, width, depthMultiplier], depthwiseInitializer, {
    decays: true,
  });
  return {
    width: width * depthMultiplier,
    filter: (x, mask, weight) => {
      const windows = windowsOver(x.shape[1]!, shape);
      const seen = unfold(x, mask, windows);
      return {
        tensor: filtered(seen, weight(kernel)),
        mask: windowMask(mask, windows, shape.padding),
      };
    },
  };
}

/** Windows (rows x count x (size width)) through a kernel (size x width x filters a unit): rows x count x (width filters). */
function filtered(seen: Tensor, kernel: Tensor): Tensor {
  const [rows, count, taps] = seen.shape;
  const [size, width, each] = kernel.shape;
  const flat = reshape(seen, [rows * count, taps]);
  const outputs = Array.from({ length: each }, (_, k) => {
    const weights = reshape(slice(kernel, [0, 0, k], [size, width, 1]), [taps]);
    return sum(reshape(mul(flat, weights), [rows * count, size, width]), 1);
  });
  const side =
    each === 1
      ? outputs[0]
      : concat(
          outputs.map((output) => expandDims(output, 2)),
          2,
        );
  return reshape(side, [rows, count, width * each]);
}
