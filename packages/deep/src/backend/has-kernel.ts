import { getBackend, getKernel } from "./tensors.js";

/** Whether the backend in use has a kernel of this name. */
export function hasKernel(name: string): boolean {
  return (getKernel(name, getBackend()) as unknown) !== undefined;
}
