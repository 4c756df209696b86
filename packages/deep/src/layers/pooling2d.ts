import { avgPool, maxPool, mean, reshape, type Tensor } from "../backend/tensors.js";
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
  return pool2d(owner, "averagePool2d", input, options, (x, { size, strides, padding }) =>
    avgPool(x as never, [...size], [...strides], padding),
  );
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
