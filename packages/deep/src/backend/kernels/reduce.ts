import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/**
 * Sums of a block seen as outer x reduced x inner, each in float64: wasm's own adds up in float32, which loses the
 * variance of large numbers, and transposes first where the reduced axis is not the last.
 */
function sumMiddle(
  out: Float32Array,
  values: Float32Array,
  outer: number,
  reduced: number,
  inner: number,
  factor: number,
): void {
  if (inner === 1) {
    for (let o = 0, at = 0; o < outer; o++) {
      let sum = 0;
      for (let r = 0; r < reduced; r++) sum += values[at++];
      out[o] = sum * factor;
    }
    return;
  }
  const sums = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    sums.fill(0);
    for (let r = 0; r < reduced; r++) for (let i = 0; i < inner; i++) sums[i] += values[at++];
    for (let i = 0; i < inner; i++) out[o * inner + i] = sums[i] * factor;
  }
}

/** {@link sumMiddle} of a tensor, by the compiled kernels where there are any. */
function sumAxis(
  memory: HostMemory,
  out: TensorInfo,
  x: TensorInfo,
  [outer, reduced, inner]: readonly [number, number, number],
  factor: number,
): void {
  const { native } = memory;
  if (native === undefined) sumMiddle(memory.floats(out), memory.floats(x), outer, reduced, inner, factor);
  else if (inner === 1) native.sumLast(memory.address(x), memory.address(out), outer, reduced, factor);
  else {
    const sums = memory.create([2 * inner], "float32");
    native.sumFirst(
      ...([memory.address(x), memory.address(out), outer, reduced, inner, factor] as const),
      memory.address(sums),
    );
    memory.release(sums);
  }
}

/** Neighbouring axes as [first, last + 1] runs, last run first. */
function axisRuns(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const axis of [...new Set(axes)].sort((a, b) => a - b)) {
    const last = runs[0];
    if (last && last[1] === axis) last[1] = axis + 1;
    else runs.unshift([axis, axis + 1]);
  }
  return runs;
}

function reduce(
  memory: HostMemory,
  x: TensorInfo,
  axis: number | readonly number[] | null | undefined,
  keepDims: boolean,
  average: boolean,
): TensorInfo {
  const rank = x.shape.length;
  const all = Array.from({ length: rank }, (_, i) => i);
  const axes = (axis === undefined || axis === null ? all : typeof axis === "number" ? [axis] : axis).map(
    (a) => (a < 0 ? a + rank : a),
  );
  const runs = axisRuns(axes.length === 0 ? all : axes);
  let at = x;
  for (const [from, to] of runs) {
    const { shape } = at;
    const reduced = product(shape.slice(from, to));
    const next = memory.create([...shape.slice(0, from), ...shape.slice(to)], "float32");
    const [outer, inner] = [product(shape.slice(0, from)), product(shape.slice(to))];
    sumAxis(memory, next, at, [outer, reduced, inner], average ? 1 / reduced : 1);
    if (at !== x) memory.release(at);
    at = next;
  }
  if (rank === 0) {
    at = memory.create([], "float32");
    memory.floats(at)[0] = memory.floats(x)[0];
  }
  if (keepDims)
    at.shape = x.shape.map((size, i) => (runs.some(([from, to]) => i >= from && i < to) ? 1 : size));
  return at;
}

const reduction = (name: "Sum" | "Mean"): HostKernel => ({
  name,
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const { axis, keepDims } = attrs as { axis?: number | number[] | null; keepDims?: boolean };
    return reduce(memory, x, axis, keepDims ?? false, name === "Mean");
  },
});

export const sumKernel = reduction("Sum");
export const meanKernel = reduction("Mean");
