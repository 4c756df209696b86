import { describe, NotSupportedError, ParamError } from "@strata-ml/core";
import { startCpu } from "./cpu-backend.js";
import { AbsentBackendError } from "./absent-backend.js";
import { startNative } from "./native-backend.js";
import { startWasm } from "./wasm-backend.js";
import { startWebgpu } from "./webgpu-backend.js";

/** Every backend, in the order in which `"auto"` tries them; docs/decisions/0013 says why. */
const backendNames = ["tfjs-node-gpu", "webgpu", "wasm", "tfjs-node", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** The backend in use, and why it is that one. */
export interface BackendChoice {
  readonly name: BackendName;
  readonly reason: string;
  /** Those that were tried before it, each with why it was not taken. */
  readonly considered: readonly { readonly name: BackendName; readonly whyNot: string }[];
}

/** `asked` says whether it was asked for by name, which then need not be quick. */
const start: Readonly<Record<BackendName, (asked: boolean) => Promise<boolean>>> = {
  "tfjs-node-gpu": () => startNative("tfjs-node-gpu"),
  webgpu: startWebgpu,
  "tfjs-node": () => startNative("tfjs-node"),
  wasm: startWasm,
  cpu: startCpu,
};

/** What to install for one that is absent. */
const packages: Readonly<Partial<Record<BackendName, string>>> = {
  "tfjs-node-gpu": "@tensorflow/tfjs-node-gpu@4.22.0",
  webgpu: "webgpu @tensorflow/tfjs-backend-webgpu@4.22.0",
  "tfjs-node": "@tensorflow/tfjs-node@4.22.0",
};

const strengths: Readonly<Record<BackendName, string>> = {
  "tfjs-node-gpu": "TensorFlow with a GPU is the quickest",
  webgpu: "WebGPU computes on the graphics card without TensorFlow",
  wasm: "WebAssembly with kernels of our own is the quickest without a GPU",
  "tfjs-node": "TensorFlow's native library computes on every processor",
  cpu: "plain JavaScript runs everywhere",
};

let chosen: Promise<BackendChoice> | undefined;

/**
 * Chooses where networks are computed, for the whole process. Fit and predict call it with `"auto"` where nobody
 * has: TensorFlow with a GPU, WebGPU on a graphics card, WebAssembly, TensorFlow without a GPU, plain JavaScript, in this order. The
 * environment variable `STRATA_BACKEND` names the one that `"auto"` takes. TensorFlow without a GPU (`"tfjs-node"`) may pay for
 * wide convolutions and transformers on many processors.
 *
 * @throws NotSupportedError for a backend that is absent or doesn't start, with what to install.
 * @throws ParamError for a name that is no backend, here or in `STRATA_BACKEND`.
 * @example
 * const { name, reason } = await selectBackend("auto");
 * console.log(`computing on ${name}: ${reason}`);
 */
export function selectBackend(name: BackendName | "auto" = "auto"): Promise<BackendChoice> {
  const choice = name === "auto" ? chooseBest() : startOne(name, "it was asked for");
  const before = chosen;
  const settled = choice.catch((error: unknown) => {
    if (chosen === settled) chosen = before;
    throw error;
  });
  chosen = settled;
  return settled;
}

/** The backend in use; `"auto"` is chosen where none is yet. */
export function currentBackend(): Promise<BackendChoice> {
  return chosen ?? selectBackend("auto");
}

async function chooseBest(): Promise<BackendChoice> {
  const wanted = process.env.STRATA_BACKEND;
  if (wanted !== undefined && wanted !== "" && wanted !== "auto") {
    if (!isBackendName(wanted)) throw unknownBackend("STRATA_BACKEND", wanted);
    return startOne(wanted, "STRATA_BACKEND names it");
  }
  const considered: { name: BackendName; whyNot: string }[] = [];
  for (const name of backendNames) {
    try {
      if (await start[name](false)) return { name, reason: strengths[name], considered };
      considered.push({ name, whyNot: "it did not start" });
    } catch (error) {
      considered.push({ name, whyNot: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new NotSupportedError(
    "selectBackend",
    `a backend must start, received ${considered.map(({ name, whyNot }) => `${name}: ${whyNot}`).join("; ")}`,
  );
}

async function startOne(name: BackendName, reason: string): Promise<BackendChoice> {
  if (!isBackendName(name)) throw unknownBackend("selectBackend", name);
  let whyNot = "it did not start";
  try {
    if (await start[name](true)) return { name, reason, considered: [] };
  } catch (error) {
    if (error instanceof AbsentBackendError) {
      throw new NotSupportedError(
        "selectBackend",
        `'${name}' must be installed, received none: run npm install ${packages[name]}`,
        { cause: error },
      );
    }
    whyNot = error instanceof Error ? error.message : String(error);
  }
  throw new NotSupportedError("selectBackend", `'${name}' must start, received: ${whyNot}`);
}

const isBackendName = (name: string): name is BackendName =>
  (backendNames as readonly string[]).includes(name);

function unknownBackend(owner: string, name: unknown): ParamError {
  return new ParamError(
    owner,
    `the backend must be auto, ${backendNames.join(", ")}, received ${describe(name)}`,
  );
}
