import type { HostKernel } from "./host-kernel.js";

/** log(1 + x): wasm's own adds the 1 in float32, and so loses small numbers. */
export const log1pKernel: HostKernel = {
  name: "Log1p",
  run(memory, { x }, _, original) {
    if (original && x.dtype !== "float32") return original();
    const out = memory.create(x.shape, "float32");
    const [from, to] = [memory.floats(x), memory.floats(out)];
    for (let i = 0; i < to.length; i++) to[i] = Math.log1p(from[i]);
    return out;
  },
};
