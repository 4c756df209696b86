// Twice, with memory that threads can share and without, since the two can't stand for each other.
import { compileKernels } from "../../../scripts/compile-kernels.mjs";

// The first page holds the control block and the compiler's constants.
const options = ["--memoryBase", "4096", "--enable", "threads"];
await compileKernels(new URL(".", import.meta.url), new URL("../dist/kernels.js", import.meta.url), {
  shared: [...options, "--sharedMemory"],
  single: options,
});
