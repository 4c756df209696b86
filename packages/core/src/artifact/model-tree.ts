import { ArtifactError, describe, StrataError } from "../errors.js";
import { aModel, requireIs } from "../guard.js";
import type { Model } from "../estimator/model.js";
import { Matrix } from "../matrix.js";
import { VERSION } from "../version.js";
import { TensorReader } from "./codec.js";
import { FORMAT_VERSION, type Manifest, type ManifestNode } from "./manifest.js";
import { plainJson } from "./plain-json.js";
import { type Registry, requireRegistry } from "./registry.js";
import type { StoredTensor, TensorData } from "./safetensors.js";

type Tensors = ReadonlyMap<string, StoredTensor>;

/** A model and all models in it as a manifest and tensors; a tensor's name begins with the path of its model. */
export function takeApart(
  owner: string,
  model: Model,
  registry: Registry,
): { readonly manifest: Omit<Manifest, "tensors">; readonly tensors: Tensors } {
  requireIs(owner, "the model", model, aModel, ArtifactError);
  requireRegistry(owner, registry);
  const tensors = new Map<string, StoredTensor>();
  const node = encodeNode(model, registry, "", tensors);
  const manifest = {
    format: "strata",
    formatVersion: FORMAT_VERSION,
    libraryVersion: VERSION,
    model: node,
  } as const;
  return { manifest, tensors };
}

function encodeNode(
  model: Model,
  registry: Registry,
  path: string,
  tensors: Map<string, StoredTensor>,
): ManifestNode {
  const { owner, estimator } = model;
  const { type, params } = estimator.toJSON();
  const encoded = registry.codec(type).encode(model);
  for (const [name, value] of Object.entries(encoded.tensors ?? {}))
    tensors.set(path + segment(owner, name), stored(owner, name, value));
  const children = Object.entries(encoded.children ?? {}).map(([name, child]) => [
    name,
    encodeNode(child, registry, `${path}${segment(owner, name)}/`, tensors),
  ]);
  return {
    type,
    params: plainJson(owner, params, "params"),
    features: model.features,
    state: plainJson(owner, encoded.state ?? null, "state"),
    children: Object.fromEntries(children) as Record<string, ManifestNode>,
  };
}

/** A name as a part of a path, escaped as in a JSON pointer (RFC 6901): names are often a user's own. */
function segment(owner: string, name: string): string {
  if (name === "__proto__" || name === "__metadata__")
    throw new ArtifactError(
      owner,
      `a part of an artifact must have another name, received ${describe(name)}`,
    );
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

function stored(owner: string, name: string, value: TensorData | Matrix | StoredTensor): StoredTensor {
  if (value instanceof Matrix) return { data: value.data, shape: [value.rows, value.columns] };
  if (ArrayBuffer.isView(value)) return { data: value, shape: [value.length] };
  const size = value.shape.reduce((a, b) => a * b, 1);
  if (size !== value.data.length) {
    throw new ArtifactError(
      owner,
      `tensor '${name}' of shape ${value.shape.join(" x ")} must have ${size} values, received ${value.data.length}`,
    );
  }
  return value;
}

/** The model of a manifest and its tensors, both checked already. Throws {@link ArtifactError} where they don't make one. */
export async function putTogether(
  manifest: Manifest,
  tensors: Tensors,
  registry: Registry,
  maxDepth: number,
): Promise<Model> {
  const byModel = new Map<string, Map<string, StoredTensor>>();
  for (const [name, tensor] of tensors) {
    const cut = name.lastIndexOf("/") + 1;
    const path = name.slice(0, cut);
    if (!byModel.has(path)) byModel.set(path, new Map());
    byModel.get(path)!.set(unescaped(name.slice(cut)), tensor);
  }
  const model = await decodeNode(manifest.model, registry, "", byModel, maxDepth);
  for (const path of byModel.keys())
    throw new ArtifactError("artifact", `tensors must belong to a model, received some of '${path}'`);
  return model;
}

async function decodeNode(
  node: ManifestNode,
  registry: Registry,
  path: string,
  byModel: Map<string, Map<string, StoredTensor>>,
  depth: number,
): Promise<Model> {
  if (depth <= 0)
    throw new ArtifactError("artifact", `models must not be nested deeper than the limit, at '${path}'`);
  const codec = registry.codec(node.type);
  const own = byModel.get(path) ?? new Map<string, StoredTensor>();
  byModel.delete(path);
  const children: [string, Model][] = [];
  for (const [name, child] of Object.entries(node.children)) {
    const inner = `${path}${segment("artifact", name)}/`;
    children.push([name, await decodeNode(child, registry, inner, byModel, depth - 1)]);
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
      children: Object.fromEntries(children),
    });
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    const reason = cause instanceof StrataError ? cause.message : "its state is malformed";
    throw new ArtifactError("artifact", `${where} can't be restored: ${reason}`, { cause });
  }
}
