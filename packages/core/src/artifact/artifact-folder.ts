import { ArtifactError } from "../errors.js";
import type { Model } from "../estimator/model.js";
import { anObject, requireIs, someBytes } from "../guard.js";
import { type ArtifactLimits, refusing, requireBytes, withDefaults } from "./limits.js";
import { checkManifest, checkTensors, sha256, withTensors } from "./manifest.js";
import { putTogether, takeApart } from "./model-tree.js";
import { type Registry, requireRegistry } from "./registry.js";
import { packSafetensors, unpackSafetensors } from "./safetensors.js";

/** An artifact as two files: a manifest that people can read, and tensors that other tools can. */
export interface ArtifactFolder {
  /** `manifest.json` */
  readonly manifest: Uint8Array<ArrayBuffer>;
  /** `tensors.safetensors` */
  readonly tensors: Uint8Array<ArrayBuffer>;
}

const metadata = { format: "strata" };

/**
 * A fitted model as the two files of a folder.
 *
 * @throws ArtifactError as `encodeArtifact` does.
 * @example
 * const data = fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" });
 * const model = await new Ridge().fit(data);
 * const registry = new Registry(classicalCodecs);
 * const { manifest, tensors } = await encodeArtifactFolder(model, registry);
 */
export async function encodeArtifactFolder(model: Model, registry: Registry): Promise<ArtifactFolder> {
  const { manifest, tensors } = takeApart("encodeArtifactFolder", model, registry);
  return {
    manifest: await manifestBytes(await withTensors(manifest, tensors)),
    tensors: packSafetensors(tensors, metadata),
  };
}

/**
 * The model of the two files that {@link encodeArtifactFolder} wrote. Any changed byte is refused, a space of the
 * manifest too.
 *
 * @throws ArtifactError as `decodeArtifact` does.
 */
export async function decodeArtifactFolder(
  folder: { readonly manifest: Uint8Array; readonly tensors: Uint8Array },
  registry: Registry,
  limits: ArtifactLimits = {},
): Promise<Model> {
  const owner = "decodeArtifactFolder";
  const all = withDefaults(owner, limits);
  requireRegistry(owner, registry);
  requireIs(owner, "the folder", folder, anObject, ArtifactError);
  requireIs(owner, "the manifest", folder.manifest, someBytes, ArtifactError);
  requireIs(owner, "the tensors", folder.tensors, someBytes, ArtifactError);
  return refusing(async () => {
    requireBytes("the manifest", folder.manifest.byteLength, all.maxHeaderBytes);
    requireBytes("the tensors", folder.tensors.byteLength, all.maxBytes);
    const manifest = checkManifest(await readManifest(folder.manifest));
    const file = unpackSafetensors(folder.tensors, all);
    if (JSON.stringify(file.metadata) !== JSON.stringify(metadata))
      throw new ArtifactError(
        "artifact",
        "the tensors must be of a Strata artifact, received other metadata",
      );
    const { tensors } = file;
    await checkTensors(manifest, tensors);
    return putTogether(manifest, tensors, registry, all.maxDepth);
  });
}

/** The manifest's JSON, indented, its last entry the hash of all before it. */
async function manifestBytes(manifest: object): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const hash = await sha256(encoder.encode(JSON.stringify(manifest)));
  return encoder.encode(`${JSON.stringify({ ...manifest, sha256: hash }, null, 2)}\n`);
}

async function readManifest(bytes: Uint8Array): Promise<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new ArtifactError("artifact", "the manifest is not JSON: damaged, or not of Strata", { cause });
  }
  if (typeof json !== "object" || json === null || !("sha256" in json))
    throw new ArtifactError("artifact", "the manifest must hold its hash, received none: not of Strata");
  const { sha256: _, ...manifest } = json;
  // Written again it must be the same bytes, so nothing that JSON overlooks, such as spaces, can differ either.
  const again = await manifestBytes(manifest);
  if (again.length !== bytes.length || again.some((byte, i) => byte !== bytes[i]))
    throw new ArtifactError("artifact", "the manifest is damaged: it differs from its hash");
  return manifest;
}
