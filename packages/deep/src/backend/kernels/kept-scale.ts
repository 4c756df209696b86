import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

export const KEPT_SCALE = "StrataKeptScale";

/** What a step of dropout multiplies by, as attributes of the kernel. */
export interface KeptScaleAttributes {
  readonly [name: string]: number | readonly number[];
  readonly shape: readonly number[];
  /** Part of the numbers that is 0; the others are 1 / (1 - rate). */
  readonly rate: number;
  /** Starts of four streams of random numbers, none of them 0. */
  readonly seeds: readonly number[];
}

/**
 * 0 for a dropped number and 1 / (1 - rate) for a kept one, by four streams of xorshift32 (Marsaglia 2003) in turn: as quick
 * as memory where they run side by side.
 */
export function keptScale({ shape, rate, seeds }: KeptScaleAttributes): Float32Array {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const limit = limitOf(rate);
  const scale = 1 / (1 - rate);
  const states = Int32Array.from(seeds);
  for (let i = 0; i < out.length; i++) {
    let state = states[i & 3];
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    states[i & 3] = state;
    out[i] = state >>> 1 < limit ? 0 : scale;
  }
  return out;
}

/** Of 31 random bits. */
const limitOf = (rate: number): number => Math.round(rate * 2 ** 31);

export const keptScaleKernel: HostKernel = {
  name: KEPT_SCALE,
  run(memory, _, attributes): TensorInfo {
    const attrs = attributes as unknown as KeptScaleAttributes;
    const { shape, rate, seeds } = attrs;
    const out = memory.create(shape, "float32");
    if (memory.native === undefined) memory.floats(out).set(keptScale(attrs));
    else {
      const size = shape.reduce((a, b) => a * b, 1);
      const [a, b, c, d] = seeds;
      memory.native.keptScale(memory.address(out), size, limitOf(rate), 1 / (1 - rate), a, b, c, d);
    }
    return out;
  },
};
