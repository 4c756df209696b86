import { encodeArtifact } from "../artifact/artifact.js";
import type { AnyCodec, EncodedModel } from "../artifact/codec.js";
import { Registry } from "../artifact/registry.js";
import type { StoredTensor, TensorData } from "../artifact/safetensors.js";
import type { Model } from "../estimator/model.js";
import { Matrix } from "../matrix.js";

interface Misfit {
  readonly what: string;
  readonly bytes: Uint8Array;
}

type Tensors = NonNullable<EncodedModel<unknown>["tensors"]>;
type Change = (tensors: Tensors, type: string) => Tensors;

/** Artifacts with correct hashes in which one tensor is absent, cut short (unless it may have any length) or of another type. */
export async function misfitArtifacts(
  model: Model,
  registry: Registry,
  anyLength: (data: TensorData) => boolean,
): Promise<readonly Misfit[]> {
  const found: { readonly label: string; readonly tensor: StoredTensor }[] = [];
  await encodeArtifact(
    model,
    encodingWith(registry, (tensors, type) => {
      for (const [name, value] of Object.entries(tensors))
        found.push({ label: `tensor '${name}' of ${type}`, tensor: stored(value) });
      return tensors;
    }),
  );
  const misfits: Misfit[] = [];
  for (const [at, { label, tensor }] of found.entries()) {
    const changes: readonly (readonly [string, StoredTensor | undefined])[] = [
      ["absent", undefined],
      ["cut short", anyLength(tensor.data) ? tensor : cutShort(tensor)],
      ["of another type", retyped(tensor)],
    ];
    for (const [how, changed] of changes) {
      if (changed === tensor) continue;
      const bytes = await encodeArtifact(model, encodingWith(registry, replacing(at, changed)));
      misfits.push({ what: `${label} ${how}`, bytes });
    }
  }
  return misfits;
}

/** The same registry, whose codecs change the tensors that they encode. */
function encodingWith(registry: Registry, change: Change): Registry {
  const codecs = registry.types.map((type): AnyCodec => {
    const codec = registry.codec(type);
    return {
      type,
      state: codec.state,
      estimator: (params, restore) => codec.estimator(params, restore),
      decode: (parts) => codec.decode(parts),
      encode: (model) => {
        const encoded: EncodedModel<unknown> = codec.encode(model);
        return { ...encoded, tensors: change(encoded.tensors ?? {}, type) };
      },
    };
  });
  return new Registry(codecs);
}

/** Changes the n-th tensor that is encoded, counted over all models of the artifact; leaves it out for undefined. */
function replacing(n: number, changed: StoredTensor | undefined): Change {
  let seen = 0;
  return (tensors) => {
    const entries = Object.entries(tensors).flatMap(([name, value]) => {
      if (seen++ !== n) return [[name, value] as const];
      return changed === undefined ? [] : [[name, changed] as const];
    });
    return Object.fromEntries(entries);
  };
}

function stored(value: TensorData | Matrix | StoredTensor): StoredTensor {
  if (value instanceof Matrix) return { data: value.data, shape: [value.rows, value.columns] };
  return ArrayBuffer.isView(value) ? { data: value, shape: [value.length] } : value;
}

/** Without its last row; as it is where it has none. */
function cutShort(tensor: StoredTensor): StoredTensor {
  const [rows, ...rest] = tensor.shape;
  if (rows === undefined || tensor.data.length === 0) return tensor;
  const width = rest.reduce((a, b) => a * b, 1);
  return { shape: [rows - 1, ...rest], data: tensor.data.slice(0, (rows - 1) * width) };
}

function retyped({ data, shape }: StoredTensor): StoredTensor {
  return { shape, data: data instanceof Float64Array ? Float32Array.from(data) : Float64Array.from(data) };
}
