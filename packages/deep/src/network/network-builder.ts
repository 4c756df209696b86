import { type LayerPlan, plannedLayer } from "../custom/layer-plan.js";
import { type AttentionPoolOptions, attentionPool } from "../layers/attention-pool.js";
import { type BatchNormOptions, batchNorm } from "../layers/batch-norm.js";
import { type Conv1dOptions, conv1d } from "../layers/conv1d.js";
import { type Conv2dOptions, conv2d } from "../layers/conv2d.js";
import { type Conv2dTransposeOptions, conv2dTranspose } from "../layers/conv2d-transpose.js";
import { type DenseOptions, dense } from "../layers/dense.js";
import {
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
  type SeparableConv2dOptions,
  separableConv2d,
} from "../layers/depthwise-conv2d.js";
import { dropout } from "../layers/dropout.js";
import { type EmbeddingOptions, embedding } from "../layers/embedding.js";
import { type GroupNormOptions, groupNorm } from "../layers/group-norm.js";
import { type GruOptions, gru } from "../layers/gru.js";
import { type Borders, crop2d, flatten, toImage, zeroPad2d } from "../layers/image-shape.js";
import { add, concatenate } from "../layers/join.js";
import { type LayerNormOptions, layerNorm } from "../layers/layer-norm.js";
import { maxPool, meanPool } from "../layers/pooling.js";
import {
  averagePool2d,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  type Pool2dOptions,
} from "../layers/pooling2d.js";
import { type RmsNormOptions, rmsNorm } from "../layers/rms-norm.js";
import { spatialDropout } from "../layers/spatial-dropout.js";
import { unitNorm } from "../layers/unit-norm.js";
import { type Upsample2dOptions, upsample2d } from "../layers/upsample2d.js";
import type { Graph } from "./graph.js";
import type { NetworkInputs } from "./network-inputs.js";
import type { Code, Image, ImageSize, Node, NumberKind, StepCodes, Steps, Vector } from "./node.js";

/**
 * What a build function makes a network with: inputs, and layers that take nodes and give nodes. A vector is one a
 * row, steps are one a step of a row, and a layer that doesn't fit a node's kind is a compile error.
 */
export class NetworkBuilder {
  constructor(
    private readonly graph: Graph,
    readonly inputs: NetworkInputs,
    /** Width that the network's output must have: 1 for two classes or a regression, else the number of classes. */
    readonly outputs: number,
  ) {}

  /** x W + b, then an activation; of each step or pixel where the input is steps or an image. */
  dense<K extends NumberKind>(name: string, input: Node<K>, options: DenseOptions): Node<K> {
    return dense(this.graph, name, input, options);
  }

  /** A learned vector for each code. */
  embedding(name: string, input: Code, options: EmbeddingOptions): Vector;
  embedding(name: string, input: StepCodes, options: EmbeddingOptions): Steps;
  embedding(name: string, input: Code | StepCodes, options: EmbeddingOptions): Vector | Steps {
    return embedding(this.graph, name, input, options);
  }

  /** The last state of a gated recurrent unit. */
  gru(name: string, input: Steps, options: GruOptions): Vector {
    return gru(this.graph, name, input, options);
  }

  /** A convolution over steps. */
  conv1d(name: string, input: Steps, options: Conv1dOptions): Steps {
    return conv1d(this.graph, name, input, options);
  }

  /** A convolution over an image. */
  conv2d(name: string, input: Image, options: Conv2dOptions): Image {
    return conv2d(this.graph, name, input, options);
  }

  /** The transpose of a convolution, which enlarges an image. */
  conv2dTranspose(name: string, input: Image, options: Conv2dTransposeOptions): Image {
    return conv2dTranspose(this.graph, name, input, options);
  }

  /** A convolution of each channel by itself. */
  depthwiseConv2d(name: string, input: Image, options: DepthwiseConv2dOptions): Image {
    return depthwiseConv2d(this.graph, name, input, options);
  }

  /** A convolution of each channel by itself, then a mix of the channels. */
  separableConv2d(name: string, input: Image, options: SeparableConv2dOptions): Image {
    return separableConv2d(this.graph, name, input, options);
  }

  /** The largest value of each channel in each window of an image. */
  maxPool2d(input: Image, options?: Pool2dOptions): Image {
    return maxPool2d(this.graph.owner, input, options);
  }

  /** The mean of each channel over each window of an image. */
  averagePool2d(input: Image, options?: Pool2dOptions): Image {
    return averagePool2d(this.graph.owner, input, options);
  }

  /** The largest value of each channel in an image. */
  globalMaxPool2d(input: Image): Vector {
    return globalMaxPool2d(input);
  }

