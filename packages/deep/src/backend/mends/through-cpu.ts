import { findBackend, getKernel, type TensorInfo } from "../tensors.js";
import type { KernelCall, KernelInputs } from "./mend.js";

type Values = Float32Array | Int32Array | Uint8Array;

/** What is used of TensorFlow's backend: its numbers are read and written at once. */
interface NativeBackend {
  readSync(dataId: object): Values;
  write(values: Values, shape: readonly number[], dtype: string): object;
}

/** What is used of the plain JavaScript backend. */
interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Values } };
  makeTensorInfo(shape: readonly number[], dtype: string, values: Values): TensorInfo;
  disposeIntermediateTensorInfo(info: TensorInfo): void;
}

const mapInputs = (inputs: KernelInputs, f: (info: TensorInfo) => TensorInfo): KernelInputs =>
  Object.fromEntries(
    // An input that is not given is there as undefined or null.
    Object.entries(inputs).map(([name, info]) => [name, (info as unknown) ? f(info) : info]),
  );

/** Runs a kernel in plain JavaScript: its inputs are copied there and its outputs back. */
export function throughCpu(name: string, { inputs, attrs, backend }: KernelCall): TensorInfo | TensorInfo[] {
  const native = backend as NativeBackend;
  const cpu = findBackend("cpu") as unknown as CpuBackend;
  const held: TensorInfo[] = [];
  const copied = mapInputs(inputs, ({ dataId, shape, dtype }) => {
    const info = cpu.makeTensorInfo(shape, dtype, native.readSync(dataId));
    held.push(info);
    return info;
  });
  try {
    const result = getKernel(name, "cpu").kernelFunc({
      inputs: copied,
      attrs,
      backend: cpu,
    });
    held.push(...[result].flat());
    const back = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => ({
      dataId: native.write(cpu.data.get(dataId).values, shape, dtype),
      shape,
      dtype,
    });
    return Array.isArray(result) ? result.map((info) => back(info)) : back(result);
  } finally {
    for (const info of held) cpu.disposeIntermediateTensorInfo(info);
  }
}
