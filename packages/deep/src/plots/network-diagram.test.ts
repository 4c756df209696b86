import { describe, expect, test } from "vitest";
import type { LayerSummary, NetworkSummary } from "../network/network-summary.js";
import { networkDiagram, networkMermaid } from "./network-diagram.js";

const layer = (name: string, inputs: readonly string[], trainable = 0): LayerSummary => ({
  name,
  type: "dense",
  kind: "vector",
  shape: [null, 4],
  inputs,
  trainable,
  running: 0,
});
const summary: NetworkSummary = {
  name: "network 'two'",
  inputs: [
    { name: "[numeric]", kind: "vector", shape: [null, 3] },
    { name: '[text:a "b" <c>]', kind: "stepCodes", shape: [null, null] },
  ],
  layers: [
    layer("hidden", ["[numeric]"], 16),
    layer("words", ['[text:a "b" <c>]'], 40),
    layer("deep", ["hidden"], 20),
    layer("output", ["deep", "words", "[numeric]"], 36),
  ],
  output: ["output"],
  trainable: 112,
  running: 0,
};
const model = { summary: () => summary };

test("Mermaid text has every input and layer, and what goes into what", () => {
  expect(networkMermaid(model)).toBe(
    `flowchart TD
  n0(["[numeric]<br/>? x 3"])
  n1(["[text:a #34;b#34; #60;c#62;]<br/>? x ?"])
  n2["hidden<br/>dense: ? x 4, 16 weights"]
  n3["words<br/>dense: ? x 4, 40 weights"]
  n4["deep<br/>dense: ? x 4, 20 weights"]
  n5["output<br/>dense: ? x 4, 36 weights"]
  n0 --> n2
  n1 --> n3
  n2 --> n4
  n4 --> n5
  n3 --> n5
  n0 --> n5`,
  );
});

describe("the diagram", () => {
  const { layer: parts } = networkDiagram(model) as unknown as {
    layer: {
      data: { values: { name: string; from: string; to: string; x: number; y: number; y2: number }[] };
    }[];
  };

  test("has layers below all that they take", () => {
    const rows = new Map(parts[1].data.values.map(({ name, y }) => [name, y]));
    expect([...rows.values()]).toEqual([0, 0, 1, 1, 2, 3]);
    expect(parts[0].data.values.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      "[numeric] > hidden",
      '[text:a "b" <c>] > words',
      "hidden > deep",
      "deep > output",
      "words > output",
      "[numeric] > output",
    ]);
    for (const { from, to, y, y2 } of parts[0].data.values) {
      expect([y, y2]).toEqual([rows.get(from), rows.get(to)]);
      expect(y2).toBeGreaterThan(y);
    }
  });

  test("has no two boxes in one place", () => {
    const places = parts[1].data.values.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(6);
  });

  test("has a box of its own for an output without a name", () => {
    const joined = { summary: () => ({ ...summary, output: ["deep", "words"] }) };
    expect(networkMermaid(joined)).toContain('n6["[output]<br/>"]\n');
    expect(networkMermaid(joined)).toContain("n4 --> n6\n  n3 --> n6");
  });
});
