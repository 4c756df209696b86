import { requireInstalled } from "./absent-backend.js";
import { env, setBackend } from "./tensors.js";
import { mendKernels } from "./mends/mend.js";
import { webgpuMends } from "./mends/webgpu-mends.js";

/** What is used of WebGPU. */
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}
interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

let loaded = false;

/** Names that tell a driver that computes on the processor. */
const software = /swiftshader|llvmpipe|lavapipe|microsoft basic render/iu;

/**
 * Starts WebGPU: a browser's, or in Node that of the npm package `webgpu`, which brings Dawn. Numbers come back only
 * asynchronously.
 *
 * @param softwareToo whether a driver that computes on the processor will do
 * @throws AbsentBackendError where a package is not installed, Error where there is no adapter to compute on.
 */
export async function startWebgpu(softwareToo: boolean): Promise<boolean> {
  const adapter = await (await gpuOf()).requestAdapter();
  if (adapter === null)
    throw new Error("there is no adapter: a Vulkan, Metal or Direct3D 12 driver is needed");
  const { vendor, description, isFallbackAdapter } = adapter.info;
  const name = `${vendor} ${description}`;
  if (!softwareToo && (isFallbackAdapter === true || software.test(name)))
    throw new Error(`its adapter computes on the processor: ${name.trim()}`);
  if (!loaded) {
    await import(backendPackage);
    // Its quicker form is wrong where images are padded.
    env().set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", true);
    mendKernels("webgpu", webgpuMends, 'take selectBackend("wasm")');
    loaded = true;
  }
  return setBackend("webgpu");
}

/** By a variable, since it need not be installed where this is compiled. */
const backendPackage: string = "@tensorflow/tfjs-backend-webgpu";
const dawnPackage: string = "webgpu";

/** The browser's, or Dawn's, which is then the global one, where the backend looks for it. */
async function gpuOf(): Promise<Gpu> {
  const held = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu;
  if (held !== undefined) return held;
  requireInstalled(backendPackage, dawnPackage);
  const { create, globals } = (await import(dawnPackage)) as {
    create: (flags: readonly string[]) => Gpu;
    globals: object;
  };
  Object.assign(globalThis, globals);
  // Node 20 has no navigator.
  if ((globalThis.navigator as unknown) === undefined)
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const gpu = create([]);
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}
