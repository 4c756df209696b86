import type { Graph, LayerType } from "./graph.js";
import type { NetworkInputs } from "./network-inputs.js";
import type { Node, NodeKind } from "./node.js";
import type { WeightLayout } from "./weight-layout.js";

/** What a layer or an input gives. */
interface NodeSummary {
  readonly name: string;
  /** `vector`, `steps`, `code`, `stepCodes` or `image`. */
  readonly kind: NodeKind;
  /** Of a batch; null is as many as there are: rows, and steps of a row. */
  readonly shape: readonly (number | null)[];
}

export interface LayerSummary extends NodeSummary {
  /** The method of `NetworkBuilder` that made it. */
  readonly type: LayerType;
  /** Names of the layers and inputs that it takes, through operations without a name, such as joins and pools. */
  readonly inputs: readonly string[];
  /** Numbers that training changes by gradients, */
  readonly trainable: number;
  /** and running statistics. */
  readonly running: number;
}

/** What a network is made of. As a string it is a table. */
export interface NetworkSummary {
  readonly name: string;
  /** Inputs that layers take, in brackets: `[numeric]`, `[text:note]`. */
  readonly inputs: readonly NodeSummary[];
  /** Named layers, in the order in which they were made. */
  readonly layers: readonly LayerSummary[];
  /** The layer that is the output, or those that it is made of by operations without a name. */
  readonly output: readonly string[];
  /** Numbers of all layers together. */
  readonly trainable: number;
  readonly running: number;
  toString(): string;
}

/** Counts what a network has. */
export function summarise(
  name: string,
  { layers, types }: Graph,
  inputs: NetworkInputs,
  output: Node,
  layout: WeightLayout,
): NetworkSummary {
  const entries = inputNodes(inputs);
  const names = new Map<Node, string>([
    ...entries,
    ...[...layers].map(([key, node]) => [node, key] as const),
  ]);
  const sizes = weightsByLayer([...layers.keys()], layout);
  const made = [...layers].map(([layer, node]) => ({
    ...described(layer, node),
    type: types.get(layer)!,
    inputs: namesBefore(node, names),
    ...sizes.get(layer)!,
  }));
  const taken = new Set([...made.flatMap((layer) => layer.inputs), ...namesOf(output, names)]);
  const summary = {
    name,
    inputs: [...entries].map(([node, key]) => described(key, node)).filter((entry) => taken.has(entry.name)),
    layers: made,
    output: namesOf(output, names),
    trainable: layout.trained,
    running: layout.size - layout.trained,
  };
  return { ...summary, toString: () => table(summary) };
}

function described(name: string, { kind, width, size }: Node): NodeSummary {
  switch (kind) {
    case "vector":
      return { name, kind, shape: [null, width] };
    case "steps":
      return { name, kind, shape: [null, null, width] };
    case "code":
      return { name, kind, shape: [null] };
    case "stepCodes":
      return { name, kind, shape: [null, null] };
    case "image":
      return { name, kind, shape: [null, size!.rows, size!.columns, width] };
  }
}

/** Every input by its node. */
function inputNodes(inputs: NetworkInputs): Map<Node, string> {
  const out = new Map<Node, string>();
  if (inputs.numeric) out.set(inputs.numeric, "[numeric]");
  for (const [column, node] of inputs.categorical) out.set(node, `[categorical:${column}]`);
  for (const [column, node] of inputs.text) out.set(node, `[text:${column}]`);
  for (const [column, { numeric, fields, age }] of inputs.sequence) {
    if (numeric) out.set(numeric, `[sequence:${column}]`);
    for (const [field, node] of fields) out.set(node, `[sequence:${column}.${field}]`);
    out.set(age, `[sequence:${column} age]`);
  }
  for (const [node, label] of inputs.throughLayers) out.set(node, `[${label}]`);
  for (const [column, scaling] of inputs.asked.images)
    out.set(inputs.imageColumn(column, { scaling }), `[image:${column}]`);
  return out;
}

/** The nearest named nodes that a node's own inputs come from. */
function namesBefore(node: Node, names: ReadonlyMap<Node, string>): string[] {
  return [...new Set(node.operation.inputs.flatMap((input) => namesOf(input, names)))];
}

function namesOf(node: Node, names: ReadonlyMap<Node, string>): string[] {
  const name = names.get(node);
  return name === undefined ? namesBefore(node, names) : [name];
}

/** A weight is called by its layer and a name; of two layers that its name begins with it is the longer one's. */
function weightsByLayer(
  layers: readonly string[],
  { weights }: WeightLayout,
): Map<string, { trainable: number; running: number }> {
  const sizes = new Map(layers.map((layer) => [layer, { trainable: 0, running: 0 }]));
  for (const { name, size, trainable } of weights) {
    const owners = layers.filter((layer) => name.startsWith(`${layer}.`));
    const owner = owners.reduce((a, b) => (b.length > a.length ? b : a));
    sizes.get(owner)![trainable ? "trainable" : "running"] += size;
  }
  return sizes;
}

function table({ name, inputs, layers, trainable, running }: Omit<NetworkSummary, "toString">): string {
  const shapeOf = (shape: readonly (number | null)[]): string => shape.map((size) => size ?? "?").join(" x ");
  const rows = [
    ["layer", "type", "kind", "output", "weights", "inputs"],
    ...inputs.map(({ name, kind, shape }) => [name, "", kind, shapeOf(shape), "", ""]),
    ...layers.map(({ name, type, kind, shape, inputs: before, trainable, running }) => {
      const weights = running > 0 ? `${count(trainable)} + ${count(running)}` : count(trainable);
      return [name, type, kind, shapeOf(shape), weights, before.join(", ")];
    }),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 4 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd(),
  );
  const rule = "-".repeat(Math.max(...lines.map(({ length }) => length)));
  const totals = `${count(trainable)} trainable weights, ${count(running)} running statistics`;
  return [name, rule, lines[0], rule, ...lines.slice(1), rule, totals].join("\n");
}

function count(size: number): string {
  return String(size).replace(/\B(?=(\d{3})+$)/g, ",");
}
