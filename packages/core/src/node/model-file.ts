import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ArtifactLimits, decodeArtifact, encodeArtifact } from "../artifact/artifact.js";
import { decodeArtifactFolder, encodeArtifactFolder } from "../artifact/artifact-folder.js";
import { withDefaults } from "../artifact/limits.js";
import { type Registry, requireRegistry } from "../artifact/registry.js";
import { ArtifactError } from "../errors.js";
import type { Model } from "../estimator/model.js";
import { aString, requireIs } from "../guard.js";
import { replaceFile } from "./replace-file.js";

const manifestName = "manifest.json";
const tensorsName = "tensors.safetensors";

/**
 * Writes a fitted model: one file where the path ends in `.safetensors`, else a folder of a readable `manifest.json`
 * and `tensors.safetensors`. Each file replaces an old one only when complete; other files of the folder stay.
 *
 * @returns the size in bytes.
 * @throws ArtifactError for a model that can't be encoded, and where the path can't be written.
 * @example
 * const data = fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" });
 * const model = await new Ridge().fit(data);
 * const registry = new Registry(classicalCodecs);
 * await saveModel(model, "model.safetensors", registry);
 * const again = await loadModel("model.safetensors", registry);
 */
export async function saveModel(model: Model, path: string, registry: Registry): Promise<number> {
  requireIs("saveModel", "the path", path, aString, ArtifactError);
  const files: [string, Uint8Array][] = [];
  if (path.endsWith(".safetensors")) files.push([path, await encodeArtifact(model, registry)]);
  else {
    const { manifest, tensors } = await encodeArtifactFolder(model, registry);
    files.push([join(path, tensorsName), tensors], [join(path, manifestName), manifest]);
  }
  try {
    for (const [file, bytes] of files) await replaceFile(file, bytes);
  } catch (cause) {
    throw new ArtifactError("saveModel", `'${path}' must be a path that can be written (${codeOf(cause)})`, {
      cause,
    });
  }
  return files.reduce((sum, [, bytes]) => sum + bytes.byteLength, 0);
}

/**
 * The model of a file or folder that {@link saveModel} wrote.
 *
 * @throws ArtifactError for one that is absent, damaged, oversized, foreign, or of a type outside the registry.
 */
export async function loadModel(
  path: string,
  registry: Registry,
  limits: ArtifactLimits = {},
): Promise<Model> {
  const { maxBytes, maxHeaderBytes } = withDefaults("loadModel", limits);
  requireRegistry("loadModel", registry);
  if (!(await sizeOf(path)).folder) return decodeArtifact(await read(path, maxBytes), registry, limits);
  const folder = {
    manifest: await read(join(path, manifestName), maxHeaderBytes),
    tensors: await read(join(path, tensorsName), maxBytes),
  };
  return decodeArtifactFolder(folder, registry, limits);
}

async function sizeOf(path: string): Promise<{ readonly size: number; readonly folder: boolean }> {
  try {
    const stats = await stat(path);
    return { size: stats.size, folder: stats.isDirectory() };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function read(path: string, maxBytes: number): Promise<Uint8Array> {
  const { size } = await sizeOf(path);
  if (size > maxBytes)
    throw new ArtifactError("loadModel", `'${path}' must be at most ${maxBytes} bytes, received ${size}`);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): ArtifactError {
  return new ArtifactError("loadModel", `'${path}' must be a readable model (${codeOf(cause)})`, { cause });
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? String(cause);
}
