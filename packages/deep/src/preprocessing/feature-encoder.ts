import {
  type ColumnSchema,
  columnWidth,
  DataError,
  type Dataset,
  type DatasetSchema,
  featureWidth,
  requireKinds,
} from "@strata-ml/core";
import type { ImageLayout, InputLayout, InputsAsked } from "../network/network-inputs.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { CategoricalEncoder } from "./categorical-encoder.js";
import type { EncodedInput, Feeds } from "./feed.js";
import { ImageEncoder, imageLayout } from "./image-encoder.js";
import { NumericEncoder } from "./numeric-encoder.js";
import { PreprocessedColumns, Preprocessing } from "./preprocessed-columns.js";
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

/** Names of the features that make the numeric block: those that are not taken otherwise. */
function numericNames(features: DatasetSchema, ...otherwise: readonly Iterable<string>[]): string[] {
  const taken = new Set(otherwise.flatMap((names) => [...names]));
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

/** Says what a network asks of such inputs. */
type AsksInputs = (layout: InputLayout) => InputsAsked;

/** Width of the numeric block that these columns would make, missing indicators included. */
function blockWidth(data: Dataset, names: readonly string[]): number {
  const block = data.selectFeatures(names).featureSchema;
  return block.reduce((width, column) => {
    const held = data.column(column.name);
    if (held.kind !== "numeric" && held.kind !== "tensor") return width;
    const own = columnWidth(column);
    const missing = new Set<number>();
    for (let k = 0; k < held.values.length; k++) if (Number.isNaN(held.values[k])) missing.add(k % own);
    return width + missing.size;
  }, featureWidth(block));
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
    readonly preprocessed: PreprocessedColumns = new PreprocessedColumns(),
  ) {}

  /**
   * Learns scales, dictionaries and vocabularies from the features of `data`; `breathe` is called between columns.
   * `asks` is asked once the layout of all inputs is known that
   * would be there if no column were taken as an image or through a preprocessing layer.
   */
  static async fit(
    owner: string,
    data: Dataset,
    settings: NetworkSettings,
    weights: Float64Array | undefined,
    breathe: () => Promise<void>,
    asks: AsksInputs = () => ({ images: new Map(), plain: new Set() }),
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
    const candidates = imageLayouts(data.featureSchema);
    const preprocessing = new Preprocessing(owner, data, weights);
    const asked = asks({
      ...new FeatureEncoder(undefined, encoder.categorical, encoder.text, encoder.sequence).layout,
      numericWidth: blockWidth(data, numericNames(data.featureSchema)),
      image: candidates,
      preprocess: (network, request) => preprocessing.preprocess(network, request),
    });
    await breathe();
    const preprocessed = preprocessing.done(asked.plain);
    const image: ImageEncoder[] = [];
    for (const [name, mode] of asked.images) {
      const column = data.column(name, "tensor");
      image.push(ImageEncoder.fit(owner, name, column, candidates.get(name)!, mode, weights));
      await breathe();
    }
    const names = numericNames(data.featureSchema, asked.images.keys(), preprocessed.taken);
    const numeric =
      names.length > 0 ? NumericEncoder.fit(owner, data.selectFeatures(names), weights) : undefined;
    const [categorical, text] = [encoder.categorical, encoder.text].map((all) =>
      all.filter(({ name }) => !preprocessed.taken.has(name)),
    ) as [CategoricalEncoder[], TextEncoder[]];
    return new FeatureEncoder(numeric, categorical, text, encoder.sequence, image, preprocessed);
  }

  get layout(): InputLayout {
    return {
      numericWidth: this.numeric?.width ?? 0,
      categorical: new Map(this.categorical.map(({ name, index }) => [name, index.size])),
      text: new Map(this.text.map(({ name, index }) => [name, index.size])),
      sequence: new Map(this.sequence.map((encoder) => [encoder.name, encoder.layout])),
      image: new Map(this.image.map((encoder) => [encoder.name, encoder.layout])),
      preprocess: (network, request) => this.preprocessed.find(network, request),
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
    const numbers = numericNames(data.featureSchema, images, this.preprocessed.taken);
    if (this.numeric) inputs.push(this.numeric.encode(owner, data.selectFeatures(numbers)));
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
    for (const encoder of this.preprocessed.encoders) {
      inputs.push(encoder.encode(owner, data));
      await breathe();
    }
    return new EncodedRows(data.rows, inputs);
  }
}
