import { describe, listNames, StrataError } from "@strata-ml/core";
import { feedKey, maskKey } from "./feed-key.js";
import { unnamed, unnamedImage } from "./graph.js";
import type { Code, Image, ImageSize, Node, SizelessKind, StepCodes, Steps, Vector } from "./node.js";
import type { LayerOutput, PreprocessingLayer } from "../preprocessing/layers/preprocessing-layer.js";
import type { PreprocessedRequest, Preprocesses } from "./preprocessed-input.js";

/** What a network is given: the fitted features, without their numbers. */
export interface InputLayout {
  /** Width of the block of all standardised numbers; 0 where there are none. */
  readonly numericWidth: number;
  /** Codes of each categorical column, reserved ones included. */
  readonly categorical: ReadonlyMap<string, number>;
  /** Tokens of each text column, reserved ones included. */
  readonly text: ReadonlyMap<string, number>;
  readonly sequence: ReadonlyMap<string, SequenceLayout>;
  /** Tensor columns that are images, or could be. */
  readonly image?: ReadonlyMap<string, ImageLayout>;
  /** Gives columns through preprocessing layers. */
  readonly preprocess?: Preprocesses;
}

/** What a network asked of its inputs, which decides how the other ones are fitted. */
export interface InputsAsked {
  /** Columns taken as images. */
  readonly images: ReadonlyMap<string, ImageScaling>;
  /** Categorical and text columns taken by name and without a layer. */
  readonly plain: ReadonlySet<string>;
}

/** `channel` standardises each channel by the mean and deviation that fit saw; `none` takes numbers as they come. */
export type ImageScaling = "channel" | "none";

export interface ImageLayout {
  readonly size: ImageSize;
  readonly channels: number;
  /** Set by fit. */
  readonly scaling?: ImageScaling;
}

export interface SequenceLayout {
  /** Width of the standardised numbers of a step; 0 where there are none. */
  readonly numericWidth: number;
  /** Codes of each categorical field. */
  readonly fields: ReadonlyMap<string, number>;
  /** Most steps that are kept of a row. */
  readonly maxLength: number;
}

/** One sequence column as a network sees it. */
export interface SequenceInput {
  /** The standardised numbers of each step. */
  readonly numeric: Steps | undefined;
  /** A code for each step, by categorical field. */
  readonly fields: ReadonlyMap<string, StepCodes>;
  /** How far back each step lies: the most recent has the lowest code. */
  readonly age: StepCodes;
}

/**
 * The inputs of a network, by kind and column. A column taken as an image or through a preprocessing layer is no part of `numeric`, and
 * none of `categorical` or `text` unless the network also takes it by name without a layer.
 */
export class NetworkInputs {
  /** All numeric and tensor columns that the network doesn't take otherwise, and their missing indicators, standardised. */
  readonly numeric: Vector | undefined;
  readonly categorical: ReadonlyMap<string, Code>;
  readonly text: ReadonlyMap<string, StepCodes>;
  readonly sequence: ReadonlyMap<string, SequenceInput>;
  private readonly images = new Map<string, { readonly node: Image; readonly scaling: ImageScaling }>();
  private readonly preprocessed = new Map<string, { readonly node: Node; readonly label: string }>();
  private readonly plain = new Set<string>();

  constructor(
    private readonly owner: string,
    private readonly layout: InputLayout,
  ) {
    this.numeric =
      layout.numericWidth > 0 ? input("vector", layout.numericWidth, feedKey("numeric")) : undefined;
    this.categorical = mapped(layout.categorical, (size, name) =>
      input("code", size, feedKey("categorical", name)),
    );
    this.text = mapped(layout.text, (size, name) => masked("stepCodes", size, "text", name));
    this.sequence = mapped(layout.sequence, (sequence, name) => ({
      numeric:
        sequence.numericWidth > 0
          ? masked("steps", sequence.numericWidth, "sequence", name, "numeric")
          : undefined,
      fields: mapped(sequence.fields, (size, field) =>
        masked("stepCodes", size, "sequence", name, "field", field),
      ),
      age: masked("stepCodes", sequence.maxLength, "sequence", name, "age"),
    }));
  }

  /** One numeric column through a preprocessing layer, fitted on the training rows: bins, hashes, a scale of its own. Numbers are held within ±1e6. */
  numericColumn<Out extends "vector" | "code">(
    name: string,
    layer: PreprocessingLayer<"numbers" | "either", Out>,
  ): Node<Out> {
    return this.preprocess({ kind: "numeric", columns: [name], layer }) as Node<Out>;
  }

  /** One tensor column through a preprocessing layer; a layer that gives codes gives one for each of its numbers. */
  tensorColumn<Out extends "vector" | "code">(
    name: string,
    layer: PreprocessingLayer<"numbers" | "either", Out>,
  ): Node<Out extends "code" ? "stepCodes" : "vector"> {
    const node = this.preprocess({ kind: "tensor", columns: [name], layer });
    return node as Node<Out extends "code" ? "stepCodes" : "vector">;
  }

