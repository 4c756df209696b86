import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";

/** How a recurrent kernel goes over steps, as its attributes. */
export interface ScanOrder {
  /** Whether the state after every step is asked for (steps x rows x units, each at its input's place), or the last one. */
  readonly sequences: boolean;
  /** Whether the last step comes first. */
  readonly backwards: boolean;
}

/** The steps in the order in which they are taken. */
export function stepOrder(steps: number, attrs: NamedAttrMap): number[] {
  return Array.from({ length: steps }, (_, k) => (attrs.backwards ? steps - 1 - k : k));
}

/** Step t of a block whose first axis is steps. */
export function stepOf(memory: HostMemory, info: TensorInfo, t: number): Float32Array {
  const size = info.shape[1] * info.shape[2];
  return memory.floats(info).subarray(t * size, (t + 1) * size);
}

/** Adds numbers to others, in place. */
export function addTo(sums: Float32Array, terms: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += terms[i];
}
