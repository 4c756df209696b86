// Kernels that run in the memory of TensorFlow.js's wasm backend, where the tensors lie.
import { compileKernels } from "../../../scripts/compile-kernels.mjs";

await compileKernels(new URL(".", import.meta.url), new URL("../dist/kernels.js", import.meta.url), {
  kernels: [],
});
