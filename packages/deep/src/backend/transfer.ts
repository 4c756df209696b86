import { hostMemory } from "./kernels/host-memory.js";
import { engine, getBackend, type Tensor, tensor } from "./tensors.js";

/** Writes a tensor's numbers to where they are wanted, without an array in between where the backend's memory can be read. */
export async function readInto(target: Float32Array, held: Tensor): Promise<void> {
  const name = getBackend();
  if (name === "wasm" || name === "cpu") target.set(hostMemory(name, engine().backend).floats(held));
  else target.set((await held.data()) as Float32Array);
}

/** A tensor of numbers that may change afterwards: wasm copies what it is given, other backends may keep it. */
export function tensorOf(values: Float32Array, shape: readonly number[] = [values.length]): Tensor {
  return tensor(getBackend() === "wasm" ? values : values.slice(), [...shape]);
}
