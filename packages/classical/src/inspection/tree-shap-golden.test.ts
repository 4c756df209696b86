import { readFileSync } from "node:fs";
import { FitRun } from "@strata-ml/core";
import { expect, test } from "vitest";
import { runShap } from "./shap-run.js";
import { type ShapTree, treePaths } from "./tree-paths.js";

interface GoldenTree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly cover: number[];
  readonly value: number[];
  readonly categories: readonly (readonly number[] | null)[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../golden/tree_shap.json", import.meta.url), "utf8"),
) as Readonly<{
  x: readonly (readonly (number | null)[])[];
  cases: readonly Readonly<{
    name: string;
    outputs: number;
    trees: readonly GoldenTree[];
    values: number[][][];
    base: number[];
  }>[];
}>;

function toTree({ categories, value, ...nodes }: GoldenTree, output: number): ShapTree {
  const sets = categories.map((list) => {
    if (list === null) return undefined;
    const set = new Uint32Array(8);
    for (const category of list) set[category >> 5] |= 1 << (category & 31);
    return set;
  });
  return { ...nodes, root: 0, leftBins: (node) => sets[node], value: (leaf) => value[leaf], output };
}

const x = Float64Array.from(golden.x.flatMap((row) => row.map((value) => value ?? Number.NaN)));

test.each(golden.cases)(
  "LightGBM's contributions for its own trees: $name",
  async ({ outputs, trees, values, base }) => {
    const paths = trees
      .map((tree, t) => toTree(tree, t % outputs))
      .map((tree) => ({ tree, paths: treePaths(tree) }));
    const found = await runShap(new FitRun("test"), {
      trees: paths,
      features: 5,
      outputs,
      data: { x, rows: golden.x.length },
      background: undefined,
      interactions: false,
      threads: 1,
      kept: new Map(),
    });
    const wanted = values.flat(2);
    expect(found.length).toBe(wanted.length);
    wanted.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(1e-9));
    base.forEach((value, k) => {
      const mean = paths.reduce((sum, of) => sum + (of.tree.output === k ? of.paths.mean : 0), 0);
      expect(Math.abs(mean - value)).toBeLessThan(1e-9);
    });
    expect(
      Math.max(...trees.map(({ categories }) => categories.filter((set) => set !== null).length)),
    ).toBeGreaterThan(0);
  },
);
