import { backendUtil, type NamedAttrMap } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

type Shape5 = [number, number, number, number, number];

function geometryOf(shape: readonly number[], filterShape: readonly number[], attrs: NamedAttrMap) {
  return backendUtil.computeConv3DInfo(
    shape as Shape5,
    filterShape as Shape5,
    attrs.strides as number | [number, number, number],
    1,
    attrs.pad as "same" | "valid",
  );
}
type Geometry = ReturnType<typeof geometryOf>;

/** Calls `visit` for every tap of every window with where its voxel, its output and its weights begin. */
function forEachTap(g: Geometry, visit: (voxel: number, output: number, weights: number) => void): void {
  const weights = g.inChannels * g.outChannels;
  const row = (b: number, inZ: number, inY: number, x: number, output: number, tap: number): void => {
    if (inZ < 0 || inZ >= g.inDepth || inY < 0 || inY >= g.inHeight) return;
    const line = ((b * g.inDepth + inZ) * g.inHeight + inY) * g.inWidth;
    const left = x * g.strideWidth - g.padInfo.left;
    for (let k = Math.max(0, -left); k < g.filterWidth && left + k < g.inWidth; k++) {
      visit((line + left + k) * g.inChannels, output, tap + k * weights);
    }
  };
  for (let b = 0, output = 0; b < g.batchSize; b++) {
    for (let z = 0; z < g.outDepth; z++) {
      for (let y = 0; y < g.outHeight; y++) {
        for (let x = 0; x < g.outWidth; x++, output += g.outChannels) {
          for (let kz = 0, tap = 0; kz < g.filterDepth; kz++) {
            for (let ky = 0; ky < g.filterHeight; ky++, tap += g.filterWidth * weights) {
              const inZ = z * g.strideDepth - g.padInfo.front + kz;
              row(b, inZ, y * g.strideHeight - g.padInfo.top + ky, x, output, tap);
            }
          }
        }
      }
    }
  }
}

/** Gradient of a convolution over volumes for its input; wasm's own is wrong for every shape tried. */
export const conv3DBackpropInputKernel: HostKernel = {
  name: "Conv3DBackpropInputV2",
  run(memory, { dy, filter }, attrs) {
    const shape = attrs.inputShape as number[];
    const g = geometryOf(shape, filter.shape, attrs);
    const out = memory.create(shape, "float32", "zero");
    const [sums, gradient, weights] = [memory.floats(out), memory.floats(dy), memory.floats(filter)];
    const [inputs, outputs] = [g.inChannels, g.outChannels];
    forEachTap(g, (voxel, output, tap) => {
      for (let i = 0, at = tap; i < inputs; i++) {
        let sum = 0;
        for (let o = 0; o < outputs; o++, at++) sum += gradient[output + o] * weights[at];
        sums[voxel + i] += sum;
      }
    });
    return out;
  },
};

/** Gradient of a convolution over volumes for its filter; wasm's own is wrong where strides differ by axis. */
export const conv3DBackpropFilterKernel: HostKernel = {
  name: "Conv3DBackpropFilterV2",
  run(memory, { x, dy }, attrs) {
    const shape = attrs.filterShape as number[];
    const g = geometryOf(x.shape, shape, attrs);
    const out = memory.create(shape, "float32", "zero");
    const [sums, gradient, values] = [memory.floats(out), memory.floats(dy), memory.floats(x)];
    const [inputs, outputs] = [g.inChannels, g.outChannels];
    forEachTap(g, (voxel, output, tap) => {
      for (let i = 0, at = tap; i < inputs; i++) {
        for (let o = 0; o < outputs; o++, at++) sums[at] += values[voxel + i] * gradient[output + o];
      }
    });
    return out;
  },
};
