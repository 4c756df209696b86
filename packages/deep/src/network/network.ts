import { describe, listNames, StrataError } from "@strata-ml/core";
import type { Tensor } from "../backend/tensors.js";
import type { NetworkDefinition } from "./define-network.js";
import { evaluate, type PassInputs } from "./evaluate.js";
import { Graph } from "./graph.js";
import { concatenate } from "../layers/join.js";
import { NetworkBuilder } from "./network-builder.js";
import { type InputLayout, type InputsAsked, NetworkInputs } from "./network-inputs.js";
import { type NetworkSummary, summarise } from "./network-summary.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Node, Vector } from "./node.js";
import { WeightLayout } from "./weight-layout.js";

/** The named layer before the output, where a network has one: what `embed` gives unless asked for another. */
const lastHidden = "embedding";

/** Width of a network's output, or of each of its heads by name, which lie side by side in their order. */
export type Outputs = number | Readonly<Record<string, number>>;

/** A built network: a plan and the weights that it needs, no numbers. */
export class Network {
  readonly layout: WeightLayout;
  private readonly named: ReadonlyMap<string, Node>;

  private constructor(
    readonly owner: string,
    private readonly graph: Graph,
    private readonly inputs: NetworkInputs,
    private readonly output: Node,
    /** What the plan gave: the output itself, or its heads. */
    private readonly last: readonly Node[],
  ) {
    this.layout = new WeightLayout(graph.weights);
    this.named = new Map([...graph.layers].filter(([, node]) => node.kind === "vector"));
  }

  /** Builds a network for inputs of this layout; throws {@link StrataError} where its output has another width. */
  static build(
    definition: NetworkDefinition,
    layout: InputLayout,
    outputs: Outputs,
    settings: NetworkSettings,
  ): Network {
    const owner = `network '${definition.name}'`;
    const graph = new Graph(owner);
    const inputs = new NetworkInputs(owner, layout);
    const heads = typeof outputs === "number" ? {} : outputs;
    const width = widthOf(outputs);
    const built = definition.build(new NetworkBuilder(graph, inputs, width, heads), settings);
    const output = joinedHeads(owner, built, heads);
    if (output?.kind !== "vector" || output.width !== width) {
      const got = output?.kind === undefined ? describe(output) : `${output.kind} of width ${output.width}`;
      throw new StrataError(owner, `the output must be a vector of width ${width}, received ${got}`);
    }
    const last = output === built ? [output] : Object.values(built);
    return new Network(owner, graph, inputs, output, last);
  }

  /** What a network asks of its inputs, which a build on inputs tells that no column has left yet. */
  static inputsAsked(
    definition: NetworkDefinition,
    layout: InputLayout,
    outputs: Outputs,
    settings: NetworkSettings,
  ): InputsAsked {
    const owner = `network '${definition.name}'`;
    const inputs = new NetworkInputs(owner, layout);
    const heads = typeof outputs === "number" ? {} : outputs;
    definition.build(new NetworkBuilder(new Graph(owner), inputs, widthOf(outputs), heads), settings);
    return inputs.asked;
  }

  /** Width of the output. */
  get outputs(): number {
    return this.output.width;
  }

  /** The named layers that give one vector a row. */
  get layers(): readonly string[] {
    return [...this.named.keys()];
  }

  /** The layer that `embed` gives where none is named: `embedding`, or the last one before the output. */
  get embeddingLayer(): string {
    if (this.named.has(lastHidden)) return lastHidden;
    const before = [...this.named].filter(([, node]) => !this.last.includes(node));
    return before.at(-1)?.[0] ?? [...this.named.keys()].at(-1) ?? lastHidden;
  }

  /** Width of a named layer; throws {@link StrataError} for a name that is none. */
  widthOf(owner: string, layer: string): number {
    return this.layer(owner, layer).width;
  }

  /** Its layers, what they give, and how many weights they have. */
  summary(): NetworkSummary {
    return summarise(this.owner, this.graph, this.inputs, this.output, this.layout);
  }

  /** The network's output for a batch: rows x outputs. */
  run(pass: PassInputs): Tensor {
    return evaluate(this.output, pass).tensor;
  }

  /** A named layer's values for a batch: rows x width. Only what that layer needs is computed. */
  runLayer(owner: string, layer: string, pass: PassInputs): Tensor {
    return evaluate(this.layer(owner, layer), pass).tensor;
  }

  /** The network's output for given values of a named layer. Only what comes after it is computed. */
  runFrom(owner: string, layer: string, values: Tensor, pass: PassInputs): Tensor {
    return evaluate(this.output, pass, new Map([[this.layer(owner, layer), { tensor: values }]])).tensor;
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

function widthOf(outputs: Outputs): number {
  return typeof outputs === "number" ? outputs : Object.values(outputs).reduce((a, b) => a + b, 0);
}

/** The heads that a plan gives as one vector, in the order in which they are asked for; anything else as it is. */
function joinedHeads(
  owner: string,
  built: Vector | Readonly<Record<string, Vector>>,
  heads: Readonly<Record<string, number>>,
): Vector {
  const names = Object.keys(heads);
  const given = built as Readonly<Record<string, Vector>> | undefined;
  if (names.length === 0 || typeof given !== "object" || "operation" in given) return built as Vector;
  const extra = Object.keys(given).filter((name) => !names.includes(name));
  if (extra.length > 0)
    throw new StrataError(owner, `heads must be among ${listNames(names, 20)}, received ${listNames(extra)}`);
  const parts = names.map((name) => {
    const { kind, width } = given[name] ?? {};
    if (kind !== "vector" || width !== heads[name])
      throw new StrataError(
        owner,
        `head '${name}' must be a vector of width ${heads[name]}, received ${kind === undefined ? describe(given[name]) : `${kind} of width ${width}`}`,
      );
    return given[name];
  });
  return concatenate(owner, parts);
}
