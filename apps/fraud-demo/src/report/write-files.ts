import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StrataError } from "@strata-ml/core";

/**
 * Writes files into a folder, made if it isn't there; returns their paths. Each replaces an old one only when all are
 * complete.
 *
 * @throws StrataError where the folder can't be written.
 */
export async function writeFiles(
  owner: string,
  folder: string,
  contents: Readonly<Record<string, string>>,
): Promise<string[]> {
  const files = Object.entries(contents).map(([name, content]) => [join(folder, name), content] as const);
  const partial = (path: string): string => `${path}.${process.pid}.partial`;
  try {
    await mkdir(folder, { recursive: true });
    for (const [path, content] of files) await writeFile(partial(path), content);
    for (const [path] of files) await rename(partial(path), path);
  } catch (cause) {
    // Where the folder itself can't be made there is nothing to remove.
    await Promise.allSettled(files.map(([path]) => rm(partial(path), { force: true })));
    const { code } = cause as NodeJS.ErrnoException;
    throw new StrataError(owner, `'${folder}' must be a folder that can be written (${code})`, { cause });
  }
  return files.map(([path]) => path);
}
