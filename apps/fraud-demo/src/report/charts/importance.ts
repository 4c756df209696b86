import { type Chart, height, width } from "./spec.js";

export interface Importance {
  readonly feature: string;
  readonly drop: number;
}

/** How much average precision a rung loses when a column is shuffled. */
export function importanceChart(rung: string, values: readonly Importance[]): Chart {
  const top = [...values].sort((a, b) => b.drop - a.drop).slice(0, 20);
  return {
    title: `What ${rung} relies on`,
    note: "Loss of average precision on the test rows when one column is shuffled: the twenty that cost most.",
    spec: {
      width,
      height: Math.max(height, top.length * 18),
      data: { values: top },
      mark: { type: "bar" },
      encoding: {
        x: { field: "drop", type: "quantitative", title: "loss of average precision" },
        y: { field: "feature", type: "nominal", title: null, sort: "-x", axis: { labelLimit: 220 } },
      },
    },
  };
}
