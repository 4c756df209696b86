import type { BackendName } from "../backend/select-backend.js";

/**
 * The backends that numbers are tested on: cpu and wasm, or those that the environment variable
 * `STRATA_TEST_BACKENDS` names, by commas. They must be installed.
 */
export const testBackends: readonly BackendName[] = process.env.STRATA_TEST_BACKENDS?.split(",").map(
  (name) => name.trim() as BackendName,
) ?? ["cpu", "wasm"];