  /** The mean of each channel over an image. */
  globalAveragePool2d(input: Image): Vector {
    return globalAveragePool2d(input);
  }

  /** Enlarges an image by whole factors. */
  upsample2d(input: Image, options?: Upsample2dOptions): Image {
    return upsample2d(this.graph.owner, input, options);
  }

  /** Zeros around an image: one pixel wide, or as many as are told. */
  zeroPad2d(input: Image, padding?: Borders): Image {
    return zeroPad2d(this.graph.owner, input, padding);
  }

  /** Takes pixels off the borders of an image. */
  crop2d(input: Image, cropping: Borders): Image {
    return crop2d(this.graph.owner, input, cropping);
  }

  /** All numbers of an image as one vector. */
  flatten(input: Image): Vector {
    return flatten(input);
  }

  /** A vector as an image. */
  toImage(input: Vector, size: ImageSize): Image {
    return toImage(this.graph.owner, input, size);
  }

  /** Drops whole channels of an image, or whole units of steps, while training. */
  spatialDropout<K extends "steps" | "image">(
    name: string,
    input: Node<K>,
    options: { readonly rate: number },
  ): Node<K> {
    return spatialDropout(this.graph, name, input, options);
  }

  /** Drops a part of the values while training. */
  dropout<K extends NumberKind>(name: string, input: Node<K>, options: { readonly rate: number }): Node<K> {
    return dropout(this.graph, name, input, options);
  }

  /** Standardises each vector by itself. */
  layerNorm<K extends NumberKind>(name: string, input: Node<K>, options?: LayerNormOptions): Node<K> {
    return layerNorm(this.graph, name, input, options);
  }

  /** Standardises each unit over the batch, in prediction by running statistics. */
  batchNorm<K extends NumberKind>(name: string, input: Node<K>, options?: BatchNormOptions): Node<K> {
    return batchNorm(this.graph, name, input, options);
  }

  /** Standardises groups of units of each row, over its steps or pixels. */
  groupNorm<K extends NumberKind>(name: string, input: Node<K>, options?: GroupNormOptions): Node<K> {
    return groupNorm(this.graph, name, input, options);
  }

  /** Divides each vector by the root of its mean square. */
  rmsNorm<K extends NumberKind>(name: string, input: Node<K>, options?: RmsNormOptions): Node<K> {
    return rmsNorm(this.graph, name, input, options);
  }

  /** Makes each vector one long. */
  unitNorm<K extends NumberKind>(input: Node<K>): Node<K> {
    return unitNorm(input);
  }

  /** Vectors, steps of one sequence, or images of one size, side by side. */
  concat(inputs: readonly Vector[]): Vector;
  concat(inputs: readonly Steps[]): Steps;
  concat(inputs: readonly Image[]): Image;
  concat<K extends NumberKind>(inputs: readonly Node<K>[]): Node<K> {
    return concatenate(this.graph.owner, inputs);
  }

  /** The sum of two nodes of equal width. */
  add<K extends NumberKind>(a: Node<K>, b: NoInfer<Node<K>>): Node<K> {
    return add(this.graph.owner, a, b);
  }

  /** Mean over the steps of a row; zeros where there are none. */
  meanPool(input: Steps): Vector {
    return meanPool(input);
  }

  /** Maximum over the steps of a row; zeros where there are none. */
  maxPool(input: Steps): Vector {
    return maxPool(input);
  }

  /** Means over the steps of a row with learned weights; zeros where there are none. */
  attentionPool(name: string, input: Steps, options: AttentionPoolOptions): Vector {
    return attentionPool(this.graph, name, input, options);
  }

  /**
   * A layer of your own: its weights, and its numbers by {@link ops}.
   *
   * @example
   * const squared = defineNetwork("squared", (n) => {
   *   const x = n.inputs.numeric!;
   *   const weights = { scale: { shape: [x.width], initializer: initializers.ones } };
   *   const hidden = n.layer("square", [x], {
   *     kind: "vector",
   *     width: x.width,
   *     weights,
   *     run: ([values], { weights: { scale } }) => ops.mul(ops.square(values), scale),
   *   });
   *   return n.dense("output", hidden, { units: n.outputs });
   * });
   */
  layer<K extends "vector" | "steps", W extends string = never>(
    name: string,
    inputs: readonly Node[],
    plan: LayerPlan<K, W>,
  ): Node<K> {
    return plannedLayer(this.graph, name, inputs, plan);
  }

  /** Gives a node a name, under which `embed` finds it. */
  named<K extends NumberKind>(name: string, input: Node<K>): Node<K> {
    return this.graph.like(name, input, input.width, ([value]) => value);
  }
}
