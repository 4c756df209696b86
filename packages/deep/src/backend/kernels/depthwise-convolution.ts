import type { TensorInfo } from "../tensors.js";
import { type Geometry, geometryOf, type Shape4, tapsOf } from "./convolution-geometry.js";
import type { HostKernel } from "./host-kernel.js";

/** Gradient of a depthwise convolution for its filter, summed in float64. */
export const depthwiseBackpropFilterKernel: HostKernel = {
  name: "DepthwiseConv2dNativeBackpropFilter",
  run(memory, { x, dy }, attrs): TensorInfo {
    const filterShape = attrs.filterShape as Shape4;
    const g = geometryOf(x.shape as Shape4, filterShape, attrs, true);
    const out = memory.create(filterShape, "float32");
    const [image, gradient] = [memory.floats(x), memory.floats(dy)];
    const sums = new Float64Array(filterShape.reduce((a, b) => a * b, 1));
    const [channels, multiplier] = [g.inChannels, filterShape[3]];
    forEachTap(g, multiplier, (input, weight, output) => {
      if (multiplier === 1) {
        for (let c = 0; c < channels; c++) sums[weight + c] += image[input + c] * gradient[output + c];
        return;
      }
      for (let c = 0, o = 0; c < channels; c++) {
        const pixel = image[input + c];
        for (const end = o + multiplier; o < end; o++) sums[weight + o] += pixel * gradient[output + o];
      }
    });
    memory.floats(out).set(sums);
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
    const [channels, multiplier] = [g.inChannels, filter.shape[3]];
    forEachTap(g, multiplier, (input, weight, output) => {
      if (multiplier === 1) {
        for (let c = 0; c < channels; c++) sums[input + c] += weights[weight + c] * gradient[output + c];
        return;
      }
      for (let c = 0, o = 0; c < channels; c++) {
        let sum = 0;
        for (const end = o + multiplier; o < end; o++) sum += weights[weight + o] * gradient[output + o];
        sums[input + c] += sum;
      }
    });
    return out;
  },
};

/** Every tap of every place: where its pixel, its weights and its outputs start, each a run of all channels. */
function forEachTap(
  g: Geometry,
  multiplier: number,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const taps = tapsOf(g);
  const width = g.inChannels * multiplier;
  for (let b = 0; b < g.batchSize; b++) {
    const [pixels, outputs] = [b * g.inHeight * g.inWidth, b * g.outHeight * g.outWidth];
    for (let t = 0; t < taps.length; t += 3)
      visit((pixels + taps[t]) * g.inChannels, taps[t + 2] * width, (outputs + taps[t + 1]) * width);
  }
}
