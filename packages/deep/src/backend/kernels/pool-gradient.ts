import { backendUtil, type NamedAttrMap, type TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

/** The pixels under one place of a pooling window, padding left out: rows y0..y1 and columns x0..x1, ends excluded. */
interface Patch {
  /** The place in dy, and the image's first pixel in x; both counted without channels. */
  readonly output: number;
  readonly image: number;
  readonly y0: number;
  readonly y1: number;
  readonly x0: number;
  readonly x1: number;
}

type Geometry = ReturnType<typeof backendUtil.computePool2DInfo>;

function geometryOf(shape: readonly number[], attrs: NamedAttrMap): Geometry {
  return backendUtil.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize as [number, number],
    attrs.strides as [number, number],
    1,
    attrs.pad as "same" | "valid" | number,
    attrs.dimRoundingMode as "floor" | undefined,
  );
}

function forEachPatch(g: Geometry, visit: (patch: Patch) => void): void {
  let output = 0;
  for (let b = 0; b < g.batchSize; b++) {
    const image = b * g.inHeight * g.inWidth;
    for (let oy = 0; oy < g.outHeight; oy++) {
      const top = oy * g.strideHeight - g.padInfo.top;
      const [y0, y1] = [Math.max(0, top), Math.min(g.inHeight, top + g.filterHeight)];
      for (let ox = 0; ox < g.outWidth; ox++) {
        const left = ox * g.strideWidth - g.padInfo.left;
        const [x0, x1] = [Math.max(0, left), Math.min(g.inWidth, left + g.filterWidth)];
        visit({ output: output++, image, y0, y1, x0, x1 });
      }
    }
  }
}

/**
 * Sends the gradient of each window's maximum to the pixel that it came from, the first of equal ones: the wasm
 * backend's own loses it where a whole window is negative.
 */
export const maxPoolGradientKernel: HostKernel = {
  name: "MaxPoolGrad",
  run(memory, { dy, input }, attrs): TensorInfo {
    const g = geometryOf(input.shape, attrs);
    const channels = g.inChannels;
    const out = memory.create(input.shape, "float32", "zero");
    const [to, gradient, values] = [memory.floats(out), memory.floats(dy), memory.floats(input)];
    const best = new Float32Array(channels);
    const at = new Int32Array(channels);
    forEachPatch(g, ({ output, image, y0, y1, x0, x1 }) => {
      best.fill(Number.NEGATIVE_INFINITY);
      at.fill((image + y0 * g.inWidth + x0) * channels);
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const pixel = (image + y * g.inWidth + x) * channels;
          for (let c = 0; c < channels; c++) {
            if (values[pixel + c] > best[c]) {
              best[c] = values[pixel + c];
              at[c] = pixel;
            }
          }
        }
      }
      for (let c = 0; c < channels; c++) to[at[c] + c] += gradient[output * channels + c];
    });
    return out;
  },
};

/**
 * Shares the gradient of each window's mean among its pixels. Padding is not among them: both backends' own kernels
 * divide by the whole window at the borders of `same`.
 */
export const averagePoolGradientKernel: HostKernel = {
  name: "AvgPoolGrad",
  run(memory, { dy, input }, attrs): TensorInfo {
    const g = geometryOf(input.shape, attrs);
    const channels = g.inChannels;
    const out = memory.create(input.shape, "float32", "zero");
    const [to, gradient] = [memory.floats(out), memory.floats(dy)];
    forEachPatch(g, ({ output, image, y0, y1, x0, x1 }) => {
      const share = 1 / ((y1 - y0) * (x1 - x0));
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const pixel = (image + y * g.inWidth + x) * channels;
          for (let c = 0; c < channels; c++) to[pixel + c] += share * gradient[output * channels + c];
        }
      }
    });
    return out;
  },
};
