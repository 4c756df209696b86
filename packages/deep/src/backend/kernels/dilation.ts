import { backendUtil, type NamedAttrMap, type TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";

type Geometry = ReturnType<typeof backendUtil.computeDilation2DInfo>;

const geometryOf = (x: TensorInfo, filter: TensorInfo, attrs: NamedAttrMap): Geometry =>
  backendUtil.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    attrs.strides as [number, number],
    attrs.pad as "same" | "valid",
    "NHWC",
    attrs.dilations as [number, number],
  );

/** Calls `visit` for every output with the places, in image and filter, of its largest sum. */
function forEachMaximum(
  g: Geometry,
  image: Float32Array,
  filter: Float32Array,
  visit: (output: number, pixel: number, tap: number) => void,
): void {
  const channels = g.inChannels;
  for (let b = 0, output = 0; b < g.batchSize; b++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let c = 0; c < channels; c++, output++) {
          let [best, pixel, tap] = [-Infinity, 0, 0];
          for (let ky = 0; ky < g.filterHeight; ky++) {
            const y = oy * g.strideHeight - g.padInfo.top + ky * g.dilationHeight;
            if (y < 0 || y >= g.inHeight) continue;
            for (let kx = 0; kx < g.filterWidth; kx++) {
              const x = ox * g.strideWidth - g.padInfo.left + kx * g.dilationWidth;
              if (x < 0 || x >= g.inWidth) continue;
              const from = ((b * g.inHeight + y) * g.inWidth + x) * channels + c;
              const under = (ky * g.filterWidth + kx) * channels + c;
              const sum = image[from] + filter[under];
              if (sum > best) [best, pixel, tap] = [sum, from, under];
            }
          }
          visit(output, pixel, tap);
        }
      }
    }
  }
}

/** Grey-scale dilation: the largest of image plus filter in each window; wasm's own never gives a negative one. */
export const dilation2DKernel: HostKernel = {
  name: "Dilation2D",
  run(memory, { x, filter }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const g = geometryOf(x, filter, attrs);
    const out = memory.create(g.outShape, "float32");
    const [to, image, weights] = [memory.floats(out), memory.floats(x), memory.floats(filter)];
    forEachMaximum(g, image, weights, (output, pixel, tap) => {
      to[output] = image[pixel] + weights[tap];
    });
    return out;
  },
};

function backward(
  memory: HostMemory,
  { x, filter, dy }: Readonly<Record<string, TensorInfo>>,
  attrs: NamedAttrMap,
  of: "image" | "filter",
): TensorInfo {
  const out = memory.create((of === "image" ? x : filter).shape, "float32", "zero");
  const [sums, gradient] = [memory.floats(out), memory.floats(dy)];
  const g = geometryOf(x, filter, attrs);
  forEachMaximum(g, memory.floats(x), memory.floats(filter), (output, pixel, tap) => {
    sums[of === "image" ? pixel : tap] += gradient[output];
  });
  return out;
}

/** Gradient of a dilation for its image; wasm's own starts from a maximum of 0. */
export const dilation2DBackpropInputKernel: HostKernel = {
  name: "Dilation2DBackpropInput",
  run: (memory, inputs, attrs) => backward(memory, inputs, attrs, "image"),
};

/** Gradient of a dilation for its filter; wasm's own starts from a maximum of 0. */
export const dilation2DBackpropFilterKernel: HostKernel = {
  name: "Dilation2DBackpropFilter",
  run: (memory, inputs, attrs) => backward(memory, inputs, attrs, "filter"),
};
