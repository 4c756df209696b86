import type { TensorInfo } from "../tensors.js";
import { type Geometry, geometryOf, type Shape4, tapsOf } from "./convolution-geometry.js";
import type { HostKernel } from "./host-kernel.js";

/** Gradient of a depthwise convolution for its filter. */
export const depthwiseBackpropFilterKernel: HostKernel = {
  name: "DepthwiseConv2dNativeBackpropFilter",
  run(memory, { x, dy }, attrs): TensorInfo {
    const filterShape = attrs.filterShape as Shape4;
    const g = geometryOf(x.shape as Shape4, filterShape, attrs, true);
    const out = memory.create(filterShape, "float32", "zero");
    const [sums, image, gradient] = [memory.floats(out), memory.floats(x), memory.floats(dy)];
    depthwise(
      g,
      filterShape[3],
      (input, weight, output) => (sums[weight] += image[input] * gradient[output]),
    );
    return out;
  },
};

/** Gradient of a depthwise convolution for its input. */
export const depthwiseBackpropInputKernel: HostKernel = {
  name: "DepthwiseConv2dNativeBackpropInput",
  run(memory, { dy, filter }, attrs): TensorInfo {
    const inputShape = attrs.inputShape as Shape4;
    const g = geometryOf(inputShape, filter.shape as Shape4, attrs, true);
    const out = memory.create(inputShape, "float32", "zero");
    const [sums, weights, gradient] = [memory.floats(out), memory.floats(filter), memory.floats(dy)];
    depthwise(
      g,
      filter.shape[3],
      (input, weight, output) => (sums[input] += weights[weight] * gradient[output]),
    );
    return out;
  },
};

/** Every (input, weight, output) triple that a depthwise convolution multiplies. */
function depthwise(
  g: Geometry,
  multiplier: number,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const taps = tapsOf(g);
  const outputs = g.outHeight * g.outWidth;
  for (let b = 0; b < g.batchSize; b++) {
    for (let t = 0; t < taps.length; t += 3) {
      const input = (b * g.inHeight * g.inWidth + taps[t]) * g.inChannels;
      const weight = taps[t + 2] * g.inChannels * multiplier;
      const output = (b * outputs + taps[t + 1]) * g.inChannels * multiplier;
      for (let c = 0; c < g.inChannels; c++) {
        for (let m = 0; m < multiplier; m++) {
          visit(input + c, weight + c * multiplier + m, output + c * multiplier + m);
        }
      }
    }
  }
}
