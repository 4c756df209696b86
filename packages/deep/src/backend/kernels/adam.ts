import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

export const ADAM = "StrataAdam";

/** One step of Adam (Kingma and Ba 2015) over flat vectors, as attributes of the kernel. */
export interface AdamAttributes {
  readonly [name: string]: number;
  /** The learning rate with both bias corrections in it. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The part of the first `decayed` weights that a step takes away. */
  readonly decay: number;
  /** What their gradients get of them: an L2 penalty. */
  readonly penalty: number;
  readonly decayed: number;
}

export const adamKernel: HostKernel = {
  name: ADAM,
  run(memory, { weights, gradient, mean, square }, attrs): TensorInfo[] {
    const { rate, beta1, beta2, epsilon, decay, penalty, decayed } = attrs as AdamAttributes;
    const outputs = [weights, mean, square].map(({ shape }) => memory.create(shape, "float32"));
    if (memory.native) {
      const [from, g, m, v] = [weights, gradient, mean, square].map((info) => memory.address(info));
      const [toWeights, toMean, toSquare] = outputs.map((info) => memory.address(info));
      const size = weights.shape.reduce((a, b) => a * b, 1);
      memory.native.adamStep(
        ...([from, g, m, v, toWeights, toMean, toSquare, size, decayed] as const),
        ...([rate, beta1, beta2, epsilon, decay, penalty] as const),
      );
      return outputs;
    }
    const [w, m, v] = [weights, mean, square].map((info) => memory.floats(info));
    const [w1, m1, v1] = outputs.map((info) => memory.floats(info));
    const g = memory.floats(gradient);
    for (let i = 0; i < w.length; i++) {
      const d = i < decayed ? g[i] + penalty * w[i] : g[i];
      const average = m[i] + (d - m[i]) * (1 - beta1);
      const power = v[i] + (d * d - v[i]) * (1 - beta2);
      const kept = i < decayed ? w[i] * (1 - decay) : w[i];
      m1[i] = average;
      v1[i] = power;
      w1[i] = kept - (rate * average) / (Math.sqrt(power) + epsilon);
    }
    return outputs;
  },
};
