import { backendUtil, sliceUtil, type TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Copies `rows` runs of `run` numbers, from every `fromStride`th to every `toStride`th place. */
function copyRuns(
  to: Float32Array,
  toStart: number,
  toStride: number,
  from: Float32Array,
  fromStart: number,
  fromStride: number,
  run: number,
  rows: number,
): void {
  if (run > 64) {
    for (let i = 0; i < rows; i++) {
      const at = fromStart + i * fromStride;
      to.set(from.subarray(at, at + run), toStart + i * toStride);
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    const source = fromStart + i * fromStride;
    const target = toStart + i * toStride;
    for (let j = 0; j < run; j++) to[target + j] = from[source + j];
  }
}

/** Tensors side by side along an axis; wasm's own makes two views for every short run. */
export const concatKernel: HostKernel = {
  name: "Concat",
  run(memory, inputs, attrs, original) {
    const parts = Object.values(inputs);
    if (original && parts.some(({ dtype }) => dtype !== "float32")) return original();
    const rank = parts[0].shape.length;
    const axis = ((attrs.axis as number) + rank) % rank;
    const before = product(parts[0].shape.slice(0, axis));
    const after = product(parts[0].shape.slice(axis + 1));
    const length = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
    const shape = [...parts[0].shape.slice(0, axis), length, ...parts[0].shape.slice(axis + 1)];
    const out = memory.create(shape, "float32");
    const to = memory.floats(out);
    let at = 0;
    for (const part of parts) {
      const run = part.shape[axis] * after;
      copyRuns(to, at, length * after, memory.floats(part), 0, run, run, before);
      at += run;
    }
    return out;
  },
};

/** A tensor cut along an axis: the gradient of a concatenation. */
export const splitKernel: HostKernel = {
  name: "SplitV",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const axis = ((attrs.axis as number) + x.shape.length) % x.shape.length;
    const sizes = backendUtil.prepareSplitSize(x, attrs.numOrSizeSplits as number[], axis);
    const before = product(x.shape.slice(0, axis));
    const after = product(x.shape.slice(axis + 1));
    const stride = x.shape[axis] * after;
    let at = 0;
    return sizes.map((size) => {
      const out = memory.create([...x.shape.slice(0, axis), size, ...x.shape.slice(axis + 1)], "float32");
      copyRuns(memory.floats(out), 0, size * after, memory.floats(x), at, stride, size * after, before);
      at += size * after;
      return out;
    });
  },
};

/** A tensor that shares another's numbers; wasm's own copies them, and the tape clones whatever it saves. */
export const identityKernel: HostKernel = {
  name: "Identity",
  run(memory, { x }): TensorInfo {
    memory.share(x);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};

/** A block of a tensor; wasm's own copies the whole tensor first. */
export const sliceKernel: HostKernel = {
  name: "Slice",
  run(memory, { x }, attrs, original) {
    if (original && x.dtype !== "float32") return original();
    const [begin, size] = sliceUtil.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]);
    const out = memory.create(size, "float32");
    const [to, from] = [memory.floats(out), memory.floats(x)];
    // The numbers from the last axis that is cut lie in one run.
    let axis = x.shape.length - 1;
    while (axis > 0 && size[axis] === x.shape[axis]) axis--;
    const inner = product(x.shape.slice(axis + 1));
    const run = (size[axis] ?? 1) * inner;
    const runs = product(size.slice(0, axis));
    for (let i = 0; i < runs; i++) {
      let start = (begin[axis] ?? 0) * inner;
      let stride = (x.shape[axis] ?? 1) * inner;
      for (let a = axis - 1, rest = i; a >= 0; a--) {
        start += (begin[a] + (rest % size[a])) * stride;
        rest = Math.floor(rest / size[a]);
        stride *= x.shape[a];
      }
      copyRuns(to, i * run, 0, from, start, 0, run, 1);
    }
    return out;
  },
};
