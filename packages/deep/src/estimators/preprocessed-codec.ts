import { ArtifactError, type DatasetSchema, describe, type TensorReader } from "@strata-ml/core";
import { z } from "zod";
import type { PreprocessedRequest } from "../network/preprocessed-input.js";
import { layerFromJson } from "../preprocessing/layers/layer-list.js";
import { checkRequest, PreprocessedColumns } from "../preprocessing/preprocessed-columns.js";
import { PreprocessedEncoder } from "../preprocessing/preprocessed-encoder.js";

const words = z.array(z.string());

/** Columns through preprocessing layers as an artifact carries them. */
export const preprocessedState = z.strictObject({
  /** In the order that the network asked for them; what a layer learned is words and tensors of these names. */
  layers: z
    .array(
      z.strictObject({
        columns: words.min(1),
        layer: z.strictObject({ type: z.string(), params: z.record(z.string(), z.unknown()) }),
        words: words.optional(),
        numbers: words,
      }),
    )
    .min(1),
  /** Columns that the network takes in no other way. */
  taken: words,
});
type PreprocessedState = z.infer<typeof preprocessedState>;

/** Undefined where no column goes through a layer. */
export function encodePreprocessed({ encoders, taken }: PreprocessedColumns): {
  readonly state: PreprocessedState | undefined;
  readonly tensors: Readonly<Record<string, Float64Array>>;
} {
  const tensors: Record<string, Float64Array> = {};
  const layers = encoders.map(({ columns, layer, state }, i) => {
    const numbers = Object.entries(state.numbers).filter(
      (entry): entry is [string, Float64Array] => !!entry[1],
    );
    for (const [name, values] of numbers) tensors[tensorName(i, name)] = values;
    const { type, params } = layer;
    return {
      columns: [...columns],
      layer: { type, params },
      ...(state.words && { words: [...state.words] }),
      numbers: numbers.map(([name]) => name),
    };
  });
  return { state: layers.length > 0 ? { layers, taken: [...taken] } : undefined, tensors };
}

/** Throws {@link ArtifactError} where layers don't fit the features, or what they learned doesn't fit them. */
export function decodePreprocessed(
  owner: string,
  features: DatasetSchema,
  state: PreprocessedState | undefined,
  tensors: TensorReader,
): PreprocessedColumns {
  if (state === undefined) return new PreprocessedColumns();
  const encoders = state.layers.map(({ columns, layer: json, words: learned, numbers }, i) => {
    const layer = layerFromJson(owner, json);
    const first = features.find(({ name }) => name === columns[0]);
    if (first === undefined)
      throw new ArtifactError(
        owner,
        `the columns of layers must be features, received ${describe(columns[0])}`,
      );
    const kind = layer.columns === "several" ? "crossed" : first.kind;
    checkRequest(owner, features, { kind: kind as PreprocessedRequest["kind"], columns, layer });
    const values = numbers.map((name) => [name, tensors.float64(tensorName(i, name))] as const);
    return new PreprocessedEncoder(
      columns,
      layer,
      { ...(learned && { words: learned }), numbers: Object.fromEntries(values) },
      first.kind === "tensor" ? first.shape : undefined,
      i,
    );
  });
  const held = new Set(encoders.flatMap(({ columns }) => columns));
  if (!state.taken.every((name) => held.has(name)))
    throw new ArtifactError(owner, "the columns taken by layers must go through layers, received others");
  return new PreprocessedColumns(encoders, new Set(state.taken));
}

const tensorName = (place: number, name: string): string => `preprocessed${place}.${name}`;
