import { backendUtil } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import { forEachRun, stridesOf } from "./strided.js";

/** How a block that is broadcast to a rank is stepped through: not at all along repeated axes. */
function repeatedStrides(shape: readonly number[], rank: number): number[] {
  const own = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...Array.from({ length: rank - shape.length }, () => 0), ...own];
}

/** A function of two numbers, of two blocks that are broadcast; cpu's own looks up the place of every number. */
const broadcastKernel = (name: string, f: (a: number, b: number) => number): HostKernel => ({
  name,
  run(memory, { a, b }, _, original) {
    if (original && (a.dtype !== "float32" || b.dtype !== "float32")) return original();
    const shape = backendUtil.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = memory.create(shape, "float32");
    const [to, left, right] = [memory.floats(out), memory.floats(a), memory.floats(b)];
    const strides = [a, b].map((x) => repeatedStrides(x.shape, shape.length));
    forEachRun(shape, strides[0], strides[1], (target, run, fromA, stepA, fromB, stepB) => {
      for (let i = 0, p = fromA, q = fromB; i < run; i++, p += stepA, q += stepB) {
        to[target + i] = f(left[p], right[q]);
      }
    });
    return out;
  },
});

export const broadcastKernels: readonly HostKernel[] = [
  broadcastKernel("Add", (a, b) => a + b),
  broadcastKernel("Sub", (a, b) => a - b),
  broadcastKernel("Multiply", (a, b) => a * b),
  broadcastKernel("RealDiv", (a, b) => a / b),
  broadcastKernel("Maximum", (a, b) => Math.max(a, b)),
  broadcastKernel("Minimum", (a, b) => Math.min(a, b)),
  broadcastKernel("SquaredDifference", (a, b) => (a - b) * (a - b)),
];
