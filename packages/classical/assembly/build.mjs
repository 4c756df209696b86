// Compiles the kernels to one JavaScript module that holds them as base64: twice, with memory that threads can share and
// without, since the two can't stand for each other.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryStream, main } from "assemblyscript/asc";

const here = fileURLToPath(new URL(".", import.meta.url));
// The memory is the caller's; the first page holds the control block and the compiler's constants. Kernels check nothing
// themselves and have nobody to report to, so the compiler's `abort` becomes a plain trap.
const options = `
  --optimizeLevel 3 --shrinkLevel 0 --noAssert
  --runtime stub --use abort=
  --importMemory --initialMemory 1 --maximumMemory 65536 --memoryBase 4096
  --enable simd --enable threads
`
  .trim()
  .split(/\s+/u);

async function compile(...more) {
  const folder = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    const file = join(folder, "kernels.wasm");
    const stderr = createMemoryStream();
    const args = ["index.ts", "--outFile", file, ...options, ...more, "--baseDir", here];
    const { error } = await main(args, { stderr });
    if (error)
      throw new Error(`${error.message}
${Buffer.from(stderr.toBuffer()).toString()}`);
    return readFileSync(file).toString("base64");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const shared = await compile("--sharedMemory");
const single = await compile();
const out = new URL("../dist/kernels.js", import.meta.url);
mkdirSync(new URL(".", out), { recursive: true });
writeFileSync(out, `export const shared = "${shared}";\nexport const single = "${single}";\n`);
