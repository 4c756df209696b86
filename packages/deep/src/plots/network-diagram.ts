import { vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import type { NetworkSummary } from "../network/network-summary.js";

/** What has a network: a fitted model. */
interface Summarised {
  summary(): NetworkSummary;
}

/** A place in the diagram: an input or a layer. */
interface Box {
  readonly name: string;
  /** Type of layer, shape and number of weights. */
  readonly about: string;
  readonly input: boolean;
  readonly before: readonly string[];
}

/**
 * The graph of a model's network as Mermaid text (`flowchart TD`), which Markdown viewers draw: inputs, layers with the shape
 * they give and their number of weights, and what goes into what. `?` is as many rows or steps as there are.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const model = await new NeuralClassifier({ epochs: 2 }).fit(data);
 * networkMermaid(model); // flowchart TD ...
 */
export function networkMermaid(model: Summarised): string {
  const boxes = boxesOf(model.summary());
  const place = new Map(boxes.map(({ name }, i) => [name, `n${i}`]));
  const lines = boxes.map(({ name, about, input }) => {
    const label = `"${escaped(name)}<br/>${escaped(about)}"`;
    return `  ${place.get(name)}${input ? `([${label}])` : `[${label}]`}`;
  });
  const arrows = boxes.flatMap(({ name, before }) =>
    before.map((from) => `  ${place.get(from)} --> ${place.get(name)}`),
  );
  return ["flowchart TD", ...lines, ...arrows].join("\n");
}

/** Mermaid reads these as its own. */
function escaped(label: string): string {
  return label.replace(/[#"<>`\n\r]/g, (character) => `#${character.codePointAt(0)};`);
}

/**
 * The graph of a model's network as a picture: inputs at the top, and every layer below all that it takes, with the shape it
 * gives and its number of weights.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const model = await new NeuralClassifier({ epochs: 2 }).fit(data);
 * networkDiagram(model); // { $schema: ".../v6.json", layer: [...] }
 */
export function networkDiagram(model: Summarised): VegaLiteSpec {
  const boxes = boxesOf(model.summary());
  const places = placesOf(boxes);
  const values = boxes.map(({ name, about, input }) => ({ name, about, input, ...places.get(name)! }));
  const arrows = boxes.flatMap(({ name, before }) =>
    before.map((from) => ({
      from,
      to: name,
      ...places.get(from)!,
      x2: places.get(name)!.x,
      y2: places.get(name)!.y,
    })),
  );
  const ranks = Math.max(...values.map(({ y }) => y)) + 1;
  const across = Math.max(...values.map(({ x }) => 2 * Math.abs(x))) + 1;
  const axis = { type: "quantitative", axis: null };
  const x = { field: "x", ...axis, scale: { domain: [-across / 2, across / 2] } };
  const y = { field: "y", ...axis, scale: { domain: [-0.5, ranks - 0.5], reverse: true } };
  const text = (field: string, dy: number, weight: string) => ({
    data: { values },
    mark: { type: "text", dy, fontWeight: weight, fontSize: 11 },
    encoding: { x, y, text: { field } },
  });
  return vegaLite({
    width: 190 * across,
    height: 60 * ranks,
    view: { stroke: null },
    layer: [
      {
        data: { values: arrows },
        mark: { type: "rule", color: "#999" },
        encoding: {
          x,
          y,
          x2: { field: "x2" },
          y2: { field: "y2" },
          tooltip: [{ field: "from" }, { field: "to" }],
        },
      },
      {
        data: { values },
        mark: { type: "rect", width: 170, height: 36, cornerRadius: 4, stroke: "#666" },
        encoding: {
          x,
          y,
          color: {
            field: "input",
            type: "nominal",
            legend: null,
            scale: { domain: [true, false], range: ["#dbe9f6", "#f5f5f5"] },
          },
        },
      },
      text("name", -7, "bold"),
      text("about", 8, "normal"),
    ],
  });
}

function boxesOf({ inputs, layers, output }: NetworkSummary): Box[] {
  const shapeOf = (shape: readonly (number | null)[]): string => shape.map((size) => size ?? "?").join(" x ");
  const boxes = [
    ...inputs.map(({ name, shape }) => ({ name, about: shapeOf(shape), input: true, before: [] })),
    ...layers.map(({ name, type, shape, inputs: before, trainable, running }) => {
      const weights = trainable + running;
      const about = `${type}: ${shapeOf(shape)}` + (weights > 0 ? `, ${weights} weights` : "");
      return { name, about, input: false, before };
    }),
  ];
  // An output without a name has a box of its own.
  const named = output.length === 1 && layers.some(({ name }) => name === output[0]);
  return named ? boxes : [...boxes, { name: "[output]", about: "", input: false, before: output }];
}

/** Every box one below the lowest of those before it, and those of a row around the middle. */
function placesOf(boxes: readonly Box[]): Map<string, { readonly x: number; readonly y: number }> {
  const ranks = new Map<string, number>();
  const rows: string[][] = [];
  // Layers come after what they take.
  for (const { name, before } of boxes) {
    const rank = Math.max(-1, ...before.map((from) => ranks.get(from)!)) + 1;
    ranks.set(name, rank);
    (rows[rank] ??= []).push(name);
  }
  return new Map(
    rows.flatMap((row, y) => row.map((name, i) => [name, { x: i - (row.length - 1) / 2, y }] as const)),
  );
}
