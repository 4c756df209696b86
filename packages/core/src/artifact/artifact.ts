import { ArtifactError } from "../errors.js";
import type { Model } from "../estimator/model.js";
import { requireIs, someBytes } from "../guard.js";
import { type ArtifactLimits, refusing, requireBytes, withDefaults } from "./limits.js";
import { checkManifest, checkTensors, type Manifest, sha256, withTensors } from "./manifest.js";
import { putTogether, takeApart } from "./model-tree.js";
import { type Registry, requireRegistry } from "./registry.js";
import { packSafetensors, type StoredTensor, unpackSafetensors } from "./safetensors.js";

export type { ArtifactLimits } from "./limits.js";

/**
 * A fitted model as one file: the safetensors layout, with a hashed manifest in its metadata.
 *
 * @throws ArtifactError for what is no fitted model, where the registry does not hold a type of the model, or a part of it
 * is not plain JSON.
 * @example
 * const data = fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" });
 * const model = await new Ridge().fit(data);
 * const registry = new Registry(classicalCodecs);
 * const bytes = await encodeArtifact(model, registry);
 * const again = await decodeArtifact(bytes, registry);
 */
export async function encodeArtifact(model: Model, registry: Registry): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest, tensors } = takeApart("encodeArtifact", model, registry);
  return packArtifact(manifest, tensors);
}

/** One file of a manifest and its tensors, whose entries and hashes are made here. */
export async function packArtifact(
  manifest: Omit<Manifest, "tensors">,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<Uint8Array<ArrayBuffer>> {
  const json = JSON.stringify(await withTensors(manifest, tensors));
  return packSafetensors(tensors, { manifest: json, sha256: await sha256(new TextEncoder().encode(json)) });
}

/**
 * The model of a file that {@link encodeArtifact} wrote.
 *
 * @throws ArtifactError for a file that is damaged, oversized, foreign, from a newer format, or of a type outside the registry;
 * ParamError for a limit that does not exist.
 */
export async function decodeArtifact(
  file: Uint8Array,
  registry: Registry,
  limits: ArtifactLimits = {},
): Promise<Model> {
  const owner = "decodeArtifact";
  const all = withDefaults(owner, limits);
  requireRegistry(owner, registry);
  requireIs(owner, "the file", file, someBytes, ArtifactError);
  return refusing(async () => {
    requireBytes("the file", file.byteLength, all.maxBytes);
    const parts = unpackSafetensors(file, all);
    const { manifest: json, sha256: expected, ...rest } = parts.metadata;
    if (json === undefined || expected === undefined || Object.keys(rest).length > 0) {
      throw new ArtifactError(
        "artifact",
        "the metadata must hold a manifest and its hash, received other: not a Strata artifact",
      );
    }
    if ((await sha256(new TextEncoder().encode(json))) !== expected)
      throw new ArtifactError("artifact", "the manifest is damaged: its hash differs");
    const manifest = checkManifest(JSON.parse(json));
    const { tensors } = parts;
    await checkTensors(manifest, tensors);
    return putTogether(manifest, tensors, registry, all.maxDepth);
  });
}
