import {
  add,
  concat,
  conv2d as convolve,
  depthwiseConv2d as convolveDepthwise,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
} from "../backend/tensors.js";
import { affine } from "./dense.js";
import type { Window } from "./image-window.js";

const dilated = ({ dilation }: Window): boolean => dilation[0] > 1 || dilation[1] > 1;

/** An image (rows x height x width x in) under a kernel of height x width x in x filters. */
export function convolution2d(x: Tensor, kernel: Tensor, window: Window): Tensor {
  const { size, strides, padding } = window;
  if (!dilated(window)) return convolve(x as never, kernel as never, [...strides], padding);
  const [inputs, filters] = kernel.shape.slice(2);
  const flat = reshape(kernel, [size[0] * size[1] * inputs, filters]);
  return affine(concat(shiftedImages(x, window), 3), flat);
}

/** Each channel under kernels of its own (height x width x in x multiplier): in x multiplier channels come out. */
export function depthwiseConvolution2d(x: Tensor, kernel: Tensor, window: Window): Tensor {
  const { strides, padding } = window;
  if (!dilated(window)) return convolveDepthwise(x as never, kernel as never, [...strides], padding);
  const [rows, columns, inputs, multiplier] = kernel.shape;
  const images = shiftedImages(x, window);
  const taps = reshape(kernel, [rows * columns, inputs, multiplier]);
  const products = images.map((image, tap) =>
    mul(reshape(image, [-1, inputs, 1]), slice(taps, [tap, 0, 0], [1, inputs, multiplier])),
  );
  const sum = products.reduce((total, product) => add(total, product));
  return reshape(sum, [...images[0].shape.slice(0, 3), inputs * multiplier]);
}

/**
 * What each tap of a dilated window sees at every place, with a stride of 1. TensorFlow.js has no gradient of dilated
 * convolutions; slices have one.
 */
function shiftedImages(x: Tensor, { size, dilation, padding }: Window): Tensor[] {
  const [rows, height, width, channels] = x.shape;
  const beyond = [0, 1].map((axis) => (size[axis] - 1) * dilation[axis]);
  const before = beyond.map((length) => Math.floor(length / 2));
  const padded =
    padding === "same"
      ? pad(x, [
          [0, 0],
          [before[0], beyond[0] - before[0]],
          [before[1], beyond[1] - before[1]],
          [0, 0],
        ])
      : x;
  const [outHeight, outWidth] =
    padding === "same" ? [height, width] : [height - beyond[0], width - beyond[1]];
  return Array.from({ length: size[0] * size[1] }, (_, tap) => {
    const [ky, kx] = [Math.floor(tap / size[1]), tap % size[1]];
    const start = [0, ky * dilation[0], kx * dilation[1], 0];
    return slice(padded, start, [rows, outHeight, outWidth, channels]);
  });
}
