import { ArtifactError, type DatasetSchema, type TensorReader, tensorWidth } from "@strata-ml/core";
import { z } from "zod";
import type { NetworkSettings } from "../network/network-settings.js";
import { CategoricalEncoder } from "../preprocessing/categorical-encoder.js";
import { CategoryIndex } from "../preprocessing/category-index.js";
import { FeatureEncoder, textSettingsOf } from "../preprocessing/feature-encoder.js";
import { ImageEncoder, imageLayout } from "../preprocessing/image-encoder.js";
import { NumericEncoder } from "../preprocessing/numeric-encoder.js";
import type { Scaling } from "../preprocessing/scaling.js";
import { SequenceEncoder } from "../preprocessing/sequence-encoder.js";
import { TextEncoder } from "../preprocessing/text-encoder.js";
import { hashingIndex, vocabularyIndex } from "../preprocessing/token-index.js";
import { decodePreprocessed, encodePreprocessed, preprocessedState } from "./preprocessed-codec.js";

const words = z.array(z.string());
const indicators = z.array(z.int().nonnegative());

/** Fitted preprocessing as an artifact carries it, columns in the order of the features; scales are tensors. */
export const encoderState = z.strictObject({
  numeric: z.strictObject({ indicators }).nullable(),
  categorical: z.array(words),
  /** A vocabulary, or null where tokens are hashed. */
  text: z.array(words.nullable()),
  sequence: z.array(z.strictObject({ indicators, fields: z.array(words) })),
  /** Tensor columns that the network takes as images; absent where there are none, as before there were any. */
  image: z
    .array(z.strictObject({ column: z.string(), scaling: z.enum(["channel", "none"]) }))
    .min(1)
    .optional(),
  /** Columns through preprocessing layers; absent where there are none, as before there were any. */
  preprocessed: preprocessedState.optional(),
});
type EncoderState = z.infer<typeof encoderState>;

export function encodeEncoder({
  numeric,
  categorical,
  text,
  sequence,
  image,
  preprocessed,
}: FeatureEncoder): {
  readonly state: EncoderState;
  readonly tensors: Readonly<Record<string, Float64Array>>;
} {
  const layers = encodePreprocessed(preprocessed);
  const scalings: [string, Scaling][] = sequence.map(({ scaling }, i) => [`sequence${i}`, scaling]);
  image.forEach(({ scaling }, i) => scalings.push([`image${i}`, scaling]));
  if (numeric) scalings.push(["numeric", numeric.scaling]);
  return {
    state: {
      numeric: numeric ? { indicators: [...numeric.scaling.indicators] } : null,
      categorical: categorical.map(({ index }) => [...index.categories]),
      text: text.map(({ index }) => (index.tokens ? [...index.tokens] : null)),
      sequence: sequence.map(({ scaling, indexes }) => ({
        indicators: [...scaling.indicators],
        fields: [...indexes.values()].map(({ categories }) => [...categories]),
      })),
      ...(image.length > 0 && { image: image.map(({ name, mode }) => ({ column: name, scaling: mode })) }),
      ...(layers.state && { preprocessed: layers.state }),
    },
    tensors: {
      ...layers.tensors,
      ...Object.fromEntries(
        scalings.flatMap(([name, { mean, scale }]) => [
          [`${name}.mean`, mean],
          [`${name}.scale`, scale],
        ]),
      ),
    },
  };
}

/** The preprocessing of an artifact; throws {@link ArtifactError} where its parts don't fit the features or the params. */
export function decodeEncoder(
  owner: string,
  features: DatasetSchema,
  settings: NetworkSettings,
  state: EncoderState,
  tensors: TensorReader,
): FeatureEncoder {
  const need = (fits: boolean, what: string): void => {
    if (!fits)
      throw new ArtifactError(owner, `the ${what} must fit the features and params, received others`);
  };
  const scaling = (name: string, width: number, marked: number[]): Scaling => {
    need(
      marked.every((at, i) => at < width && (i === 0 || at > marked[i - 1])),
      `missing indicators of ${name}`,
    );
    const [mean, scale] = ["mean", "scale"].map((part) => tensors.float64(`${name}.${part}`, width));
    return { mean, scale, indicators: marked };
  };
  const images = (state.image ?? []).map(({ column: name, scaling: mode }, i) => {
    const column = features.find((feature) => feature.name === name);
    const layout = column && imageLayout(column);
    need(layout !== undefined, "images");
    return new ImageEncoder(name, layout!, mode, scaling(`image${i}`, layout!.channels, []));
  });
  const pictures = new Set(images.map(({ name }) => name));
  need(pictures.size === images.length, "images");
  const preprocessed = decodePreprocessed(owner, features, state.preprocessed, tensors);
  const free = features.filter(({ name }) => !preprocessed.taken.has(name));
  const numericWidth = free.reduce((width, column) => {
    if (column.kind === "tensor" && !pictures.has(column.name)) return width + tensorWidth(column.shape);
    return column.kind === "numeric" ? width + 1 : width;
  }, 0);
  need(numericWidth > 0 === (state.numeric !== null), "numeric block");
  const categorical = free.filter(({ kind }) => kind === "categorical");
  const texts = free.filter(({ kind }) => kind === "text");
  const sequences = features.filter((column) => column.kind === "sequence");
  need(categorical.length === state.categorical.length, "categories");
  need(texts.length === state.text.length, "vocabularies");
  need(sequences.length === state.sequence.length, "sequences");
  const textSettings = textSettingsOf(settings);
  return new FeatureEncoder(
    (state.numeric && new NumericEncoder(scaling("numeric", numericWidth, state.numeric.indicators))) ||
      undefined,
    categorical.map(({ name }, i) => new CategoricalEncoder(name, new CategoryIndex(state.categorical[i]))),
    texts.map(({ name }, i) => {
      const tokens = state.text[i];
      need((tokens === null) === (textSettings.mode === "hashing"), "vocabularies");
      return new TextEncoder(
        name,
        tokens ? vocabularyIndex(tokens) : hashingIndex(textSettings.maxTokens),
        textSettings,
      );
    }),
    sequences.map(({ name, fields }, i) => {
      const numbers = fields.filter(({ kind }) => kind === "numeric").length;
      const named = fields.filter(({ kind }) => kind === "categorical");
      need(named.length === state.sequence[i].fields.length, "fields of sequences");
      return new SequenceEncoder(
        name,
        fields,
        scaling(`sequence${i}`, numbers, state.sequence[i].indicators),
        new Map(named.map((field, k) => [field.name, new CategoryIndex(state.sequence[i].fields[k])])),
        settings.maxSequenceLength,
      );
    }),
    images,
    preprocessed,
  );
}
