import type { HostKernel } from "./host-kernel.js";

/** The steps between neighbours along each axis of a row-major block. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** Joins neighbouring axes along which all blocks go on in equal steps, and drops those of length 1. */
function merged(shape: readonly number[], strides: readonly (readonly number[])[]) {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((own, i) => steps[i][last] === own[axis] * size)) {
      sizes[last] *= size;
      strides.forEach((own, i) => (steps[i][last] = own[axis]));
    } else {
      sizes.push(size);
      strides.forEach((own, i) => steps[i].push(own[axis]));
    }
  });
  return { sizes, steps };
}

/**
 * Walks through a block of `shape` in order, a run along the last axis at a time: `visit` gets where the run begins,
 * its length, and where it begins and how it steps in two blocks of other strides.
 */
export function forEachRun(
  shape: readonly number[],
  a: readonly number[],
  b: readonly number[],
  visit: (to: number, run: number, fromA: number, stepA: number, fromB: number, stepB: number) => void,
): void {
  const { sizes, steps } = merged(shape, [a, b]);
  const run = sizes.pop() ?? 1;
  const [stepA, stepB] = [steps[0][sizes.length] ?? 1, steps[1][sizes.length] ?? 1];
  const total = sizes.reduce((x, y) => x * y, 1) * run;
  const place = new Int32Array(sizes.length);
  let [fromA, fromB] = [0, 0];
  for (let to = 0; to < total; to += run) {
    visit(to, run, fromA, stepA, fromB, stepB);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      fromA += steps[0][axis];
      fromB += steps[1][axis];
      if (++place[axis] < sizes[axis]) break;
      fromA -= steps[0][axis] * sizes[axis];
      fromB -= steps[1][axis] * sizes[axis];
      place[axis] = 0;
    }
  }
}

/** Fills a block of `shape` from another that is stepped through by `strides`, from `start` on. */
function stridedCopy(
  to: Float32Array,
  from: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): void {
  forEachRun(shape, strides, strides, (target, run, offset, step) => {
    const at = start + offset;
    if (step === 0) to.fill(from[at], target, target + run);
    else if (step === 1 && run > 64) to.set(from.subarray(at, at + run), target);
    else for (let i = 0; i < run; i++) to[target + i] = from[at + i * step];
  });
}

/** Repetitions of a block; both backends' own look up the place of every number. */
export const tileKernel: HostKernel = {
  name: "Tile",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const reps = attrs.reps as number[];
    const own = stridesOf(x.shape);
    const out = memory.create(
      x.shape.map((size, axis) => size * reps[axis]),
      "float32",
    );
    const shape = x.shape.flatMap((size, axis) => [reps[axis], size]);
    const strides = own.flatMap((stride) => [0, stride]);
    stridedCopy(memory.floats(out), memory.floats(x), shape, strides);
    return out;
  },
};

/** A block with its axes in another order; cpu's own looks up the place of every number. */
export const transposeKernel: HostKernel = {
  name: "Transpose",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const perm = attrs.perm as number[];
    const own = stridesOf(x.shape);
    const shape = perm.map((axis) => x.shape[axis]);
    const out = memory.create(shape, "float32");
    const strides = perm.map((axis) => own[axis]);
    stridedCopy(memory.floats(out), memory.floats(x), shape, strides);
    return out;
  },
};

/** wasm's own is as quick, but divides by zero where the block is empty and has many axes. */
export const emptyTransposeKernel: HostKernel = {
  name: "Transpose",
  run: (memory, inputs, attrs, original) =>
    original && !inputs.x.shape.includes(0) ? original() : transposeKernel.run(memory, inputs, attrs),
};

/** A block backwards along some axes; both backends' own look up the place of every number. */
export const reverseKernel: HostKernel = {
  name: "Reverse",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const rank = x.shape.length;
    const axes = new Set([attrs.dims as number | number[]].flat().map((axis) => (axis + rank) % rank));
    const own = stridesOf(x.shape);
    const start = own.reduce((sum, step, axis) => sum + (axes.has(axis) ? step * (x.shape[axis] - 1) : 0), 0);
    const out = memory.create(x.shape, "float32");
    const strides = own.map((step, axis) => (axes.has(axis) ? -step : step));
    stridedCopy(memory.floats(out), memory.floats(x), x.shape, strides, start);
    return out;
  },
};
