import { type LayerPlan, plannedLayer } from "../custom/layer-plan.js";
import { type Activation, activationLayer } from "../layers/activation.js";
import { additiveAttention, attention, type AttentionOptions } from "../layers/attention.js";
import { type AttentionPoolOptions, attentionPool } from "../layers/attention-pool.js";
import { type BidirectionalOptions, bidirectional } from "../layers/bidirectional.js";
import { type BatchNormOptions, batchNorm } from "../layers/batch-norm.js";
import { type Conv1dOptions, conv1d } from "../layers/conv1d.js";
import { type GroupNormOptions, groupNorm } from "../layers/group-norm.js";
import { type Conv1dTransposeOptions, conv1dTranspose } from "../layers/conv1d-transpose.js";
import { type DenseOptions, dense } from "../layers/dense.js";
import {
  type DepthwiseConv1dOptions,
  depthwiseConv1d,
  type SeparableConv1dOptions,
  separableConv1d,
} from "../layers/depthwise-conv1d.js";
import { dropout, type DropoutOptions } from "../layers/dropout.js";
import { type EmbeddingOptions, embedding } from "../layers/embedding.js";
import { featureTokenizer, type FeatureTokenizerOptions } from "../layers/feature-tokenizer.js";
import {
  gatedResidual,
  type GatedResidualOptions,
  glu,
  type GluOptions,
  highway,
  type HighwayOptions,
} from "../layers/gated.js";
import { type GruOptions, gru } from "../layers/gru.js";
import * as join from "../layers/join.js";
import { type LayerNormOptions, layerNorm } from "../layers/layer-norm.js";
import { type LstmOptions, lstm } from "../layers/lstm.js";
import { multiHeadAttention, type MultiHeadAttentionOptions } from "../layers/multi-head-attention.js";
import { gaussianDropout, gaussianNoise, type GaussianNoiseOptions } from "../layers/noise.js";
import { concatSteps } from "../layers/concat-steps.js";
import { firstStep, lastStep } from "../layers/one-step.js";
import { maxPool, meanPool } from "../layers/pooling.js";
import { type RmsNormOptions, rmsNorm } from "../layers/rms-norm.js";
import { spatialDropout } from "../layers/spatial-dropout.js";
import { unitNorm } from "../layers/unit-norm.js";
import { averagePool1d, maxPool1d, type Pool1dOptions, upSampling1d } from "../layers/pooling1d.js";
import {
  positionalEmbedding,
  type PositionalEmbeddingOptions,
  sinusoidalPositions,
  type SinusoidalPositionsOptions,
} from "../layers/positional-embedding.js";
import { type PreluOptions, prelu } from "../layers/prelu.js";
import type { Recurrent } from "../layers/recurrent.js";
import { repeatVector } from "../layers/repeat-vector.js";
import { type SimpleRnnOptions, simpleRnn } from "../layers/simple-rnn.js";
import { transformerEncoder, type TransformerEncoderOptions } from "../layers/transformer-encoder.js";
import type { Graph } from "./graph.js";
import { ImageLayers } from "./image-layers.js";
import type { NetworkInputs } from "./network-inputs.js";
import type { Code, Image, Node, NumberKind, StepCodes, Steps, Vector } from "./node.js";

type Vectors = "vector" | "steps";

/**
 * What a build function makes a network with: inputs, and layers that take nodes and give nodes. A vector is one a
 * row, steps are one a step of a row, and a layer that doesn't fit a node's kind is a compile error.
 */
export class NetworkBuilder extends ImageLayers {
  constructor(
    graph: Graph,
    readonly inputs: NetworkInputs,
    /** Width that the network's output must have: 1 for two classes or a regression, else the number of classes; of several outputs the sum of theirs. */
    readonly outputs: number,
    /** Where there are several heads, the width of each, by name; the plan then gives a vector for each, or one of `outputs` for all. */
    readonly heads: Readonly<Record<string, number>> = {},
  ) {
    super(graph);
  }

  /** x W + b, then an activation; of each step or pixel where the input is steps or an image. */
  dense<K extends NumberKind>(name: string, input: Node<K>, options: DenseOptions): Node<K> {
    return dense(this.graph, name, input, options);
  }

  /** An activation by itself. */
  activation<K extends NumberKind>(input: Node<K>, activation: Activation): Node<K> {
    return activationLayer(this.graph.owner, input, activation);
  }

