import { backendUtil, type NamedAttrMap, type TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";
import { matrixOf, multiply } from "./multiply.js";

const tile = 16;

/** A copy with its last two axes swapped, in tiles that stay in cache. */
export function transposed(memory: HostMemory, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const [rows, columns] = x.shape.slice(-2);
  const whole = x.dtype === "int32";
  const out = memory.create([...x.shape.slice(0, -2), columns, rows], whole ? "int32" : "float32");
  const from = whole ? memory.ints(x) : memory.floats(x);
  const to = whole ? memory.ints(out) : memory.floats(out);
  const size = rows * columns;
  const blocks = x.shape.slice(0, rank - 2).reduce((a, b) => a * b, 1);
  for (let block = 0; block < blocks; block++) {
    transposeInto(to, block * size, rows, from.subarray(block * size, (block + 1) * size), rows, columns);
  }
  return out;
}

/** Writes a rows x columns block, transposed, from `start` on, its rows `stride` apart. */
export function transposeInto(
  to: Float32Array | Int32Array,
  start: number,
  stride: number,
  from: Float32Array | Int32Array,
  rows: number,
  columns: number,
): void {
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(rows, i0 + tile);
    for (let j0 = 0; j0 < columns; j0 += tile) {
      const j1 = Math.min(columns, j0 + tile);
      for (let j = j0; j < j1; j++) {
        for (let i = i0; i < i1; i++) to[start + j * stride + i] = from[i * columns + j];
      }
    }
  }
}

/** Runs a product on operands that are transposed first where they have to be. */
function onPlain(
  memory: HostMemory,
  { a, b }: Readonly<Record<string, TensorInfo>>,
  { transposeA, transposeB }: NamedAttrMap,
  run: (a: TensorInfo, b: TensorInfo) => TensorInfo,
): TensorInfo {
  const left = transposeA ? transposed(memory, a) : a;
  const right = transposeB ? transposed(memory, b) : b;
  const out = run(left, right);
  if (left !== a) memory.release(left);
  if (right !== b) memory.release(right);
  return out;
}

const batchOf = (a: TensorInfo, b: TensorInfo): number[] =>
  backendUtil.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));

/** A product that is empty or a sum of nothing. */
function zeroProduct(
  memory: HostMemory,
  { a, b }: Readonly<Record<string, TensorInfo>>,
  { transposeA, transposeB }: NamedAttrMap,
): TensorInfo {
  const [rows, columns] = [a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
  return memory.create([...batchOf(a, b), rows, columns], "float32", "zero");
}

/** A product of whole numbers, which wasm refuses: batches of rows x inner and inner x columns. */
function wholeProduct(memory: HostMemory, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape.at(-1)!;
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const batch = batchOf(a, b);
  const out = memory.create([...batch, rows, columns], "int32", "zero");
  const [sums, left, right] = [memory.ints(out), memory.ints(a), memory.ints(b)];
  const blocks = batch.reduce((x, y) => x * y, 1);
  for (let block = 0; block < blocks; block++) {
    const fromA = repeatedBlock(block, batch, batchA) * rows * inner;
    const fromB = repeatedBlock(block, batch, batchB) * inner * columns;
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < inner; k++) {
        const factor = left[fromA + i * inner + k];
        for (let j = 0; j < columns; j++) {
          sums[(block * rows + i) * columns + j] += factor * right[fromB + k * columns + j];
        }
      }
    }
  }
  return out;
}

/** Which block of a batch of shape `own` goes into a block of the batch that it is repeated to. */
function repeatedBlock(block: number, batch: readonly number[], own: readonly number[]): number {
  let [rest, stride, at] = [block, 1, 0];
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    if (own[axis] !== 1) at += (rest % batch[axis]) * stride;
    rest = Math.floor(rest / batch[axis]);
    stride *= own[axis];
  }
  return at;
}

/** A product of numbers by the compiled kernel, with a bias under all rows and a floor if they are given. */
function product(
  memory: HostMemory,
  { a, b, bias }: Readonly<Record<string, TensorInfo>>,
  { transposeA, transposeB }: NamedAttrMap,
  least?: number,
): TensorInfo {
  const [acrossA, acrossB] = [transposeA, transposeB].map(Boolean);
  const [m, k] = [a.shape.at(acrossA ? -1 : -2)!, a.shape.at(acrossA ? -2 : -1)!];
  const n = b.shape.at(acrossB ? -2 : -1)!;
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const batch = batchOf(a, b);
  const out = memory.create([...batch, m, n], "float32");
  const start = bias && { at: memory.address(bias), row: 0 };
  const blocks = batch.reduce((x, y) => x * y, 1);
  for (let block = 0; block < blocks; block++) {
    const left = matrixOf(memory, a, repeatedBlock(block, batch, batchA), acrossA);
    const right = matrixOf(memory, b, repeatedBlock(block, batch, batchB), acrossB);
    multiply(memory, matrixOf(memory, out, block), left, right, { m, k, n, start, least });
  }
  return out;
}

/** Matrix products by our own kernel, which is as quick for transposed operands: wasm's has 3 GFLOP/s there, or 0.7. */
export const batchMatMulKernel: HostKernel = {
  name: "BatchMatMul",
  run(memory, inputs, attrs, original) {
    if (!original) throw new Error("BatchMatMul: the backend must have a kernel of its own");
    const { a, b } = inputs;
    if (a.dtype === "int32" && b.dtype === "int32") {
      return onPlain(memory, inputs, attrs, (left, right) => wholeProduct(memory, left, right));
    }
    if (a.dtype !== "float32" || b.dtype !== "float32") return original();
    // Of an empty sum, wasm's own leaves whatever the memory held.
    if (a.shape.includes(0) || b.shape.includes(0)) return zeroProduct(memory, inputs, attrs);
    return product(memory, inputs, attrs);
  },
};

/** Smallest number that an activation lets through. */
const floors: Readonly<Record<string, number>> = { linear: -Infinity, relu: 0 };

/**
 * A product with bias and activation: by our own kernel where it can, else of operands that are transposed first, since wasm's
 * own gives wrong numbers for others.
 */
export const fusedMatMulKernel: HostKernel = {
  name: "_FusedMatMul",
  run(memory, inputs, attrs, original) {
    if (!original) throw new Error("_FusedMatMul: the backend must have a kernel of its own");
    const { a, b, bias } = inputs as Readonly<Record<string, TensorInfo | undefined>>;
    const units = b!.shape.at(attrs.transposeB ? -2 : -1)!;
    const plainBias = bias === undefined || bias.shape.reduce((x, y) => x * y, 1) === units;
    const floor = floors[attrs.activation as string];
    const numbers = a!.dtype === "float32" && b!.dtype === "float32";
    if (numbers && plainBias && floor !== undefined && !a!.shape.includes(0) && !b!.shape.includes(0))
      return product(memory, inputs, attrs, floor);
    if (!attrs.transposeA && !attrs.transposeB) return original();
    const plain = { ...attrs, transposeA: false, transposeB: false };
    return onPlain(memory, inputs, attrs, (left, right) =>
      memory.run("_FusedMatMul", { ...inputs, a: left, b: right }, plain),
    );
  },
};
