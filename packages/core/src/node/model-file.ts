import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type ArtifactLimits, decodeArtifact, encodeArtifact } from "../artifact/artifact.js";
import type { Registry } from "../artifact/registry.js";
import { ArtifactError } from "../errors.js";
import type { Model } from "../estimator/model.js";

/**
 * Writes a fitted model as one file (safetensors layout, by custom `name.safetensors`), replacing it only when complete.
 *
 * @returns the size of the file in bytes.
 * @example
 * await saveModel(model, "model.safetensors", registry);
 * const again = await loadModel("model.safetensors", registry);
 */
export async function saveModel(model: Model, path: string, registry: Registry): Promise<number> {
  const bytes = await encodeArtifact(model, registry);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  await writeFile(partial, bytes);
  await rename(partial, path);
  return bytes.byteLength;
}

/** The model of a file that {@link saveModel} wrote; throws {@link ArtifactError} for one that is absent, damaged, oversized or foreign. */
export async function loadModel(
  path: string,
  registry: Registry,
  limits: ArtifactLimits = {},
): Promise<Model> {
  const maxBytes = limits.maxBytes ?? 2 ** 31;
  let file: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > maxBytes)
      throw new ArtifactError("loadModel", `'${path}' must be at most ${maxBytes} bytes, received ${size}`);
    file = await readFile(path);
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    throw new ArtifactError(
      "loadModel",
      `'${path}' must be a readable file (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
      { cause },
    );
  }
  return decodeArtifact(file, registry, limits);
}
