import { NotSupportedError } from "@strata-ml/core";
import {
  getKernel,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "../tensors.js";

export type KernelInputs = Readonly<Record<string, TensorInfo>>;
type Result = TensorInfo | TensorInfo[];

/** One call of a kernel. */
export interface KernelCall {
  readonly inputs: KernelInputs;
  readonly attrs: NamedAttrMap;
  readonly backend: object;
}

/** How a kernel of an optional backend, whose memory we cannot reach, is made right. */
export interface Mend {
  readonly name: string;
  /** The calls that the backend has wrong: all, unless given. */
  readonly when?: (attrs: NamedAttrMap, inputs: KernelInputs) => boolean;
  /** What is wrong with them, in a few words. */
  readonly why: string;
  /** What runs in the backend's place; absent where there is nothing, so that such a call is refused. */
  readonly run?: (call: KernelCall, original?: (call: KernelCall) => Result) => Result;
}

const added = new Set<string>();

/** Whether a backend got a kernel from a mend alone, having none itself. */
export const isAdded = (backendName: string, name: string): boolean => added.has(`${backendName}:${name}`);

/** Puts mends before a backend's own kernels. Call it once, after the backend's package is loaded. */
export function mendKernels(backendName: string, mends: readonly Mend[], instead: string): void {
  for (const { name, when, why, run } of mends) {
    const stock = getKernel(name, backendName) as ReturnType<typeof getKernel> | undefined;
    const original = stock && ((call: KernelCall): Result => stock.kernelFunc({ ...call }));
    if (stock) unregisterKernel(name, backendName);
    else added.add(`${backendName}:${name}`);
    registerKernel({
      ...stock,
      kernelName: name,
      backendName,
      kernelFunc: (given) => {
        const call = { ...given, attrs: given.attrs ?? {} } as unknown as KernelCall;
        if (original && when && !when(call.attrs, call.inputs)) return original(call);
        if (run) return run(call, original);
        throw new NotSupportedError(
          "kernel",
          `${name} must be right, received the backend '${backendName}', which ${why}: ${instead}`,
        );
      },
    });
  }
}

/** Runs one of the backend's kernels that gives one tensor, outside the engine: nothing is recorded or tidied. */
export const runKernel = (
  backendName: string,
  backend: object,
  name: string,
  inputs: KernelInputs,
  attrs: NamedAttrMap = {},
): TensorInfo => getKernel(name, backendName).kernelFunc({ inputs, attrs, backend }) as TensorInfo;
