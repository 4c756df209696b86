import { type Label, type Matrix, vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import type { GridValue } from "./dependence-grid.js";
import type { PartialDependence } from "./partial-dependence.js";
import { countOption, outputAt } from "./plot-options.js";

export interface PartialDependencePlotOptions {
  /** Which output; default the last one. */
  readonly output?: Label;
  /** Rows whose own curves are shown, spread evenly over those there are; default 50. */
  readonly maxCurves?: number;
}

const isNumeric = (axis: readonly GridValue[]): boolean => typeof axis[0] === "number";

/**
 * Partial dependence as a line (of categories: points), with the curves of single rows behind it where they were asked for, and
 * of two features as a map of coloured cells: the mean of the curves where no average was asked for.
 *
 * @throws ParamError for an output that there isn't, and counts below 1.
 * @example
 * const data = fromColumns({ x: [1, 2, 3], y: [2, 4, 6] }, { target: "y" });
 * const model = await new LinearRegression().fit(data);
 * partialDependencePlot(await partialDependence(model, data, "x", { kind: "both" })); // { $schema: ".../v6.json", ... }
 */
export function partialDependencePlot(
  dependence: PartialDependence,
  options: PartialDependencePlotOptions = {},
): VegaLiteSpec {
  const owner = "partialDependencePlot";
  const at = outputAt(owner, dependence.outputs, options.output);
  const most = countOption(owner, "maxCurves", options.maxCurves ?? 50);
  const title = `Partial dependence (${String(dependence.outputs[at])})`;
  return dependence.grid.length === 2 ? cells(dependence, at, title) : lines(dependence, at, most, title);
}

function lines(
  { features, grid, average, individual }: PartialDependence,
  at: number,
  most: number,
  title: string,
): VegaLiteSpec {
  const [axis] = grid;
  const type = isNumeric(axis) ? "quantitative" : "nominal";
  const mark = isNumeric(axis) ? { type: "line" } : { type: "point", filled: true };
  const encoding = {
    x: {
      field: "x",
      type,
      title: features[0],
      ...(type === "nominal" ? { sort: axis } : { scale: { zero: false } }),
    },
    y: { field: "y", type: "quantitative", title, scale: { zero: false } },
  };
  const curves = individual && {
    data: {
      values: curveRows(individual[at], most).flatMap((row) =>
        axis.map((x, p) => ({ row, x, y: individual[at].at(row, p) })),
      ),
    },
    mark: { ...mark, color: "#9ca3af", strokeWidth: 1, opacity: 0.5 },
    encoding: { ...encoding, detail: { field: "row" } },
  };
  const mean = average && {
    data: { values: axis.map((x, p) => ({ x, y: average[at].at(p, 0) })) },
    mark: { ...mark, color: "#0072b2", ...(isNumeric(axis) ? { strokeWidth: 2.5 } : { size: 80 }) },
    encoding,
  };
  return vegaLite({
    description: `${title} on ${features[0]}`,
    width: 420,
    height: 260,
    layer: [curves, mean].filter((layer) => layer !== undefined),
  });
}

function curveRows({ rows }: Matrix, most: number): number[] {
  const shown = Math.min(rows, most);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * rows) / shown));
}

function cells(
  { features, grid, average, individual }: PartialDependence,
  at: number,
  title: string,
): VegaLiteSpec {
  const [first, second] = grid;
  const heights = average ? average[at].data : columnMeans(individual![at]);
  const [xEdges, yEdges] = [edges(first), edges(second)];
  const values = first.flatMap((x, i) =>
    second.map((y, j) => ({
      ...(xEdges ? { x: xEdges[i], x2: xEdges[i + 1] } : { x }),
      ...(yEdges ? { y: yEdges[j], y2: yEdges[j + 1] } : { y }),
      z: heights[i * second.length + j],
    })),
  );
  const channel = (name: "x" | "y", axis: readonly GridValue[], feature: string) =>
    isNumeric(axis)
      ? {
          [name]: { field: name, type: "quantitative", title: feature, scale: { zero: false, nice: false } },
          [`${name}2`]: { field: `${name}2` },
        }
      : { [name]: { field: name, type: "nominal", title: feature, sort: axis } };
  return vegaLite({
    description: `${title} on ${features.join(" and ")}`,
    data: { values },
    width: 420,
    height: 320,
    mark: "rect",
    encoding: {
      ...channel("x", first, features[0]),
      ...channel("y", second, features[1]),
      color: { field: "z", type: "quantitative", title, scale: { scheme: "viridis" } },
    },
  });
}

function columnMeans(matrix: Matrix): Float64Array {
  const out = new Float64Array(matrix.columns);
  for (let i = 0; i < matrix.rows; i++)
    matrix.row(i).forEach((value, p) => {
      out[p] += value / matrix.rows;
    });
  return out;
}

/** Where the cells of a numeric axis meet: halfway between its values, and as far outside them. */
function edges(axis: readonly GridValue[]): number[] | undefined {
  if (!isNumeric(axis)) return undefined;
  const values = axis as readonly number[];
  const between = values.slice(1).map((value, i) => (value + values[i]) / 2);
  const last = values.length - 1;
  const before = last > 0 ? values[0] - (between[0] - values[0]) : values[0] - 0.5;
  const after = last > 0 ? values[last] + (values[last] - between[last - 1]) : values[0] + 0.5;
  return [before, ...between, after];
}
