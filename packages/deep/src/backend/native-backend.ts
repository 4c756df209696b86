import { createRequire } from "node:module";
import { requireInstalled } from "./absent-backend.js";
import { registerKernels } from "./kernels/register-kernels.js";
import { mendKernels } from "./mends/mend.js";
import { tensorflowMends } from "./mends/tensorflow-mends.js";
import { setBackend } from "./tensors.js";

let mended = false;

/**
 * Starts TensorFlow's own library through one of the optional packages, which both register as "tensorflow".
 *
 * @throws AbsentBackendError where the package is not installed, or whatever its own start throws.
 */
export async function startNative(name: "tfjs-node" | "tfjs-node-gpu"): Promise<boolean> {
  const specifier = `@tensorflow/${name}`;
  requireInstalled(specifier);
  // It logs its build flags from C++ on import, and calls a function that Node 23 took out.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const util = createRequire(import.meta.url)("node:util") as {
    isNullOrUndefined?: (value: unknown) => boolean;
  };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  await import(specifier);
  if (!mended) {
    mended = true;
    // Its mends compute in plain JavaScript what TensorFlow has not.
    await import("@tensorflow/tfjs-backend-cpu");
    registerKernels("cpu");
    mendKernels("tensorflow", tensorflowMends(), 'take selectBackend("cpu")');
  }
  return setBackend("tensorflow");
}
