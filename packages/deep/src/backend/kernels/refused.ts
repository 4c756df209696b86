import { NotSupportedError } from "@strata-ml/core";
import type { HostKernel } from "./host-kernel.js";
import type { HostBackendName } from "./host-memory.js";

/** A kernel that gives wrong numbers, or that a backend lacks while the other has it. */
interface Refusal {
  readonly name: string;
  readonly backends: readonly HostBackendName[];
  /** What to do instead. */
  readonly instead: string;
}

const lacking = (names: readonly string[], instead: string): Refusal[] =>
  names.map((name) => ({ name, backends: ["wasm"], instead }));

/** Every kernel that is refused; one of ours of the same name goes before. */
const refusals: readonly Refusal[] = [
  ...["ResizeBilinear", "ResizeNearestNeighbor"].map(
    (name): Refusal => ({
      name: `${name}Grad`,
      backends: ["cpu", "wasm"],
      instead: `take the gradient of ${name}, since the backend's own leaves pixel centres out`,
    }),
  ),
  ...lacking(
    ["Complex", "ComplexAbs", "Real", "Imag", "FFT", "IFFT"],
    'take selectBackend("cpu"), since the backend has no complex numbers',
  ),
  ...lacking(
    ["Draw", "RaggedGather", "RaggedRange", "RaggedTensorToTensor", "StaticRegexReplace"],
    'take selectBackend("cpu"), since the backend has none',
  ),
];

/** A backend's refused kernels: each throws NotSupportedError rather than give a wrong number. */
export const refusedKernels = (backendName: HostBackendName): HostKernel[] =>
  refusals
    .filter(({ backends }) => backends.includes(backendName))
    .map(({ name, instead }) => ({
      name,
      run() {
        throw new NotSupportedError(
          "kernel",
          `${name} must be right, received the backend '${backendName}', which gives no right one: ${instead}`,
        );
      },
    }));
