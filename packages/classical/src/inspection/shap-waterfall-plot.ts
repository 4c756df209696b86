import { DataError, type Label, vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import { labelOf, shownValues } from "./shown-values.js";
import type { ShapValues } from "./tree-shap.js";
import { countOption, outputAt, strongest } from "./plot-options.js";

export interface ShapWaterfallOptions {
  /** Which output; default the last one. */
  readonly output?: Label;
  /** Features shown singly, the strongest of the row first; the others are one bar. Default 10. */
  readonly maxFeatures?: number;
}

interface Bar {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly shap: number;
  readonly text: string;
}

/**
 * One row's SHAP values as steps from the base to the output of the model, the strongest feature on top.
 *
 * @throws DataError for a row that there isn't; ParamError for an output that there isn't, and counts below 1.
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [1, 2, 8, 9] }, { target: "y" });
 * const model = await new DecisionTreeRegressor().fit(data);
 * shapWaterfallPlot(await treeShap(model, data), 3); // from 5, the mean, to 9
 */
export function shapWaterfallPlot(
  shap: ShapValues,
  row: number,
  options: ShapWaterfallOptions = {},
): VegaLiteSpec {
  const owner = "shapWaterfallPlot";
  const at = outputAt(owner, shap.outputs, options.output);
  if (!Number.isInteger(row) || row < 0 || row >= shap.values[at].rows)
    throw new DataError(owner, `row must be in 0..${shap.values[at].rows - 1}, received ${row}`);
  const most = countOption(owner, "maxFeatures", options.maxFeatures ?? 10);
  const base = shap.base[at];
  const bars = barsOf(shap, at, row, most);
  const output = bars.reduce((sum, bar) => sum + bar.shap, base);
  const y = { field: "label", type: "nominal", sort: bars.map(({ label }) => label), title: null };
  const x = { type: "quantitative", scale: { zero: false }, title: `Output (${String(shap.outputs[at])})` };
  const rule = (value: number, name: string, dash: number[]) => ({
    data: { values: [{ value, name }] },
    mark: { type: "rule", color: "#6b7280", strokeDash: dash },
    encoding: { x: { ...x, field: "value" }, tooltip: [{ field: "name" }, { field: "value" }] },
  });
  return vegaLite({
    description: `From the base ${labelOf(base)} to the output ${labelOf(output)} of row ${row}`,
    title: { text: `Row ${row}: ${labelOf(output)}`, subtitle: `base ${labelOf(base)}` },
    width: 420,
    height: { step: 24 },
    layer: [
      rule(base, "base", [2, 2]),
      rule(output, "output", [1, 0]),
      {
        data: { values: bars },
        mark: { type: "bar", height: 16 },
        encoding: {
          y,
          x: { ...x, field: "from" },
          x2: { field: "to" },
          color: {
            condition: { test: "datum.shap >= 0", value: "#d55e00" },
            value: "#0072b2",
          },
          tooltip: [{ field: "label" }, { field: "shap" }],
        },
      },
      {
        data: { values: bars },
        mark: { type: "text", align: "left", dx: 4 },
        encoding: { y, x: { ...x, field: "right" }, text: { field: "text" } },
        transform: [{ calculate: "max(datum.from, datum.to)", as: "right" }],
      },
    ],
  });
}

/** The steps from the base, the weakest first, given the strongest first. */
function barsOf({ features, values, base, data }: ShapValues, at: number, row: number, most: number): Bar[] {
  const added = values[at].row(row);
  const order = strongest(added.map(Math.abs), added.length);
  // One bar for the rest is worth it from two features on.
  const single = order.length <= most + 1 ? order : order.slice(0, most);
  const rest = order.slice(single.length);
  const shown = shownValues(data, [row]);
  const steps = single.map((f) => ({ label: `${features[f]} = ${labelOf(shown[f][0])}`, shap: added[f] }));
  if (rest.length > 0)
    steps.push({ label: `${rest.length} other features`, shap: rest.reduce((sum, f) => sum + added[f], 0) });
  let end = base[at];
  const bars = steps.toReversed().map((step): Bar => {
    const from = end;
    end += step.shap;
    return { ...step, from, to: end, text: `${step.shap < 0 ? "" : "+"}${labelOf(step.shap)}` };
  });
  return bars.toReversed();
}
