import { type LayerPlan, plannedLayer } from "../custom/layer-plan.js";
import { type AttentionPoolOptions, attentionPool } from "../layers/attention-pool.js";
import { type BatchNormOptions, batchNorm } from "../layers/batch-norm.js";
import { type Conv1dOptions, conv1d } from "../layers/conv1d.js";
import { type DenseOptions, dense } from "../layers/dense.js";
import { dropout } from "../layers/dropout.js";
import { type EmbeddingOptions, embedding } from "../layers/embedding.js";
import { type GruOptions, gru } from "../layers/gru.js";
import { add, concatenate } from "../layers/join.js";
import { type LayerNormOptions, layerNorm } from "../layers/layer-norm.js";
import { maxPool, meanPool } from "../layers/pooling.js";
import type { Graph } from "./graph.js";
import type { NetworkInputs } from "./network-inputs.js";
import type { Code, Node, StepCodes, Steps, Vector } from "./node.js";

type Vectors = "vector" | "steps";

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

  /** x W + b, then an activation; of each step where the input is steps. */
  dense<K extends Vectors>(name: string, input: Node<K>, options: DenseOptions): Node<K> {
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

  /** Drops a part of the values while training. */
  dropout<K extends Vectors>(name: string, input: Node<K>, options: { readonly rate: number }): Node<K> {
    return dropout(this.graph, name, input, options);
  }

  /** Standardises each vector by itself. */
  layerNorm<K extends Vectors>(name: string, input: Node<K>, options?: LayerNormOptions): Node<K> {
    return layerNorm(this.graph, name, input, options);
  }

  /** Standardises each unit over the batch, in prediction by running statistics. */
  batchNorm(name: string, input: Vector, options?: BatchNormOptions): Vector {
    return batchNorm(this.graph, name, input, options);
  }

  /** Vectors, or steps of one sequence, side by side. */
  concat<K extends Vectors>(inputs: readonly Node<K>[]): Node<K> {
    return concatenate(this.graph.owner, inputs);
  }

  /** The sum of two nodes of equal width. */
  add<K extends Vectors>(a: Node<K>, b: Node<K>): Node<K> {
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
  layer<K extends Vectors, W extends string = never>(
    name: string,
    inputs: readonly Node[],
    plan: LayerPlan<K, W>,
  ): Node<K> {
    return plannedLayer(this.graph, name, inputs, plan);
  }

  /** Gives a node a name, under which `embed` finds it. */
  named<K extends Vectors>(name: string, input: Node<K>): Node<K> {
    return this.graph.layer(name, input.kind, input.width, [input], ([value]) => value);
  }
}
