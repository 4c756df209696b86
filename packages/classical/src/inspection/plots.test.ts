import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { categorical, DataError, fromColumns, ParamError, Random } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { HistGradientBoostingClassifier } from "../boosting/hist-gradient-boosting-classifier.js";
import { modelOf, plain } from "./fixtures/inspection-golden.js";
import { partialDependence } from "./partial-dependence.js";
import { partialDependencePlot } from "./partial-dependence-plot.js";
import { permutationImportance } from "./permutation-importance.js";
import { permutationImportancePlot } from "./permutation-importance-plot.js";
import { shapSummaryPlot } from "./shap-summary-plot.js";
import { shapWaterfallPlot } from "./shap-waterfall-plot.js";
import { treeShap } from "./tree-shap.js";
import type { VegaLiteSpec } from "@strata-ml/core";

interface Renderer {
  readonly vega: {
    parse(spec: unknown): unknown;
    View: new (runtime: unknown, options: unknown) => { toSVG(): Promise<string>; finalize(): void };
  };
  readonly lite: { compile(spec: unknown, options: unknown): { spec: unknown } };
}

/** Vega is no dependency of this package: where another one of the repository brought it, plots are drawn too. */
async function findRenderer(): Promise<Renderer | undefined> {
  const load = (name: string): Promise<unknown> =>
    import(pathToFileURL(createRequire(import.meta.url).resolve(name)).href);
  try {
    const [vega, lite] = await Promise.all(["vega", "vega-lite"].map(load));
    return { vega, lite } as Renderer;
  } catch {
    return undefined;
  }
}

const renderer = await findRenderer();

/** The drawn plot, or undefined where nothing can draw; what Vega-Lite warns of fails the test. */
async function draw(spec: VegaLiteSpec): Promise<string | undefined> {
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  if (renderer === undefined) return undefined;
  const warnings: unknown[] = [];
  const logger = {
    level: () => logger,
    error: (...all: unknown[]) => (warnings.push(all), logger),
    warn: (...all: unknown[]) => (warnings.push(all), logger),
    info: () => logger,
    debug: () => logger,
  };
  const compiled = renderer.lite.compile(spec, { logger });
  const view = new renderer.vega.View(renderer.vega.parse(compiled.spec), { renderer: "none", logger });
  const svg = await view.toSVG();
  view.finalize();
  expect(warnings).toEqual([]);
  return svg;
}

const count = (svg: string | undefined, what: RegExp): number | undefined => svg?.match(what)?.length;

const random = new Random(4);
const a = Float64Array.from({ length: 200 }, () => random.normal());
a[5] = Number.NaN;
const kind = categorical(Array.from(a, () => random.choice(["tall", "small", null])));
const y = Float64Array.from(a, (value, i) => (value + (kind.codes[i] === 0 ? 1 : 0) > 0 ? 1 : 0));
const data = fromColumns({ a, kind, noise: a.map(() => random.normal()), y }, { target: "y" });
const model = await new HistGradientBoostingClassifier({ maxIter: 10 }).fit(data);
const shap = await treeShap(model, data);

describe("shapSummaryPlot", () => {
  test("has a dot a row and feature, the strongest feature first", async () => {
    const spec = shapSummaryPlot(shap, { maxRows: 50, maxFeatures: 2 });
    const { values } = spec.data as {
      values: { feature: string; shap: number; row: number; level: number | null }[];
    };
    expect(values.length).toBe(100);
    expect(new Set(values.map(({ feature }) => feature))).toEqual(new Set(["a", "kind"]));
    values.forEach(({ feature, shap: value, row }) =>
      expect(value).toBe(shap.values[0].at(row, shap.features.indexOf(feature))),
    );
    const numbers = values.filter(({ feature, row }) => feature === "a" && row !== 5);
    expect(Math.min(...numbers.map(({ level }) => level ?? 2))).toBe(0);
    expect(Math.max(...numbers.map(({ level }) => level ?? 2))).toBe(1);
    expect(values.filter(({ feature }) => feature === "kind").every(({ level }) => level === null)).toBe(
      true,
    );
    const svg = await draw(spec);
    expect(count(svg, /aria-roledescription="circle"/g) ?? 100).toBe(100);
  });

  test("refuses what there isn't", () => {
    expect(() => shapSummaryPlot(shap, { output: "x" })).toThrow(
      'shapSummaryPlot: output must be one of 1, received "x"',
    );
    expect(() => shapSummaryPlot(shap, { maxRows: 0 })).toThrow(ParamError);
  });
});

