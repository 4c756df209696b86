import type { Tensor } from "../backend/tensors.js";

/** The numbers of tensors, which are gone then; asynchronously, since WebGPU gives them in no other way. */
export async function taken(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>));
  for (const tensor of tensors) tensor.dispose();
  return values;
}
