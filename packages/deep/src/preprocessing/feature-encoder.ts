import {
  type ColumnSchema,
  DataError,
  type Dataset,
  type DatasetSchema,
  featureWidth,
  requireKinds,
} from "@strata-ml/core";
import type { ImageLayout, ImageScaling, InputLayout } from "../network/network-inputs.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { CategoricalEncoder } from "./categorical-encoder.js";
import type { EncodedInput, Feeds } from "./feed.js";
import { ImageEncoder, imageLayout } from "./image-encoder.js";
import { NumericEncoder } from "./numeric-encoder.js";
import { SequenceEncoder } from "./sequence-encoder.js";
import { TextEncoder, type TextSettings } from "./text-encoder.js";

/** Kinds of feature columns that a network takes. */
export const networkKinds = ["numeric", "tensor", "categorical", "text", "sequence"] as const;

const advice: Readonly<Partial<Record<ColumnSchema["kind"], string>>> = {
  timestamp: "derive numbers from it, such as the hour or the time since an event, or give it the time role",
  sparse: "reduce it first, for instance by TruncatedSVD",
};

/** Throws {@link DataError} for a feature of a kind that networks don't take, with what to do instead. */
export function requireNetworkKinds(owner: string, data: Dataset): void {
  for (const { name, kind } of data.featureSchema) {
    const what = advice[kind];
    if (what !== undefined)
      throw new DataError(
        owner,
        `features must be ${networkKinds.join(", ")}, received ${kind} column '${name}' (${what})`,
      );
  }
  requireKinds(owner, data, networkKinds);
}

export function textSettingsOf(settings: NetworkSettings): TextSettings {
  return {
    level: settings.textTokens,
    ngram: settings.textNgram,
    lowercase: settings.textLowercase,
    maxLength: settings.maxTextLength,
    mode: settings.textMode,
    maxTokens: settings.maxTokens,
  };
}

/** Names of the features that make the numeric block: those that are not taken as images. */
function numericNames(features: DatasetSchema, images: Iterable<string>): string[] {
  const taken = new Set(images);
  return features
    .filter(({ name, kind }) => (kind === "numeric" || kind === "tensor") && !taken.has(name))
    .map(({ name }) => name);
}

/** The features that could be images, by name. */
function imageLayouts(features: DatasetSchema): Map<string, ImageLayout> {
  return new Map(
    features.flatMap((column) => {
      const layout = imageLayout(column);
      return layout ? [[column.name, layout] as const] : [];
    }),
  );
}

/** Says which columns a network for such inputs takes as images. */
type AsksImages = (layout: InputLayout) => ReadonlyMap<string, ImageScaling>;

/** Inputs of which none is an image yet: a column that may become one still is among the numbers, too. */
function withImages(
  layout: InputLayout,
  data: Dataset,
  image: ReadonlyMap<string, ImageLayout>,
): InputLayout {
  const numeric = data.selectFeatures(numericNames(data.featureSchema, []));
  return { ...layout, numericWidth: featureWidth(numeric.featureSchema), image };
}

/** Rows as a network reads them, whole; batches are cut from it. */
export class EncodedRows {
  constructor(
    readonly rows: number,
    private readonly inputs: readonly EncodedInput[],
  ) {}

  /** The arrays of these rows, in that order. */
  batch(rows: Int32Array): Feeds {
    const feeds: Feeds = new Map();
    for (const input of this.inputs) input.addTo(feeds, rows);
    return feeds;
  }
}

/** The fitted preprocessing of a network: from a dataset's features to arrays. */
export class FeatureEncoder {
  constructor(
    readonly numeric: NumericEncoder | undefined,
    readonly categorical: readonly CategoricalEncoder[],
    readonly text: readonly TextEncoder[],
    readonly sequence: readonly SequenceEncoder[],
    readonly image: readonly ImageEncoder[] = [],
  ) {}

  /**
   * Learns scales, dictionaries and vocabularies from the features of `data`; `breathe` is called between columns.
   * `asksImages` is asked once the layout of all other inputs is known.
   */
  static async fit(
    owner: string,
    data: Dataset,
    settings: NetworkSettings,
    weights: Float64Array | undefined,
    breathe: () => Promise<void>,
    asksImages: AsksImages = () => new Map(),
  ): Promise<FeatureEncoder> {
    const { minCategoryCount: minCount, maxSequenceLength: maxLength } = settings;
    const encoder = {
      categorical: [] as CategoricalEncoder[],
      text: [] as TextEncoder[],
      sequence: [] as SequenceEncoder[],
    };
    for (const { name, kind } of data.featureSchema) {
      await breathe();
      if (kind === "categorical")
        encoder.categorical.push(CategoricalEncoder.fit(name, data.column(name, kind), minCount));
      else if (kind === "text")
        encoder.text.push(TextEncoder.fit(name, data.column(name, kind), textSettingsOf(settings)));
      else if (kind === "sequence")
        encoder.sequence.push(
          SequenceEncoder.fit(owner, name, data.column(name, kind), { maxLength, minCount }, weights),
        );
    }
    const { categorical, text, sequence } = encoder;
    const image: ImageEncoder[] = [];
    const candidates = imageLayouts(data.featureSchema);
    const offer = new FeatureEncoder(undefined, categorical, text, sequence).layout;
    const asked = candidates.size > 0 ? asksImages(withImages(offer, data, candidates)) : new Map();
    for (const [name, mode] of asked) {
      const column = data.column(name, "tensor");
      image.push(ImageEncoder.fit(owner, name, column, candidates.get(name)!, mode, weights));
      await breathe();
    }
    const names = numericNames(data.featureSchema, asked.keys());
    const numeric =
      names.length > 0 ? NumericEncoder.fit(owner, data.selectFeatures(names), weights) : undefined;
    return new FeatureEncoder(numeric, categorical, text, sequence, image);
  }

  get layout(): InputLayout {
    return {
      numericWidth: this.numeric?.width ?? 0,
      categorical: new Map(this.categorical.map(({ name, index }) => [name, index.size])),
      text: new Map(this.text.map(({ name, index }) => [name, index.size])),
      sequence: new Map(this.sequence.map((encoder) => [encoder.name, encoder.layout])),
      image: new Map(this.image.map((encoder) => [encoder.name, encoder.layout])),
    };
  }

  /** `data` has the columns of fit, aligned; `breathe` is called between columns. */
  async encode(
    owner: string,
    data: Dataset,
    breathe: () => Promise<void> = async () => {},
  ): Promise<EncodedRows> {
    const inputs: EncodedInput[] = [];
    const images = this.image.map(({ name }) => name);
    if (this.numeric)
      inputs.push(this.numeric.encode(owner, data.selectFeatures(numericNames(data.featureSchema, images))));
    for (const encoder of this.categorical)
      inputs.push(encoder.encode(data.column(encoder.name, "categorical")));
    await breathe();
    for (const encoder of this.text) {
      inputs.push(encoder.encode(data.column(encoder.name, "text")));
      await breathe();
    }
    for (const encoder of this.sequence) {
      inputs.push(encoder.encode(owner, data.column(encoder.name, "sequence")));
      await breathe();
    }
    for (const encoder of this.image) {
      inputs.push(encoder.encode(owner, data.column(encoder.name, "tensor")));
      await breathe();
    }
    return new EncodedRows(data.rows, inputs);
  }
}
