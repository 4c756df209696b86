import { hasHostKernel } from "../backend/kernels/host-kernel.js";
import { avgPool, div, maxPool, mean, ones, pad, reshape, type Tensor } from "../backend/tensors.js";
import { unnamed, unnamedImage } from "../network/graph.js";
import type { Image, Vector } from "../network/node.js";
import { type ImagePadding, type Pair, sizeAfter, type Window, windowOf } from "./image-window.js";

export interface Pool2dOptions {
  /** Pixels of a window, rows and columns; default 2. */
  readonly poolSize?: Pair;
  /** Default the pool size. */
  readonly strides?: Pair;
  /** Default valid, as in Keras; padding counts neither in a maximum nor in a mean. */
  readonly padding?: ImagePadding;
}

/** The largest value of each channel in each window; as Keras's MaxPooling2D. Of equal values the first gets the gradient. */
export function maxPool2d(owner: string, input: Image, options: Pool2dOptions = {}): Image {
  return pool2d(owner, "maxPool2d", input, options, (x, { size, strides, padding }) =>
    maxPool(x as never, [...size], [...strides], padding),
  );
}

/** The mean of each channel over each window; as Keras's AveragePooling2D. */
export function averagePool2d(owner: string, input: Image, options: Pool2dOptions = {}): Image {
  return pool2d(owner, "averagePool2d", input, options, (x, window) => {
    const { size, strides, padding } = window;
    // Of padding, the backends' own gradients count zeros.
    if (padding === "same" && !hasHostKernel("AvgPoolGrad")) return paddedMeans(x, window);
    return avgPool(x as never, [...size], [...strides], padding);
  });
}

/** Means over windows that may reach beyond the image: sums over the size of a window, made up for what is outside. */
function paddedMeans(x: Tensor, { size, strides }: Window): Tensor {
  const [, rows, columns] = x.shape;
  const beyond = [rows, columns].map((length, axis) => {
    const total = Math.max(0, (Math.ceil(length / strides[axis]) - 1) * strides[axis] + size[axis] - length);
    return [total >> 1, total - (total >> 1)] as [number, number];
  });
  const meansOf = (values: Tensor): Tensor =>
    avgPool(pad(values, [[0, 0], ...beyond, [0, 0]]) as never, [...size], [...strides], "valid");
  return div(meansOf(x), meansOf(ones([1, rows, columns, 1])));
}

/** The mean of each channel over the image. */
export function globalAveragePool2d(input: Image): Vector {
  return unnamed("vector", input.width, [input], ([{ tensor }]) => ({ tensor: mean(tensor, [1, 2]) }));
}

/** The largest value of each channel in the image. */
export function globalMaxPool2d(input: Image): Vector {
  const { rows, columns } = input.size;
  return unnamed("vector", input.width, [input], ([{ tensor }]) => ({
    tensor: reshape(maxPool(tensor as never, [rows, columns], 1, "valid"), [-1, input.width]),
  }));
}

function pool2d(
  owner: string,
  layer: string,
  input: Image,
  { poolSize = 2, strides = poolSize, padding }: Pool2dOptions,
  run: (x: Tensor, window: Window) => Tensor,
): Image {
  const asked = { owner, layer };
  const window = windowOf(asked, "poolSize", poolSize, { strides, padding });
  const size = sizeAfter(asked, input.size, window);
  return unnamedImage(size, input.width, [input], ([{ tensor }]) => ({ tensor: run(tensor, window) }));
}
