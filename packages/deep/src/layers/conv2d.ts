import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Image } from "../network/node.js";
import { activated, type Activation } from "./activation.js";
import { convolution2d } from "./convolution2d.js";
import { type Pair, sizeAfter, type WindowOptions, windowOf } from "./image-window.js";

export interface Conv2dOptions extends WindowOptions {
  readonly filters: number;
  /** Pixels that a filter sees, rows and columns. */
  readonly kernelSize: Pair;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
}

/**
 * A convolution over an image, then an activation; as Keras's Conv2D with stride 1 and `valid` padding unless told.
 * Strides and dilation can't both be above 1. Weights `kernel` (height x width x in x filters) and `bias`.
 *
 * @throws ParamError for an option that is none; StrataError where an image is smaller than the window.
 */
export function conv2d(graph: Graph, name: string, input: Image, options: Conv2dOptions): Image {
  const { filters, kernelSize, activation = "linear", useBias = true } = options;
  const { kernelInitializer = glorotUniform } = options;
  const asked = { owner: graph.owner, layer: `layer '${name}'` };
  const window = windowOf(asked, "kernelSize", kernelSize, options);
  const size = sizeAfter(asked, input.size, window);
  const shape = [...window.size, input.width, filters];
  const kernel = graph.weight(name, "kernel", shape, kernelInitializer, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  return graph.image("conv2d", name, size, filters, [input], ([{ tensor }], run) => {
    const sums = convolution2d(tensor, run.weight(kernel), window);
    return { tensor: activated(activation, sums, bias === undefined ? undefined : run.weight(bias)) };
  });
}
