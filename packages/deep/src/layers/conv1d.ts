import { reshape } from "../backend/tensors.js";
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
  return graph.layer(name, "steps", filters, [input], ([{ tensor, mask: given }], run) => {
    const mask = given!;
    const windows = windowsOver(tensor.shape[1]!, shape);
    const flat = reshape(run.weight(kernel), [kernelSize * input.width, filters]);
    const seen = unfold(tensor, mask, windows);
    const sums = affine(seen, flat, bias === undefined ? undefined : run.weight(bias));
    return { tensor: activate(activation, sums), mask: windowMask(mask, windows, shape.padding) };
  });
}
