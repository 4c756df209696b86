import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

let writes = 0;

/** Writes a file and the folders above it: beside its place, then renamed, so that nobody ever sees half of it. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}-${writes++}.partial`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
