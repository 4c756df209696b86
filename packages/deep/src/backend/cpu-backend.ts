import { registerKernels } from "./kernels/register-kernels.js";
import { findBackend, setBackend } from "./tensors.js";

/** Starts the plain JavaScript backend, without the banner of its first use. */
export async function startCpu(): Promise<boolean> {
  await import("@tensorflow/tfjs-backend-cpu");
  registerKernels("cpu");
  const backend = findBackend("cpu") as { firstUse?: boolean };
  backend.firstUse = false;
  return setBackend("cpu");
}