  /** x above zero, a learned slope below. */
  prelu<K extends Vectors>(name: string, input: Node<K>, options?: PreluOptions): Node<K> {
    return prelu(this.graph, name, input, options);
  }

  /** A learned vector for each code. */
  embedding(name: string, input: Code, options: EmbeddingOptions): Vector;
  embedding(name: string, input: StepCodes, options: EmbeddingOptions): Steps;
  embedding(name: string, input: Code | StepCodes, options: EmbeddingOptions): Vector | Steps {
    return embedding(this.graph, name, input, options);
  }

  /** A gated recurrent unit: its last state, or the states after all steps. */
  gru<S extends boolean = false>(name: string, input: Steps, options: GruOptions<S>): Recurrent<S> {
    return gru(this.graph, name, input, options);
  }

  /** Long short-term memory: its last state, or the states after all steps. */
  lstm<S extends boolean = false>(name: string, input: Steps, options: LstmOptions<S>): Recurrent<S> {
    return lstm(this.graph, name, input, options);
  }

  /** A recurrent layer without gates: its last state, or the states after all steps. */
  simpleRnn<S extends boolean = false>(
    name: string,
    input: Steps,
    options: SimpleRnnOptions<S>,
  ): Recurrent<S> {
    return simpleRnn(this.graph, name, input, options);
  }

  /** A recurrent layer over the steps in both directions. */
  bidirectional<S extends boolean = false>(
    name: string,
    input: Steps,
    options: BidirectionalOptions<S>,
  ): Recurrent<S> {
    return bidirectional(this.graph, name, input, options);
  }

  /** A convolution over steps. */
  conv1d(name: string, input: Steps, options: Conv1dOptions): Steps {
    return conv1d(this.graph, name, input, options);
  }

  /** Drops whole channels of an image, or whole units of steps, while training. */
  spatialDropout<K extends "steps" | "image">(
    name: string,
    input: Node<K>,
    options: DropoutOptions,
  ): Node<K> {
    return spatialDropout(this.graph, name, input, options);
  }

  /** A convolution over steps the other way round: each step writes several. */
  conv1dTranspose(name: string, input: Steps, options: Conv1dTransposeOptions): Steps {
    return conv1dTranspose(this.graph, name, input, options);
  }

  /** A convolution over steps of each unit by itself. */
  depthwiseConv1d(name: string, input: Steps, options?: DepthwiseConv1dOptions): Steps {
    return depthwiseConv1d(this.graph, name, input, options);
  }

  /** A convolution of each unit by itself, then one of single steps that mixes units. */
  separableConv1d(name: string, input: Steps, options: SeparableConv1dOptions): Steps {
    return separableConv1d(this.graph, name, input, options);
  }

  /** The largest values of every few steps. */
  maxPool1d(input: Steps, options?: Pool1dOptions): Steps {
    return maxPool1d(this.graph.owner, input, options);
  }

  /** The means of every few steps. */
  averagePool1d(input: Steps, options?: Pool1dOptions): Steps {
    return averagePool1d(this.graph.owner, input, options);
  }

  /** Each step so many times in a row. */
  upSampling1d(input: Steps, size?: number): Steps {
    return upSampling1d(this.graph.owner, input, size);
  }

  /** Drops a part of the values while training. */
  dropout<K extends NumberKind>(name: string, input: Node<K>, options: DropoutOptions): Node<K> {
    return dropout(this.graph, name, input, options);
  }

  /** Adds normal noise while training. */
  gaussianNoise<K extends Vectors>(name: string, input: Node<K>, options: GaussianNoiseOptions): Node<K> {
    return gaussianNoise(this.graph, name, input, options);
  }

  /** Multiplies by normal noise around 1 while training. */
  gaussianDropout<K extends Vectors>(name: string, input: Node<K>, options: DropoutOptions): Node<K> {
    return gaussianDropout(this.graph, name, input, options);
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
    return join.concatenate(this.graph.owner, inputs);
  }

  /** The sum of nodes of equal width. */
  add<K extends NumberKind>(first: Node<K>, ...others: readonly NoInfer<Node<K>>[]): Node<K> {
    return join.add(this.graph.owner, [first, ...others]);
  }

  /** The first less the second. */
  subtract<K extends NumberKind>(a: Node<K>, b: NoInfer<Node<K>>): Node<K> {
    return join.subtract(this.graph.owner, a, b);
  }