describe("shapWaterfallPlot", () => {
  test("steps lead from the base to the output", async () => {
    const spec = shapWaterfallPlot(shap, 5);
    const layers = spec.layer as {
      data: { values: { label: string; from: number; to: number; shap: number }[] };
    }[];
    const bars = layers[2].data.values;
    expect(bars.map(({ label }) => label.split(" ")[0]).sort()).toEqual(["a", "kind", "noise"]);
    expect(bars.find(({ label }) => label.startsWith("a "))?.label).toBe("a = missing");
    expect(bars.at(-1)?.from).toBe(shap.base[0]);
    expect(bars[0].to).toBeCloseTo(model.decisionFunction(data.slice(5, 6)).at(0, 0), 9);
    bars.slice(1).forEach((bar, i) => {
      expect(bar.to).toBe(bars[i].from);
      expect(Math.abs(bar.shap)).toBeLessThanOrEqual(Math.abs(bars[i].shap));
    });
    const svg = await draw(spec);
    expect(svg?.includes("a = missing") ?? true).toBe(true);
  });

  test("the weakest features are one bar", () => {
    const wide = { ...shap, maxFeatures: 1 };
    const spec = shapWaterfallPlot(wide, 0, { maxFeatures: 1 });
    const layers = spec.layer as { data: { values: { label: string }[] } }[];
    expect(layers[2].data.values.map(({ label }) => label)[1]).toBe("2 other features");
  });

  test("refuses rows that there aren't", () => {
    expect(() => shapWaterfallPlot(shap, 200)).toThrow(
      "shapWaterfallPlot: row must be in 0..199, received 200",
    );
    expect(() => shapWaterfallPlot(shap, -1)).toThrow(DataError);
  });
});

test("permutationImportancePlot has a box a feature, the most important first", async () => {
  const found = await permutationImportance(model, data, { nRepeats: 6 });
  const spec = permutationImportancePlot(found, { maxFeatures: 2 });
  const { values } = spec.data as { values: { feature: string; importance: number; repeat: number }[] };
  expect(values.length).toBe(12);
  values.forEach(({ feature, importance, repeat }) =>
    expect(importance).toBe(found.importances.at(found.features.indexOf(feature), repeat)),
  );
  expect(values[0].feature).toBe(found.features[found.mean.indexOf(Math.max(...found.mean))]);
  const svg = await draw(spec);
  expect(svg?.includes("Decrease of the score") ?? true).toBe(true);
});

describe("partialDependencePlot", () => {
  const three = modelOf("three classes");

  test.each([
    ["a number", "a", 1],
    ["a category", "colour", 0],
  ] as const)("of %s, with curves behind the average", async (_, feature, paths) => {
    const found = await partialDependence(three, plain, feature, { kind: "both", gridResolution: 6 });
    const spec = partialDependencePlot(found, { output: 1, maxCurves: 10 });
    const [curves, mean] = spec.layer as { data: { values: { row: number; y: number }[] } }[];
    expect(curves.data.values.length).toBe(10 * found.grid[0].length);
    expect(mean.data.values.map(({ y }) => y)).toEqual([...found.average[1].data]);
    const svg = await draw(spec);
    if (svg !== undefined && paths === 1)
      expect(count(svg, /aria-roledescription="line mark"/g)).toBeGreaterThan(1);
    const alone = await partialDependence(three, plain, feature, { kind: "average" });
    expect((partialDependencePlot(alone).layer as unknown[]).length).toBe(1);
  });

  test.each([
    ["two numbers", ["a", "b"]],
    ["a number and a category", ["a", "colour"]],
    ["a category and a number", ["colour", "b"]],
  ] as const)("of %s, as cells", async (_, features) => {
    const found = await partialDependence(three, plain, features, { gridResolution: 4, kind: "both" });
    const spec = partialDependencePlot(found);
    const { values } = spec.data as { values: { z: number; x: number | string; x2?: number }[] };
    expect(values.map(({ z }) => z)).toEqual([...found.average[2].data]);
    const curves = partialDependencePlot(
      await partialDependence(three, plain, features, { gridResolution: 4, kind: "individual" }),
    );
    (curves.data as { values: { z: number }[] }).values.forEach(({ z }, i) =>
      expect(z).toBeCloseTo(values[i].z, 12),
    );
    const svg = await draw(spec);
    expect(count(svg, /aria-roledescription="rect mark"/g) ?? values.length).toBe(values.length);
  });
});
