import { conv2dTranspose as spread } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Image } from "../network/node.js";
import { activated, type Activation } from "./activation.js";
import { type ImagePadding, type Pair, windowOf } from "./image-window.js";

export interface Conv2dTransposeOptions {
  readonly filters: number;
  /** Pixels that one pixel is spread over, rows and columns. */
  readonly kernelSize: Pair;
  /** How many times larger the image becomes; default 1. */
  readonly strides?: Pair;
  /** `same` gives size x strides, `valid` that and what the kernel reaches beyond it; default valid, as in Keras. */
  readonly padding?: ImagePadding;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
}

/**
 * The transpose of a convolution (Zeiler et al. 2010), which enlarges an image; as Keras's Conv2DTranspose. Weights
 * `kernel` (height x width x filters x in) and `bias`.
 *
 * @throws ParamError for an option that is none.
 */
export function conv2dTranspose(
  graph: Graph,
  name: string,
  input: Image,
  options: Conv2dTransposeOptions,
): Image {
  const { filters, kernelSize, activation = "linear", useBias = true } = options;
  const { kernelInitializer = glorotUniform } = options;
  const asked = { owner: graph.owner, layer: `layer '${name}'` };
  const { size, strides, padding } = windowOf(asked, "kernelSize", kernelSize, {
    strides: options.strides,
    padding: options.padding,
  });
  const beyond = size.map((length, axis) => (padding === "same" ? 0 : Math.max(length - strides[axis], 0)));
  const rows = input.size.rows * strides[0] + beyond[0];
  const columns = input.size.columns * strides[1] + beyond[1];
  const shape = [...size, filters, input.width];
  const kernel = graph.weight(name, "kernel", shape, kernelInitializer, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  return graph.image("conv2dTranspose", name, { rows, columns }, filters, [input], ([{ tensor }], run) => {
    const outShape = [tensor.shape[0], rows, columns, filters] as [number, number, number, number];
    const sums = spread(tensor as never, run.weight(kernel) as never, outShape, [...strides], padding);
    return { tensor: activated(activation, sums, bias === undefined ? undefined : run.weight(bias)) };
  });
}
