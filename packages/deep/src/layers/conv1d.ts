import { conv1d as convolve, expandDims, mul, pad, type Tensor } from "../backend/tensors.js";
import { add } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, zerosInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { type Activation, activate } from "./activation.js";

export interface Conv1dOptions {
  readonly filters: number;
  /** How many steps a filter sees; default 3. */
  readonly kernelSize?: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** `same` sees steps on both sides, `causal` only earlier ones; default same. */
  readonly padding?: "same" | "causal";
}

/**
 * A convolution over steps of stride 1; as many steps come out. Masked steps count as zeros, so padding changes nothing.
 * Weights `kernel` (kernel size x in x filters) and `bias`.
 */
export function conv1d(
  graph: Graph,
  name: string,
  input: Steps,
  { filters, kernelSize = 3, activation = "linear", padding = "same" }: Conv1dOptions,
): Steps {
  const kernel = graph.weight(name, "kernel", [kernelSize, input.width, filters], glorotUniform, {
    decays: true,
  });
  const bias = graph.weight(name, "bias", [filters], zerosInitializer);
  return graph.layer(name, "steps", filters, [input], ([{ tensor, mask }], run) => {
    const real = mul(tensor, expandDims(mask!, 2));
    const sums = add(convolution(real, run.weight(kernel), padding), run.weight(bias));
    return { tensor: activate(activation, sums), mask: mask! };
  });
}

function convolution(x: Tensor, kernel: Tensor, padding: "same" | "causal"): Tensor {
  const padded =
    padding === "causal"
      ? pad(x, [
          [0, 0],
          [kernel.shape[0] - 1, 0],
          [0, 0],
        ])
      : x;
  return convolve(padded as never, kernel as never, 1, padding === "causal" ? "valid" : "same");
}
