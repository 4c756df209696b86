import type { TensorInfo } from "../tensors.js";
import { getKernel } from "../tensors.js";
import { type NativeKernels, nativeKernels } from "./native-kernels.js";

type Attributes = Parameters<NonNullable<ReturnType<typeof getKernel>>["kernelFunc"]>[0]["attrs"];

/**
 * A backend's own memory as typed arrays, so that a kernel written as plain loops runs where the tensors lie.
 * A view is valid until the next {@link HostMemory.create}, {@link HostMemory.run} or {@link HostMemory.scratch}: they may move
 * the wasm heap.
 */
export abstract class HostMemory {
  protected constructor(readonly backendName: string) {}

  abstract floats(info: TensorInfo): Float32Array;
  abstract ints(info: TensorInfo): Int32Array;
  /** Room for a tensor. Its contents are undefined unless `zero` is asked for. */
  abstract create(shape: readonly number[], dtype: "float32" | "int32", zero?: "zero"): TensorInfo;
  abstract release(info: TensorInfo): void;
  /** Counts one more tensor that uses these numbers. */
  abstract share(info: TensorInfo): void;
  protected abstract readonly backend: object;
  /** Compiled kernels that run in this memory, where there are any; `address` is where they find a tensor. */
  readonly native: NativeKernels | undefined = undefined;
  address(_: TensorInfo): number {
    throw new Error("this backend's memory has no addresses");
  }
  /** Where a compiled kernel may put what it needs for a while: the same place for each call, so for one call at a time. */
  scratch(_bytes: number): number {
    throw new Error("this backend's memory has no addresses");
  }

  /** Runs one of the backend's own kernels that gives one tensor. */
  run(kernelName: string, inputs: Readonly<Record<string, TensorInfo>>, attrs: Attributes = {}): TensorInfo {
    const kernel = getKernel(kernelName, this.backendName);
    return kernel.kernelFunc({ inputs, backend: this.backend, attrs }) as TensorInfo;
  }

  matMul(a: TensorInfo, b: TensorInfo, transposeA = false, transposeB = false): TensorInfo {
    return this.run("BatchMatMul", { a, b }, { transposeA, transposeB });
  }
}

/** What is used of tfjs's wasm backend. */
interface WasmBackend {
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array;
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
  disposeData(dataId: object): boolean;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  incRef(dataId: object): void;
}

class WasmMemory extends HostMemory {
  override readonly native: NativeKernels;

  constructor(protected readonly backend: WasmBackend) {
    super("wasm");
    this.native = nativeKernels(backend.wasm.asm.memory);
  }

  override address(info: TensorInfo): number {
    return this.backend.dataIdMap.get(info.dataId).memoryOffset;
  }

  private room = { address: 0, bytes: 0 };

  override scratch(bytes: number): number {
    const { wasm } = this.backend;
    if (bytes > this.room.bytes) {
      if (this.room.bytes > 0) wasm._free(this.room.address);
      this.room = { address: wasm._malloc(bytes) >>> 0, bytes };
    }
    return this.room.address;
  }

  floats(info: TensorInfo): Float32Array {
    return this.backend.typedArrayFromHeap(info) as Float32Array;
  }

  ints(info: TensorInfo): Int32Array {
    return this.backend.typedArrayFromHeap(info) as Int32Array;
  }

  create(shape: readonly number[], dtype: "float32" | "int32", zero?: "zero"): TensorInfo {
    const info = this.backend.makeOutput([...shape], dtype);
    if (zero) this.backend.typedArrayFromHeap(info).fill(0);
    return info;
  }

  release(info: TensorInfo): void {
    this.backend.disposeData(info.dataId);
  }

  share(info: TensorInfo): void {
    this.backend.incRef(info.dataId);
  }
}

/** What is used of tfjs's cpu backend. */
interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array | Int32Array } };
  makeTensorInfo(shape: readonly number[], dtype: string, values: Float32Array | Int32Array): TensorInfo;
  disposeIntermediateTensorInfo(info: TensorInfo): void;
  incRef(dataId: object): void;
}

class CpuMemory extends HostMemory {
  constructor(protected readonly backend: CpuBackend) {
    super("cpu");
  }

  floats(info: TensorInfo): Float32Array {
    return this.backend.data.get(info.dataId).values as Float32Array;
  }

  ints(info: TensorInfo): Int32Array {
    return this.backend.data.get(info.dataId).values as Int32Array;
  }

  create(shape: readonly number[], dtype: "float32" | "int32"): TensorInfo {
    const size = shape.reduce((a, b) => a * b, 1);
    return this.backend.makeTensorInfo(
      [...shape],
      dtype,
      dtype === "float32" ? new Float32Array(size) : new Int32Array(size),
    );
  }

  release(info: TensorInfo): void {
    this.backend.disposeIntermediateTensorInfo(info);
  }

  share(info: TensorInfo): void {
    this.backend.incRef(info.dataId);
  }
}

/** Backends whose memory a kernel of plain loops can reach. */
export type HostBackendName = "wasm" | "cpu";

const memories = new WeakMap<object, HostMemory>();

export function hostMemory(backendName: HostBackendName, backend: object): HostMemory {
  let memory = memories.get(backend);
  if (memory === undefined) {
    memory =
      backendName === "wasm" ? new WasmMemory(backend as WasmBackend) : new CpuMemory(backend as CpuBackend);
    memories.set(backend, memory);
  }
  return memory;
}
