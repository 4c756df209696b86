import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { registerKernels } from "./kernels/register-kernels.js";
import { setBackend } from "./tensors.js";

const events = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Starts the wasm backend from the files inside its package: nothing is fetched. Its runtime adds process-wide
 * listeners that turn any unhandled rejection into a crash of its own; they are taken away again.
 */
export async function startWasm(): Promise<boolean> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  setWasmPaths(join(dirname(manifest), "dist", "/"));
  registerKernels("wasm");
  const before = new Map(
    events.map((event) => [event, new Set(process.listeners(event as "uncaughtException"))]),
  );
  try {
    return await setBackend("wasm");
  } finally {
    for (const event of events) {
      for (const listener of process.listeners(event as "uncaughtException")) {
        if (!before.get(event)?.has(listener)) process.removeListener(event, listener);
      }
    }
  }
}
