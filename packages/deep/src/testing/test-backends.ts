import type { BackendName } from "../backend/select-backend.js";

/**
 * The environment variable `STRATA_BACKEND` has the whole suite run on one backend, which must be installed; only tests of a
 * backend's own memory or bits stay on theirs.
 */
const named = process.env.STRATA_BACKEND as BackendName | undefined;

/** The backends that numbers are tested on. */
export const testBackends: readonly BackendName[] = named ? [named] : ["cpu", "wasm"];

/** The backend of tests for which one will do. */
export const testBackend: BackendName = named || "wasm";