  /**
   * One categorical column: the codes of the categories that fit saw, or what a preprocessing layer gives. Throws
   * {@link StrataError} where there is none of that name.
   */
  categoricalColumn(name: string): Code;
  categoricalColumn<Out extends LayerOutput>(
    name: string,
    layer: PreprocessingLayer<"strings" | "either", Out>,
  ): Node<Out>;
  categoricalColumn(name: string, layer?: PreprocessingLayer): Node {
    return layer === undefined
      ? this.byName(this.categorical, "categorical", name)
      : this.preprocess({ kind: "categorical", columns: [name], layer });
  }

  /** One text column: its tokens, or what a preprocessing layer gives. */
  textColumn(name: string): StepCodes;
  textColumn<Out extends LayerOutput>(
    name: string,
    layer: PreprocessingLayer<"strings" | "either", Out>,
  ): Node<Out>;
  textColumn(name: string, layer?: PreprocessingLayer): Node {
    return layer === undefined
      ? this.byName(this.text, "text", name)
      : this.preprocess({ kind: "text", columns: [name], layer });
  }

  /** What several categorical or text columns hold together, through `hashedCrossing`. */
  crossedColumns<Out extends "vector" | "code">(
    names: readonly string[],
    layer: PreprocessingLayer<"strings", Out>,
  ): Node<Out> {
    return this.preprocess({ kind: "crossed", columns: names, layer }) as Node<Out>;
  }

  /** The steps of one sequence column. */
  sequenceColumn(name: string): SequenceInput {
    return this.find(this.sequence, "sequence", name);
  }

  /**
   * One tensor column of height x width, or of height x width x channels, as an image; it then is no part of `numeric`.
   * Its numbers are standardised by channel unless `scaling` is `none`; a missing one counts as 0 then.
   */
  imageColumn(name: string, { scaling = "channel" }: { readonly scaling?: ImageScaling } = {}): Image {
    const { size, channels, scaling: fitted } = this.find(this.layout.image ?? new Map(), "image", name);
    const agreed = this.images.get(name)?.scaling ?? fitted ?? scaling;
    if (!["channel", "none"].includes(scaling) || scaling !== agreed)
      throw new StrataError(
        this.owner,
        `the scaling of image input '${name}' must be ${scaling === agreed ? "channel or none" : `${agreed}, as before`}, received ${describe(scaling)}`,
      );
    const key = feedKey("image", name);
    const node =
      this.images.get(name)?.node ??
      unnamedImage(size, channels, [], (_, run) => ({ tensor: run.feed(key) }));
    this.images.set(name, { node, scaling });
    return node;
  }

  /** The columns that can be taken as images. */
  get imageColumns(): readonly string[] {
    return [...(this.layout.image ?? new Map<string, ImageLayout>()).keys()];
  }

  /** What was asked for so far. */
  get asked(): InputsAsked {
    return { images: mapped(this.images, ({ scaling }) => scaling), plain: this.plain };
  }

  /** Columns taken through preprocessing layers, and what they are called. */
  get throughLayers(): ReadonlyMap<Node, string> {
    return new Map([...this.preprocessed.values()].map(({ node, label }) => [node, label]));
  }

  private byName<T>(held: ReadonlyMap<string, T>, kind: string, name: string): T {
    this.plain.add(name);
    return this.find(held, kind, name);
  }

  private preprocess(request: PreprocessedRequest): Node {
    const { preprocess } = this.layout;
    if (preprocess === undefined)
      throw new StrataError(
        this.owner,
        "the inputs of this layout can't be taken through preprocessing layers",
      );
    const { kind, width, key, maskKey: mask } = preprocess(this.owner, request);
    // The same node for the same request, so that its numbers are looked up once.
    const held = this.preprocessed.get(key)?.node;
    if (held) return held;
    const node = unnamed<SizelessKind>(kind, width, [], (_, run) => ({
      tensor: run.feed(key),
      ...(kind === "stepCodes" && { mask: run.feed(mask) }),
    }));
    const { columns, layer } = request;
    this.preprocessed.set(key, { node, label: `${request.kind}:${columns.join("+")} ${layer.type}` });
    return node;
  }

  private find<T>(held: ReadonlyMap<string, T>, kind: string, name: string): T {
    const found = held.get(name);
    if (found === undefined) {
      const names = held.size > 0 ? `one of ${listNames([...held.keys()], 20)}` : "left out: there are none";
      throw new StrataError(
        this.owner,
        `${kind === "image" ? "an" : "a"} ${kind} input must be ${names}, received '${name}'`,
      );
    }
    return found;
  }
}

function mapped<T, U>(
  from: ReadonlyMap<string, T>,
  change: (value: T, name: string) => U,
): ReadonlyMap<string, U> {
  return new Map([...from].map(([name, value]) => [name, change(value, name)]));
}

function input<K extends SizelessKind>(kind: K, width: number, key: string): Node<K> {
  return unnamed(kind, width, [], (_, run) => ({ tensor: run.feed(key) }));
}

function masked<K extends SizelessKind>(
  kind: K,
  width: number,
  group: "text" | "sequence",
  column: string,
  ...part: string[]
): Node<K> {
  const [key, mask] = [feedKey(group, column, ...part), maskKey(group, column)];
  return unnamed(kind, width, [], (_, run) => ({ tensor: run.feed(key), mask: run.feed(mask) }));
}
