import { createRequire } from "node:module";
import { setBackend } from "./tensors.js";

/** Thrown where an optional backend package is not installed. */
export class AbsentBackendError extends Error {}

/**
 * Starts TensorFlow's own library through one of the optional packages, which both register as "tensorflow".
 *
 * @throws AbsentBackendError where the package is not installed, or whatever its own start throws.
 */
export async function startNative(name: "tfjs-node" | "tfjs-node-gpu"): Promise<boolean> {
  const specifier = `@tensorflow/${name}`;
  const require = createRequire(import.meta.url);
  try {
    require.resolve(specifier);
  } catch (cause) {
    throw new AbsentBackendError(`${specifier} is not installed`, { cause });
  }
  // It logs its build flags from C++ on import, and calls a function that Node 23 took out.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  await import(specifier);
  return setBackend("tensorflow");
}
