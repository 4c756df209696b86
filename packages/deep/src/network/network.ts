import { describe, listNames, StrataError } from "@strata-ml/core";
import type { Tensor } from "../backend/tensors.js";
import type { NetworkDefinition } from "./define-network.js";
import { evaluate, type PassInputs } from "./evaluate.js";
import { Graph } from "./graph.js";
import { NetworkBuilder } from "./network-builder.js";
import { type InputLayout, type InputsAsked, NetworkInputs } from "./network-inputs.js";
import { type NetworkSummary, summarise } from "./network-summary.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Node } from "./node.js";
import { WeightLayout } from "./weight-layout.js";

/** The named layer before the output, where a network has one: what `embed` gives unless asked for another. */
const lastHidden = "embedding";

/** A built network: a plan and the weights that it needs, no numbers. */
export class Network {
  readonly layout: WeightLayout;
  private readonly named: ReadonlyMap<string, Node>;

  private constructor(
    readonly owner: string,
    private readonly graph: Graph,
    private readonly inputs: NetworkInputs,
    private readonly output: Node,
  ) {
    this.layout = new WeightLayout(graph.weights);
    this.named = new Map([...graph.layers].filter(([, node]) => node.kind === "vector"));
  }

  /** Builds a network for inputs of this layout; throws {@link StrataError} where its output has another width. */
  static build(
    definition: NetworkDefinition,
    layout: InputLayout,
    outputs: number,
    settings: NetworkSettings,
  ): Network {
    const owner = `network '${definition.name}'`;
    const graph = new Graph(owner);
    const inputs = new NetworkInputs(owner, layout);
    const output = definition.build(new NetworkBuilder(graph, inputs, outputs), settings);
    if (output?.kind !== "vector" || output.width !== outputs) {
      const got = output?.kind === undefined ? describe(output) : `${output.kind} of width ${output.width}`;
      throw new StrataError(owner, `the output must be a vector of width ${outputs}, received ${got}`);
    }
    return new Network(owner, graph, inputs, output);
  }

  /** What a network asks of its inputs, which a build on inputs tells that no column has left yet. */
  static inputsAsked(
    definition: NetworkDefinition,
    layout: InputLayout,
    outputs: number,
    settings: NetworkSettings,
  ): InputsAsked {
    const owner = `network '${definition.name}'`;
    const inputs = new NetworkInputs(owner, layout);
    definition.build(new NetworkBuilder(new Graph(owner), inputs, outputs), settings);
    return inputs.asked;
  }

  /** The named layers that give one vector a row. */
  get layers(): readonly string[] {
    return [...this.named.keys()];
  }

  /** The layer that `embed` gives where none is named: `embedding`, or the last one before the output. */
  get embeddingLayer(): string {
    if (this.named.has(lastHidden)) return lastHidden;
    const before = [...this.named].filter(([, node]) => node !== this.output);
    return before.at(-1)?.[0] ?? [...this.named.keys()].at(-1) ?? lastHidden;
  }

  /** Width of a named layer; throws {@link StrataError} for a name that is none. */
  widthOf(owner: string, layer: string): number {
    return this.layer(owner, layer).width;
  }

  /** Its layers, what they give, and how many weights they have. */
  summary(): NetworkSummary {
    return summarise(this.owner, this.graph.layers, this.inputs, this.output, this.layout);
  }

  /** The network's output for a batch: rows x outputs. */
  run(pass: PassInputs): Tensor {
    return evaluate(this.output, pass).tensor;
  }

  /** A named layer's values for a batch: rows x width. Only what that layer needs is computed. */
  runLayer(owner: string, layer: string, pass: PassInputs): Tensor {
    return evaluate(this.layer(owner, layer), pass).tensor;
  }

  private layer(owner: string, name: string): Node {
    const node = this.named.get(name);
    if (node === undefined)
      throw new StrataError(
        owner,
        `layer must be one of ${listNames(this.layers, 20)}, received ${describe(name)}`,
      );
    return node;
  }
}