  /** The product of nodes of equal width, unit by unit. */
  multiply<K extends NumberKind>(first: Node<K>, ...others: readonly NoInfer<Node<K>>[]): Node<K> {
    return join.multiply(this.graph.owner, [first, ...others]);
  }

  /** The mean of nodes of equal width, unit by unit. */
  average<K extends NumberKind>(first: Node<K>, ...others: readonly NoInfer<Node<K>>[]): Node<K> {
    return join.average(this.graph.owner, [first, ...others]);
  }

  /** The largest of nodes of equal width, unit by unit. */
  maximum<K extends NumberKind>(first: Node<K>, ...others: readonly NoInfer<Node<K>>[]): Node<K> {
    return join.maximum(this.graph.owner, [first, ...others]);
  }

  /** The smallest of nodes of equal width, unit by unit. */
  minimum<K extends NumberKind>(first: Node<K>, ...others: readonly NoInfer<Node<K>>[]): Node<K> {
    return join.minimum(this.graph.owner, [first, ...others]);
  }

  /** The product of two vectors summed over their units, or their cosine: one number a row. */
  dot(a: Vector, b: Vector, options?: join.DotOptions): Vector {
    return join.dot(this.graph.owner, a, b, options);
  }

  /** What some layers make of a node, added to it. */
  residual<K extends NumberKind>(input: Node<K>, inner: (input: Node<K>) => NoInfer<Node<K>>): Node<K> {
    return join.add(this.graph.owner, [input, inner(input)]);
  }

  /** A linear layer times gates. */
  glu<K extends Vectors>(name: string, input: Node<K>, options: GluOptions): Node<K> {
    return glu(this.graph, name, input, options);
  }

  /** A layer whose gates say how much of the input it passes on. */
  highway<K extends Vectors>(name: string, input: Node<K>, options?: HighwayOptions): Node<K> {
    return highway(this.graph, name, input, options);
  }

  /** A hidden layer behind gates, added to what went in and standardised. */
  gatedResidual<K extends Vectors>(name: string, input: Node<K>, options?: GatedResidualOptions): Node<K> {
    return gatedResidual(this.graph, name, input, options);
  }

  /** Attention in several heads, to the same steps or to others. */
  multiHeadAttention(name: string, query: Steps, options: MultiHeadAttentionOptions): Steps {
    return multiHeadAttention(this.graph, name, query, options);
  }

  /** Attention by products of queries and keys, without weights. */
  attention(query: Steps, options?: AttentionOptions): Steps {
    return attention(this.graph.owner, query, options);
  }

  /** Attention by sums of queries and keys. */
  additiveAttention(name: string, query: Steps, options?: AttentionOptions): Steps {
    return additiveAttention(this.graph, name, query, options);
  }

  /** A block of a transformer's encoder. */
  transformerEncoder(name: string, input: Steps, options: TransformerEncoderOptions): Steps {
    return transformerEncoder(this.graph, name, input, options);
  }

  /** Adds a learned vector to each step, by its place. */
  positionalEmbedding(name: string, input: Steps, options: PositionalEmbeddingOptions): Steps {
    return positionalEmbedding(this.graph, name, input, options);
  }

  /** Adds sines and cosines of each step's place. */
  sinusoidalPositions(input: Steps, options?: SinusoidalPositionsOptions): Steps {
    return sinusoidalPositions(this.graph.owner, input, options);
  }

  /** Numbers and categories as steps, for a transformer over features. */
  featureTokenizer(name: string, options: FeatureTokenizerOptions): Steps {
    return featureTokenizer(this.graph, name, options);
  }

  /** Sequences of steps of one width, one after another. */
  concatSteps(inputs: readonly Steps[]): Steps {
    return concatSteps(this.graph.owner, inputs);
  }

  /** A vector as so many equal steps. */
  repeatVector(input: Vector, count: number): Steps {
    return repeatVector(this.graph.owner, input, count);
  }

  /** The first real step of a row; zeros where there is none. */
  firstStep(input: Steps): Vector {
    return firstStep(input);
  }

  /** The last real step of a row; zeros where there is none. */
  lastStep(input: Steps): Vector {
    return lastStep(input);
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
    return this.graph.like("named", name, input, input.width, ([value]) => value);
  }
}
