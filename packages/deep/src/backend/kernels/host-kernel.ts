import {
  getBackend,
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "../tensors.js";
import { type HostBackendName, type HostMemory, hostMemory } from "./host-memory.js";

type KernelInputs = Readonly<Record<string, TensorInfo>>;

/** A kernel as plain loops over typed arrays. */
export interface HostKernel {
  readonly name: string;
  /**
   * `original` is the backend's own kernel of that name, where there is one: what this kernel does not handle
   * itself goes there.
   */
  run(
    memory: HostMemory,
    inputs: KernelInputs,
    attrs: NamedAttrMap,
    original?: () => TensorInfo | TensorInfo[],
  ): TensorInfo | TensorInfo[];
}

/** Our kernels, as `backend:name`. */
const registered = new Set<string>();

/** Whether the backend in use has a kernel of ours of this name. */
export const hasHostKernel = (name: string): boolean => registered.has(`${getBackend()}:${name}`);

/** Puts a kernel into a backend's registry, before one of the same name that may be there. */
export function registerHostKernel(kernel: HostKernel, backendName: HostBackendName): void {
  const original = getKernel(kernel.name, backendName) as ReturnType<typeof getKernel> | undefined;
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) =>
    kernel.run(
      hostMemory(backendName, backend),
      inputs as KernelInputs,
      attrs ?? {},
      original && (() => original.kernelFunc({ inputs, backend, attrs })),
    );
  registered.add(`${backendName}:${kernel.name}`);
  if (original) unregisterKernel(kernel.name, backendName);
  registerKernel({
    kernelName: kernel.name,
    backendName,
    kernelFunc,
    ...(original?.setupFunc && { setupFunc: original.setupFunc }),
    ...(original?.disposeFunc && { disposeFunc: original.disposeFunc }),
  });
}
