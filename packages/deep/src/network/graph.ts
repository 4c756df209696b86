import { describe, StrataError } from "@strata-ml/core";
import type { Initializer } from "./initializer.js";
import type { Image, ImageSize, Node, NodeKind, Operation, SizelessKind } from "./node.js";

/** A weight that a network needs. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** Whether gradients change it; running statistics change otherwise. */
  readonly trainable: boolean;
  /** Whether weight decay pulls on it: on kernels and embeddings, not on biases and norms. */
  readonly decays: boolean;
}

/** What a named layer is: the method of `NetworkBuilder` that makes it; `layer` is one of one's own. */
export type LayerType =
  | "additiveAttention"
  | "attentionPool"
  | "batchNorm"
  | "bidirectional"
  | "conv1d"
  | "conv1dTranspose"
  | "conv2d"
  | "conv2dTranspose"
  | "dense"
  | "depthwiseConv1d"
  | "depthwiseConv2d"
  | "dropout"
  | "embedding"
  | "featureTokenizer"
  | "gatedResidual"
  | "gaussianDropout"
  | "gaussianNoise"
  | "glu"
  | "groupNorm"
  | "gru"
  | "highway"
  | "layer"
  | "layerNorm"
  | "lstm"
  | "multiHeadAttention"
  | "named"
  | "positionalEmbedding"
  | "prelu"
  | "rmsNorm"
  | "separableConv1d"
  | "separableConv2d"
  | "simpleRnn"
  | "spatialDropout"
  | "transformerEncoder";

/** A network while it is being built: its weights so far, and its named layers. */
export class Graph {
  readonly weights: WeightSpec[] = [];
  readonly layers = new Map<string, Node>();
  readonly types = new Map<string, LayerType>();

  constructor(readonly owner: string) {}

  /** Claims a layer's name; throws {@link StrataError} where it is taken. */
  claim(name: string): void {
    if (typeof name !== "string" || name === "")
      throw new StrataError(this.owner, `a layer's name must be a string, received ${describe(name)}`);
    if (this.layers.has(name))
      throw new StrataError(this.owner, `the names of layers must differ, received ${describe(name)} twice`);
  }

  /** Declares a weight of a layer and gives its full name. */
  weight(
    layer: string,
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    { trainable = true, decays = false }: { trainable?: boolean; decays?: boolean } = {},
  ): string {
    for (const size of shape) {
      if (!Number.isInteger(size) || size < 1)
        throw new StrataError(
          this.owner,
          `layer '${layer}': every size of ${name} must be a whole number >= 1, received ${shape.join(" x ")}`,
        );
    }
    const full = `${layer}.${name}`;
    this.weights.push({ name: full, shape, initializer, trainable, decays });
    return full;
  }

  /** Adds a named layer. */
  layer<K extends SizelessKind>(
    type: LayerType,
    name: string,
    kind: K,
    width: number,
    inputs: readonly Node[],
    run: Operation["run"],
  ): Node<K> {
    return this.add(type, name, unnamed(kind, width, inputs, run));
  }

  /** Adds a named layer that gives images of `width` channels. */
  image(
    type: LayerType,
    name: string,
    size: ImageSize,
    width: number,
    inputs: readonly Node[],
    run: Operation["run"],
  ): Image {
    return this.add(type, name, unnamedImage(size, width, inputs, run));
  }

  /** Adds a named layer that gives what it takes, steps for steps and images of the same size for images, with `width` units. */
  like<K extends NodeKind>(
    type: LayerType,
    name: string,
    input: Node<K>,
    width: number,
    run: Operation["run"],
  ): Node<K> {
    return this.add(type, name, unnamedLike(input, width, [input], run));
  }

  private add<K extends NodeKind>(type: LayerType, name: string, node: Node<K>): Node<K> {
    this.claim(name);
    this.layers.set(name, node);
    this.types.set(name, type);
    return node;
  }
}

/** An operation without a name or weights, such as joining or pooling. */
export function unnamed<K extends SizelessKind>(
  kind: K,
  width: number,
  inputs: readonly Node[],
  run: Operation["run"],
): Node<K> {
  return { kind, width, size: undefined as Node<K>["size"], operation: { inputs, run } };
}

/** An operation without a name or weights that gives images of `width` channels. */
export function unnamedImage(
  size: ImageSize,
  width: number,
  inputs: readonly Node[],
  run: Operation["run"],
): Image {
  return { kind: "image", width, size, operation: { inputs, run } };
}

/** An operation without a name or weights that gives the kind and size of `model`. */
export function unnamedLike<K extends NodeKind>(
  { kind, size }: Node<K>,
  width: number,
  inputs: readonly Node[],
  run: Operation["run"],
): Node<K> {
  return { kind, width, size, operation: { inputs, run } };
}
