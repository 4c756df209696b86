/**
 * Compiles the AssemblyScript of a package, `assembly/index.ts`, to `dist/kernels.js`, which exports WebAssembly as base64 by
 * the names of variants: `node ../../scripts/compile-kernels.mjs VARIANT...` in the package's folder.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStream, main } from "assemblyscript/asc";

// The memory is the caller's. Kernels check nothing themselves and have nobody to report to, so `--use abort=` has the
// compiler's call of `abort` become a plain trap: there is no such import.
const always = `
  --optimizeLevel 3 --shrinkLevel 0 --runtime stub --use abort=
  --importMemory --initialMemory 1 --maximumMemory 65536 --enable simd
`
  .trim()
  .split(/\s+/u);

// Memory of our own: the first page holds the control block and the compiler's constants.
const own = ["--memoryBase", "4096", "--enable", "threads"];
const variants = {
  // With memory that threads can share and without: the two can't stand for each other.
  shared: [...own, "--sharedMemory"],
  single: own,
  // In the memory of TensorFlow.js's wasm backend, where the tensors lie.
  guest: [],
  // The same for engines with relaxed SIMD (Node 22 and later).
  guestRelaxed: ["--enable", "relaxed-simd"],
};

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

const lines = [];
for (const name of process.argv.slice(2)) {
  if (!Object.hasOwn(variants, name))
    throw new Error(`variants are ${Object.keys(variants).join(", ")}, received ${name}`);
  // oxlint-disable-next-line eslint/no-await-in-loop -- the compiler is one at a time
  const wasm = await compile("assembly", variants[name]);
  lines.push(`export const ${name} = "${wasm.toString("base64")}";\n`);
}
mkdirSync("dist", { recursive: true });
writeFileSync(join("dist", "kernels.js"), lines.join(""));
