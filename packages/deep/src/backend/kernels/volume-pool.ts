import { backendUtil, type NamedAttrMap, type TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

type Shape5 = [number, number, number, number, number];
type Triple = [number, number, number];

function geometryOf(shape: readonly number[], attrs: NamedAttrMap) {
  return backendUtil.computePool3DInfo(
    shape as Shape5,
    attrs.filterSize as Triple,
    attrs.strides as Triple,
    1,
    attrs.pad as "same" | "valid" | number,
    attrs.dimRoundingMode as "floor" | undefined,
  );
}
type Geometry = ReturnType<typeof geometryOf>;

/** Calls `visit` for every window and channel with the place of its output and of the numbers in it. */
function forEachWindow(g: Geometry, visit: (output: number, window: Int32Array) => void): void {
  const window = new Int32Array(g.filterDepth * g.filterHeight * g.filterWidth);
  const inside = (corner: number, size: number, length: number): [number, number] => [
    Math.max(0, corner),
    Math.min(length, corner + size),
  ];
  let output = 0;
  for (let b = 0; b < g.batchSize; b++) {
    for (let z = 0; z < g.outDepth; z++) {
      const [z0, z1] = inside(z * g.strideDepth - g.padInfo.front, g.filterDepth, g.inDepth);
      for (let y = 0; y < g.outHeight; y++) {
        const [y0, y1] = inside(y * g.strideHeight - g.padInfo.top, g.filterHeight, g.inHeight);
        for (let x = 0; x < g.outWidth; x++) {
          const [x0, x1] = inside(x * g.strideWidth - g.padInfo.left, g.filterWidth, g.inWidth);
          let count = 0;
          for (let k = z0; k < z1; k++) {
            for (let l = y0; l < y1; l++) {
              const row = ((b * g.inDepth + k) * g.inHeight + l) * g.inWidth;
              for (let m = x0; m < x1; m++) window[count++] = (row + m) * g.inChannels;
            }
          }
          for (let c = 0; c < g.inChannels; c++) {
            visit(output++, window.subarray(0, count));
            for (let i = 0; i < count; i++) window[i]++;
          }
        }
      }
    }
  }
}

/** The place of the largest number of a window; the first, where several are. */
function largest(values: Float32Array, window: Int32Array): number {
  let best = window[0];
  for (let i = 1; i < window.length; i++) if (values[window[i]] > values[best]) best = window[i];
  return best;
}

/** The largest number of each window; wasm's own never gives a negative one. */
export const maxPool3DKernel: HostKernel = {
  name: "MaxPool3D",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const g = geometryOf(x.shape, attrs);
    const out = memory.create(g.outShape, "float32");
    const [to, from] = [memory.floats(out), memory.floats(x)];
    forEachWindow(g, (output, window) => {
      to[output] = from[largest(from, window)];
    });
    return out;
  },
};

/** Sends gradients back to where the maxima came from; both backends' own lose some at padded edges. */
export const maxPool3DGradKernel: HostKernel = {
  name: "MaxPool3DGrad",
  run(memory, { dy, input }, attrs): TensorInfo {
    const g = geometryOf(input.shape, attrs);
    const out = memory.create(input.shape, "float32", "zero");
    const [to, gradient, from] = [memory.floats(out), memory.floats(dy), memory.floats(input)];
    forEachWindow(g, (output, window) => {
      to[largest(from, window)] += gradient[output];
    });
    return out;
  },
};

/** Spreads gradients over the numbers in each window; both backends' own count those in the padding too. */
export const avgPool3DGradKernel: HostKernel = {
  name: "AvgPool3DGrad",
  run(memory, { dy, input }, attrs): TensorInfo {
    const g = geometryOf(input.shape, attrs);
    const out = memory.create(input.shape, "float32", "zero");
    const [to, gradient] = [memory.floats(out), memory.floats(dy)];
    forEachWindow(g, (output, window) => {
      const share = gradient[output] / window.length;
      for (const place of window) to[place] += share;
    });
    return out;
  },
};
