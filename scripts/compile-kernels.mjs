// Compiles a package's AssemblyScript to one JavaScript module that holds WebAssembly as base64.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryStream, main } from "assemblyscript/asc";

// The memory is the caller's. Kernels check nothing themselves and have nobody to report to, so the compiler's `abort`
// becomes a plain trap.
const always = `
  --optimizeLevel 3 --shrinkLevel 0 --noAssert --runtime stub --use abort=
  --importMemory --initialMemory 1 --maximumMemory 65536 --enable simd
`
  .trim()
  .split(/\s+/u);

/**
 * @param {URL} folder with `index.ts`, which exports the kernels
 * @param {URL} out the module to write
 * @param {Record<string, string[]>} variants by the name that the module exports each under: more options of the compiler
 */
export async function compileKernels(folder, out, variants) {
  const lines = [];
  for (const [name, options] of Object.entries(variants)) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- the compiler is one at a time
    const wasm = await compile(fileURLToPath(folder), options);
    lines.push(`export const ${name} = "${wasm.toString("base64")}";\n`);
  }
  const file = fileURLToPath(out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join(""));
}

async function compile(folder, options) {
  const scratch = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    const file = join(scratch, "kernels.wasm");
    const stderr = createMemoryStream();
    const args = ["index.ts", "--outFile", file, ...always, ...options, "--baseDir", folder];
    const { error } = await main(args, { stderr });
    if (error) throw new Error(`${error.message}\n${Buffer.from(stderr.toBuffer()).toString()}`);
    return readFileSync(file);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
