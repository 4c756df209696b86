import { ArtifactError, describe, StrataError } from "../errors.js";
import type { Model } from "../estimator/model.js";
import { Matrix } from "../matrix.js";
import { VERSION } from "../version.js";
import { TensorReader } from "./codec.js";
import { FORMAT_VERSION, type Manifest, type ManifestNode, manifestSchema, sha256 } from "./manifest.js";
import type { Registry } from "./registry.js";
import {
  bytesOf,
  packSafetensors,
  type StoredTensor,
  type TensorData,
  unpackSafetensors,
} from "./safetensors.js";

/** Sizes beyond which an artifact is refused before it is read. */
export interface ArtifactLimits {
  /** Default 2 GiB. */
  readonly maxBytes?: number;
  /** Of the JSON header; default 256 MiB. */
  readonly maxHeaderBytes?: number;
  /** Default 100,000. */
  readonly maxTensors?: number;
  /** How deep models may hold models; default 32. */
  readonly maxDepth?: number;
}

const defaultLimits: Required<ArtifactLimits> = {
  maxBytes: 2 ** 31,
  maxHeaderBytes: 2 ** 28,
  maxTensors: 100_000,
  maxDepth: 32,
};

/**
 * A fitted model as one file: the safetensors layout, with a hashed manifest in its metadata.
 *
 * @throws ArtifactError where the registry does not hold a type of the model.
 */
export async function encodeArtifact(model: Model, registry: Registry): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = new Map<string, StoredTensor>();
  const node = encodeNode(model, registry, "", tensors);
  const hashes: Record<string, string> = {};
  for (const [name, { data }] of tensors) hashes[name] = await sha256(bytesOf(data));
  const manifest: Manifest = {
    format: "strata",
    formatVersion: FORMAT_VERSION,
    libraryVersion: VERSION,
    model: node,
    hashes,
  };
  const json = JSON.stringify(manifest);
  return packSafetensors(tensors, { manifest: json, sha256: await sha256(new TextEncoder().encode(json)) });
}

function encodeNode(
  model: Model,
  registry: Registry,
  path: string,
  tensors: Map<string, StoredTensor>,
): ManifestNode {
  const { type, params } = model.estimator.toJSON();
  const encoded = registry.codec(type).encode(model);
  assertJson(model.owner, encoded.state, "state");
  for (const [name, value] of Object.entries(encoded.tensors ?? {}))
    tensors.set(`${path}${name}`, stored(value));
  const children: Record<string, ManifestNode> = {};
  for (const [name, child] of Object.entries(encoded.children ?? {})) {
    children[name] = encodeNode(child, registry, `${path}${name}/`, tensors);
  }
  return { type, params: plain(params), features: model.features, state: encoded.state ?? null, children };
}

function stored(value: TensorData | Matrix | StoredTensor): StoredTensor {
  if (value instanceof Matrix) return { data: value.data, shape: [value.rows, value.columns] };
  return ArrayBuffer.isView(value) ? { data: value, shape: [value.length] } : value;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** NaN, infinities, functions and typed arrays would come back changed: they belong into tensors, or nowhere. */
function assertJson(owner: string, value: unknown, path: string): void {
  if (
    typeof value === "number"
      ? Number.isFinite(value)
      : value === null || typeof value === "string" || typeof value === "boolean"
  )
    return;
  if (Array.isArray(value)) value.forEach((item, i) => assertJson(owner, item, `${path}[${i}]`));
  else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) assertJson(owner, item, `${path}.${key}`);
  } else throw new ArtifactError(owner, `${path} must be plain JSON, received ${describe(value)}`);
}

/**
 * The model of a file that {@link encodeArtifact} wrote.
 *
 * @throws ArtifactError for a file that is damaged, oversized, foreign, from a newer format, or of a type outside the registry.
 */
export async function decodeArtifact(
  file: Uint8Array,
  registry: Registry,
  limits: ArtifactLimits = {},
): Promise<Model> {
  const all = { ...defaultLimits, ...limits };
  if (file.byteLength > all.maxBytes) {
    throw new ArtifactError(
      "artifact",
      `the file must be at most ${all.maxBytes} bytes, received ${file.byteLength}`,
    );
  }
  const { metadata, tensors } = unpackSafetensors(file, all);
  const manifest = await readManifest(metadata, tensors);
  return decodeNode(manifest.model, registry, "", tensors, all.maxDepth);
}

async function readManifest(
  metadata: Readonly<Record<string, string>>,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<Manifest> {
  const { manifest: json, sha256: expected, ...rest } = metadata;
  if (json === undefined || expected === undefined || Object.keys(rest).length > 0) {
    throw new ArtifactError(
      "artifact",
      "the metadata must hold a manifest and its hash: not a Strata artifact",
    );
  }
  if ((await sha256(new TextEncoder().encode(json))) !== expected)
    throw new ArtifactError("artifact", "the manifest is damaged: its hash differs");
  const parsed = manifestSchema.safeParse(parseJson(json));
  if (!parsed.success)
    throw new ArtifactError(
      "artifact",
      `the manifest is malformed at ${parsed.error.issues[0].path.join(".")}`,
    );
  const manifest = parsed.data;
  if (manifest.formatVersion > FORMAT_VERSION) {
    throw new ArtifactError(
      "artifact",
      `the format version must be at most ${FORMAT_VERSION}, received ${manifest.formatVersion}: update Strata`,
    );
  }
  const names = Object.keys(manifest.hashes);
  if (names.length !== tensors.size)
    throw new ArtifactError("artifact", `there must be ${names.length} tensors, received ${tensors.size}`);
  for (const name of names) {
    const tensor = tensors.get(name);
    if (tensor === undefined)
      throw new ArtifactError("artifact", `tensor '${name}' must be in the file, received none`);
    if ((await sha256(bytesOf(tensor.data))) !== manifest.hashes[name]) {
      throw new ArtifactError("artifact", `tensor '${name}' is damaged: its hash differs`);
    }
  }
  return manifest;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ArtifactError("artifact", "the manifest is not JSON", { cause });
  }
}

async function decodeNode(
  node: ManifestNode,
  registry: Registry,
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  depth: number,
): Promise<Model> {
  if (depth <= 0)
    throw new ArtifactError("artifact", `models must not be nested deeper than the limit, at '${path}'`);
  const codec = registry.codec(node.type);
  const children: Record<string, Model> = {};
  for (const [name, child] of Object.entries(node.children)) {
    children[name] = await decodeNode(child, registry, `${path}${name}/`, tensors, depth - 1);
  }
  const own = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const rest = name.slice(path.length);
    if (name.startsWith(path) && !rest.includes("/")) own.set(rest, tensor);
  }
  const where = path === "" ? node.type : `${node.type} at '${path.slice(0, -1)}'`;
  try {
    const state = codec.state.parse(node.state);
    const estimator = registry.estimator({ type: node.type, params: node.params });
    return await codec.decode({
      estimator,
      features: node.features,
      state,
      tensors: new TensorReader(where, own),
      children,
    });
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    const reason = cause instanceof StrataError ? cause.message : "its state is malformed";
    throw new ArtifactError("artifact", `${where} can't be restored: ${reason}`, { cause });
  }
}
