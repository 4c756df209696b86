import type { HostKernel } from "./host-kernel.js";

/** Shares of the exponentials along the last axis; cpu's own goes over the numbers five times, broadcasting. */
export const softmaxKernel: HostKernel = {
  name: "Softmax",
  run(memory, { logits }, attrs, original) {
    const width = logits.shape.at(-1) ?? 1;
    const last = attrs.dim === logits.shape.length - 1 || attrs.dim === -1;
    if (original && (logits.dtype !== "float32" || !last)) return original();
    const out = memory.create(logits.shape, "float32");
    const [to, from] = [memory.floats(out), memory.floats(logits)];
    for (let start = 0; start < to.length; start += width) {
      let most = -Infinity;
      for (let i = start; i < start + width; i++) most = Math.max(most, from[i]);
      let sum = 0;
      for (let i = start; i < start + width; i++) sum += to[i] = Math.exp(from[i] - most);
      for (let i = start; i < start + width; i++) to[i] /= sum;
    }
    return out;
  },
};
