import type { TensorInfo } from "../tensors.js";
import { type Geometry, geometryOf, type Shape4, tapsOf } from "./convolution-geometry.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";

/** Patch matrices larger than this many numbers are worked off a few images at a time. */
const patchLimit = 1 << 22;

interface Patches {
  readonly outputs: number;
  readonly width: number;
  readonly taps: Int32Array;
  /** How many images to work off at a time. */
  readonly images: number;
}

function patchesOf(g: Geometry): Patches {
  const outputs = g.outHeight * g.outWidth;
  const width = g.filterHeight * g.filterWidth * g.inChannels;
  const images = Math.max(1, Math.min(g.batchSize, Math.floor(patchLimit / (outputs * width))));
  return { outputs, width, taps: tapsOf(g), images };
}

function slice(memory: HostMemory, from: TensorInfo, shape: number[], start: number): TensorInfo {
  const out = memory.create(shape, "float32");
  memory.floats(out).set(memory.floats(from).subarray(start, start + shape[0] * shape[1]));
  return out;
}

/** Gradient of a convolution for its filter: patches of the input, transposed, times the output's gradient. */
export const conv2DBackpropFilterKernel: HostKernel = {
  name: "Conv2DBackpropFilter",
  run(memory, { x, dy }, attrs): TensorInfo {
    const filterShape = attrs.filterShape as Shape4;
    const g = geometryOf(x.shape as Shape4, filterShape, attrs, false);
    const { outputs, width, taps, images } = patchesOf(g);
    const total = memory.create(filterShape, "float32", "zero");
    for (let from = 0; from < g.batchSize; from += images) {
      const count = Math.min(images, g.batchSize - from);
      const patches = memory.create([count * outputs, width], "float32", "zero");
      copyPatches(memory.floats(patches), memory.floats(x), g, taps, from, count, outputs * width);
      const part = slice(memory, dy, [count * outputs, g.outChannels], from * outputs * g.outChannels);
      const product = memory.matMul(patches, part, true);
      const sums = memory.floats(total);
      const products = memory.floats(product);
      for (let i = 0; i < sums.length; i++) sums[i] += products[i];
      for (const held of [patches, part, product]) memory.release(held);
    }
    return total;
  },
};

function copyPatches(
  patches: Float32Array,
  image: Float32Array,
  g: Geometry,
  taps: Int32Array,
  from: number,
  count: number,
  patchSize: number,
): void {
  const channels = g.inChannels;
  const width = g.filterHeight * g.filterWidth * channels;
  for (let b = 0; b < count; b++) {
    const pixels = (from + b) * g.inHeight * g.inWidth;
    for (let t = 0; t < taps.length; t += 3) {
      const source = (pixels + taps[t]) * channels;
      const target = b * patchSize + taps[t + 1] * width + taps[t + 2] * channels;
      for (let c = 0; c < channels; c++) patches[target + c] = image[source + c];
    }
  }
}

/** Gradient of a convolution for its input: the output's gradient times the transposed filter, patches added back. */
export const conv2DBackpropInputKernel: HostKernel = {
  name: "Conv2DBackpropInput",
  run(memory, { dy, filter }, attrs): TensorInfo {
    const g = geometryOf(attrs.inputShape as Shape4, filter.shape as Shape4, attrs, false);
    const { outputs, width, taps, images } = patchesOf(g);
    const out = memory.create(attrs.inputShape as Shape4, "float32", "zero");
    const kernel: TensorInfo = { ...filter, shape: [width, g.outChannels] };
    for (let from = 0; from < g.batchSize; from += images) {
      const count = Math.min(images, g.batchSize - from);
      const part = slice(memory, dy, [count * outputs, g.outChannels], from * outputs * g.outChannels);
      const patches = memory.matMul(part, kernel, false, true);
      addPatches(memory.floats(out), memory.floats(patches), g, taps, from, count, outputs * width);
      memory.release(part);
      memory.release(patches);
    }
    return out;
  },
};

function addPatches(
  image: Float32Array,
  patches: Float32Array,
  g: Geometry,
  taps: Int32Array,
  from: number,
  count: number,
  patchSize: number,
): void {
  const channels = g.inChannels;
  const width = g.filterHeight * g.filterWidth * channels;
  for (let b = 0; b < count; b++) {
    const pixels = (from + b) * g.inHeight * g.inWidth;
    for (let t = 0; t < taps.length; t += 3) {
      const target = (pixels + taps[t]) * channels;
      const source = b * patchSize + taps[t + 1] * width + taps[t + 2] * channels;
      for (let c = 0; c < channels; c++) image[target + c] += patches[source + c];
    }
  }
}
