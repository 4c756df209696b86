import type { HostKernel } from "./host-kernel.js";

/** A change of type; wasm's own makes booleans of the numbers' lowest bytes, so that -2 becomes 254. */
export const castKernel: HostKernel = {
  name: "Cast",
  run(memory, { x }, attrs, original) {
    if (attrs.dtype !== "bool" || x.dtype === "bool" || (x.dtype !== "float32" && x.dtype !== "int32")) {
      return original!();
    }
    const zero = memory.create([], x.dtype, "zero");
    const out = memory.run("NotEqual", { a: x, b: zero });
    memory.release(zero);
    return out;
  },
};
