import { type Label, type Matrix, Random, vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import type { ShapValues } from "./tree-shap.js";
import { type ShownValue, shownValues } from "./shown-values.js";
import { countOption, outputAt, strongest } from "./plot-options.js";

export interface ShapSummaryOptions {
  /** Which output; default the last one. */
  readonly output?: Label;
  /** Features shown, those of the greatest mean strength first; default 20. */
  readonly maxFeatures?: number;
  /** Rows shown, drawn at random where there are more; default 1,000. */
  readonly maxRows?: number;
}

/**
 * A summary of SHAP values: a strip a feature with a dot a row, where it stands by what the feature adds and coloured by its
 * value, low to high among the numbers of its column; categories and missing values are grey.
 *
 * @throws ParamError for an output that there isn't, and counts below 1.
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [1, 2, 8, 9] }, { target: "y" });
 * const model = await new DecisionTreeRegressor().fit(data);
 * shapSummaryPlot(await treeShap(model, data)); // { $schema: ".../v6.json", data: { values: [...] }, ... }
 */
export function shapSummaryPlot(shap: ShapValues, options: ShapSummaryOptions = {}): VegaLiteSpec {
  const owner = "shapSummaryPlot";
  const at = outputAt(owner, shap.outputs, options.output);
  const values = shap.values[at];
  const maxRows = countOption(owner, "maxRows", options.maxRows ?? 1000);
  const features = strongest(strengths(values), countOption(owner, "maxFeatures", options.maxFeatures ?? 20));
  const rows = someRows(values.rows, maxRows);
  const shown = shownValues(shap.data, rows);
  const dots = features.flatMap((f) => {
    const added = rows.map((row) => values.at(row, f));
    const level = levels(shown[f]);
    const heights = swarm(added);
    return rows.map((row, i) => ({
      feature: shap.features[f],
      row,
      shap: added[i],
      value: shown[f][i],
      level: level[i],
      height: heights[i],
    }));
  });
  const places = {
    y: {
      field: "feature",
      type: "nominal",
      sort: features.map((f) => shap.features[f]),
      title: null,
      axis: { grid: true },
    },
    yOffset: { field: "height", type: "quantitative", scale: { domain: [-1, 1] } },
    x: { field: "shap", type: "quantitative", title: `SHAP value (${String(shap.outputs[at])})` },
    tooltip: ["feature", "value", "shap", "row"].map((field) => ({ field })),
  };
  return vegaLite({
    description: "What each feature adds to each row's output",
    data: { values: dots },
    height: { step: 24 },
    width: 420,
    layer: [
      {
        transform: [{ filter: "!isValid(datum.level)" }],
        mark: { ...mark, color: "#999999" },
        encoding: places,
      },
      {
        transform: [{ filter: "isValid(datum.level)" }],
        mark,
        encoding: { ...places, color: byLevel },
      },
    ],
  });
}

const mark = { type: "circle", size: 14, opacity: 0.8 };

const byLevel = {
  field: "level",
  type: "quantitative",
  title: "Feature value",
  scale: { range: ["#0072b2", "#cc79a7", "#d55e00"], domain: [0, 0.5, 1] },
  legend: { values: [0, 1], labelExpr: "datum.value == 0 ? 'low' : 'high'" },
};

/** Mean strength of each feature. */
function strengths(values: Matrix): Float64Array {
  const out = new Float64Array(values.columns);
  for (let i = 0; i < values.rows; i++) values.row(i).forEach((value, f) => (out[f] += Math.abs(value)));
  return out;
}

function someRows(rows: number, most: number): number[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  if (rows <= most) return all;
  return Array.from(new Random(0).permutation(rows).subarray(0, most)).sort((a, b) => a - b);
}

/** Rank of each number among the others, 0 to 1; null for what is no number. */
function levels(values: readonly ShownValue[]): (number | null)[] {
  const numbers = values.filter((value) => typeof value === "number").sort((a, b) => a - b);
  const rank = new Map<number, number>();
  // Of equal numbers the middle rank.
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end < numbers.length && numbers[end] === numbers[i]) end++;
    rank.set(numbers[i], numbers.length > 1 ? (i + end - 1) / 2 / (numbers.length - 1) : 0.5);
    i = end;
  }
  return values.map((value) => (typeof value === "number" ? rank.get(value)! : null));
}

/** How far each dot moves off its line, -1 to 1, so that dots of about the same value lie beside each other. */
function swarm(values: readonly number[]): number[] {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const bins = 80;
  const inBin = new Map<number, number>();
  const places = values.map((value) => {
    const bin = span > 0 ? Math.round(((value - low) / span) * bins) : 0;
    const place = inBin.get(bin) ?? 0;
    inBin.set(bin, place + 1);
    // 0, 1, -1, 2, -2, ...
    return (place % 2 === 1 ? 1 : -1) * Math.ceil(place / 2);
  });
  const widest = places.reduce((most, place) => Math.max(most, Math.abs(place)), 1);
  const room = Math.min(0.9, widest * 0.15);
  return places.map((place) => (place === 0 ? 0 : (place / widest) * room));
}
