import { hasKernel } from "../backend/has-kernel.js";
import { CONV1D, CONV1D_GRADIENT } from "../backend/kernels/conv1d.js";
import type { Windows } from "../backend/kernels/windows.js";
import {
  customGrad,
  engine,
  type GradSaveFunc,
  type NamedAttrMap,
  reshape,
  type Tensor,
} from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { affine } from "./dense.js";
import { sliding, unfold, windowMask, type WindowOptions, windowsOver } from "./windows.js";

export interface Conv1dOptions extends WindowOptions {
  readonly filters: number;
  /** How many steps a filter sees; default 3. */
  readonly kernelSize?: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
}

/**
 * A convolution over steps. Masked steps count as zeros, so padding changes nothing; a step that comes out is real where
 * the one at which its window stands is, with padding `valid` where the last one that it sees is. Weights `kernel`
 * (kernel size x in x filters) and `bias`.
 *
 * @throws ParamError for sizes, strides and dilation that are no whole numbers >= 1, and for an unknown padding.
 */
export function conv1d(graph: Graph, name: string, input: Steps, options: Conv1dOptions): Steps {
  const { filters, kernelSize = 3, activation = "linear", useBias = true } = options;
  const of = { owner: graph.owner, layer: name };
  checkActivation(of, activation);
  const shape = sliding(of, "kernelSize", kernelSize, options);
  const { kernelInitializer = glorotUniform } = options;
  const kernel = graph.weight(name, "kernel", [kernelSize, input.width, filters], kernelInitializer, {
    decays: true,
  });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  return graph.layer("conv1d", name, "steps", filters, [input], ([{ tensor, mask: given }], run) => {
    const mask = given!;
    const windows = windowsOver(tensor.shape[1]!, shape);
    const flat = reshape(run.weight(kernel), [kernelSize * input.width, filters]);
    const held = bias === undefined ? undefined : run.weight(bias);
    const out =
      hasKernel(CONV1D) && windows.stride === 1 && windows.dilation === 1
        ? fusedConv1d(tensor, mask, [flat, held], windows, activation)
        : activate(activation, affine(unfold(tensor, mask, windows), flat, held));
    return { tensor: out, mask: windowMask(mask, windows, shape.padding) };
  });
}

/** The same by a kernel that copies no windows. */
function fusedConv1d(
  x: Tensor,
  mask: Tensor,
  [kernel, bias]: readonly [Tensor, Tensor | undefined],
  { size, left, count }: Windows,
  activation: Activation,
): Tensor {
  const relu = activation === "relu";
  const attributes: NamedAttrMap = { size, left, count, relu };
  const sums = customGrad((...inputs) => {
    const given = inputs as Tensor[];
    const [steps, weights] = given;
    const added = bias && { bias: given[2] };
    const out = engine().runKernel<Tensor>(CONV1D, { x: steps, mask, kernel: weights, ...added }, attributes);
    (inputs[bias ? 3 : 2] as GradSaveFunc)([out, steps, mask, weights]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const held = { dy, out: saved[0], x: saved[1], mask: saved[2], kernel: saved[3] };
        const gradients = engine().runKernel<Tensor[]>(CONV1D_GRADIENT, held, attributes);
        return bias ? gradients : gradients.slice(0, 2);
      },
    };
  })(x, kernel, ...(bias ? [bias] : []));
  return relu ? sums : activate(activation, sums);
}
